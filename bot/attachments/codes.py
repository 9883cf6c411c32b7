"""QR codes and barcodes: what they hold, and whether it is a secret by its form alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import zxingcpp
from PIL import Image

from bot.guard.findings import SecretKind
from bot.guard.secrets.phrase_checksums import bip39

_COMPACT_SEEDS: Final = frozenset((16, 20, 24, 28, 32))
"""Bytes of entropy behind 12 to 24 words, as CompactSeedQR writes them bare."""
_WORD_DIGITS: Final = 4
_LAST_WORD: Final = 2047
_SEED_DIGITS: Final = re.compile(r"(?:[01][0-9]{3}|20[0-4][0-9]){12,24}")
_FORMS: Final[tuple[tuple[re.Pattern[str], SecretKind], ...]] = (
    (re.compile(r"otpauth(?:-migration)?://", re.IGNORECASE), "one_time_code"),
    (re.compile(r"ur:(?:crypto-)?(?:seed|bip39)/", re.IGNORECASE), "seed_phrase"),
    (re.compile(r"ur:(?:crypto-)?sskr/", re.IGNORECASE), "share"),
    (re.compile(r"(?:0x)?[0-9a-f]{64}", re.IGNORECASE), "private_key"),
    (re.compile(r"wifi:.*\bp:[^;]+;", re.IGNORECASE | re.DOTALL), "password"),
    (re.compile(r"@\s*[\x1e\s]*\s*(?:ANSI |AAMVA)"), "national_id"),  # a driving licence
)


@dataclass(frozen=True, slots=True, repr=False)
class Code:
    """What a code on a picture holds."""

    text: str
    raw: bytes


def codes_in(picture: Image.Image) -> list[Code]:
    """Read all codes of a picture."""
    found = zxingcpp.read_barcodes(picture, try_rotate=True, try_downscale=True, try_invert=True)
    return [Code(str(one.text), bytes(one.bytes)) for one in found]


def kind_by_form(code: Code) -> SecretKind | None:
    """The kind of a secret that a code is as a whole; words inside it are the guard's to find."""
    text = code.text.strip()
    if len(code.raw) in _COMPACT_SEEDS and not _is_printable(code.raw):
        return "seed_phrase"
    if _SEED_DIGITS.fullmatch(text) and is_seed_digits(text):
        return "seed_phrase"
    for form, kind in _FORMS:
        whole = form.fullmatch(text) if kind == "private_key" else form.match(text)
        if whole:
            return kind
    return None


def is_seed_digits(text: str) -> bool:
    """Whether digits are a phrase as SeedQR writes it: four a word, and the checksum holds."""
    numbers = [int(text[at : at + _WORD_DIGITS]) for at in range(0, len(text), _WORD_DIGITS)]
    if len(numbers) % 3 or len(text) % _WORD_DIGITS or max(numbers) > _LAST_WORD:
        return False
    return bip39(numbers)


def _is_printable(raw: bytes) -> bool:
    try:
        return raw.decode("utf-8").isprintable()
    except UnicodeDecodeError:
        return False
