"""The checksums of phrases. They only raise a certainty: most of what people paste is damaged."""

from __future__ import annotations

import hashlib
import hmac
import zlib
from typing import TYPE_CHECKING, Final

from bot.guard.secrets.segments import CHINESE
from bot.guard.tables import listed_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

BIP39_LENGTHS: Final = (24, 21, 18, 15, 12)
_BIP39_LISTS: Final = frozenset(("en", "es", "fr", "it", "cs", "pt", "ja", "ko", CHINESE))
_MANY: Final = 60
_USUAL: Final = frozenset((12, 24))
_WINDOWS: Final = 200
"""More than a message of honest size has; what is crafted longer is judged by its points."""
_ELECTRUM_TAGS: Final = ("01", "100", "101", "102")
_RS1024: Final = (
    0xE0E040, 0x1C1C080, 0x3838100, 0x7070200, 0xE0E0009,
    0x1C0C2412, 0x38086C24, 0x3090FC48, 0x21B1F890, 0x3F3F120,
)  # fmt: skip


def proven(wordlist: str, words: Sequence[int]) -> bool:
    """Whether any stretch of these list words is a whole phrase by its checksum."""
    lengths = _checks(wordlist)
    if len(words) > _MANY:
        lengths = [(length, check) for length, check in lengths if length in _USUAL]
    return any(
        check(words[start : start + length])
        for length, check in lengths
        for start in range(min(_WINDOWS, len(words) - length + 1))
    )


def one_word_repeated(wordlist: str, words: Sequence[int]) -> bool:
    """Whether a phrase of one word and another last is there, as in "abandon … about"."""
    same = 1
    for position in range(1, len(words)):
        if words[position] == words[position - 1]:
            same += 1
            continue
        ends = words[position - same : position + 1]
        sizes = [size for size in BIP39_LENGTHS if size <= same + 1]
        if wordlist in _BIP39_LISTS and any(bip39(ends[-size:]) for size in sizes):
            return True
        same = 1
    return False


def _checks(wordlist: str) -> list[tuple[int, Callable[[Sequence[int]], bool]]]:
    if wordlist == "slip39":
        return [(length, slip39) for length in (33, 20)]
    if wordlist == "monero":
        return [(25, monero)]
    if wordlist == "electrum1":
        return []
    found: list[tuple[int, Callable[[Sequence[int]], bool]]] = [(n, bip39) for n in BIP39_LENGTHS]
    return [*found, (24, electrum), (12, electrum)] if wordlist == "en" else found


def bip39(words: Sequence[int]) -> bool:
    """BIP-39: the last bits are the beginning of the entropy's SHA-256."""
    bits = "".join(f"{word:011b}" for word in words)
    size = len(bits) * 32 // 33
    entropy = int(bits[:size], 2).to_bytes(size // 8, "big")
    digest = f"{int.from_bytes(hashlib.sha256(entropy).digest(), 'big'):0256b}"
    return digest[: len(bits) - size] == bits[size:]


def electrum(words: Sequence[int]) -> bool:
    """Electrum 2 and later: the version tag in a keyed hash of the phrase itself."""
    rows = listed_words("en")
    phrase = " ".join(rows[word].word for word in words)
    tag = hmac.new(b"Seed version", phrase.encode(), hashlib.sha512).hexdigest()
    return tag.startswith(_ELECTRUM_TAGS)


def slip39(words: Sequence[int]) -> bool:
    """SLIP-39: the Reed-Solomon code RS1024, plain or extendable."""
    return any(_rs1024(text, words) for text in (b"shamir", b"shamir_extendable"))


def _rs1024(customisation: bytes, words: Sequence[int]) -> bool:
    state = 1
    for value in [*customisation, *words]:
        top = state >> 20
        state = (state & 0xFFFFF) << 10 ^ value
        for bit in range(10):
            state ^= _RS1024[bit] if (top >> bit) & 1 else 0
    return state == 1


def monero(words: Sequence[int]) -> bool:
    """Monero: the last word is the one that the CRC-32 of all beginnings points to."""
    rows = listed_words("monero")
    starts = [rows[word].word[:3] for word in words]
    return starts[zlib.crc32("".join(starts[:24]).encode()) % 24] == starts[24]
