"""A piece of a private key, called one: "the first half of my key is …"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.guard.findings import Finding
from bot.guard.secrets.base58 import payload
from bot.guard.secrets.cues import key_announced

if TYPE_CHECKING:
    from bot.guard.normalise import Reading

NAME: Final = "key_parts"
_PART: Final = re.compile(
    r"half|\bpart\b|piece|\brest\b|characters|\bchars|一半|前半|后半|上半|下半|部分|前面|后面|[0-9]\s?位"
)
_HEX: Final = r"(?:0x)?(?=[a-f]{0,20}[0-9])[0-9a-fA-F]{16,63}"
_B58: Final = r"(?=[A-Za-z]{0,20}[1-9])(?=[1-9a-z]{0,20}[A-Z])[1-9A-HJ-NP-Za-km-z]{16,50}"
_RUN: Final = re.compile(rf"(?<![0-9A-Za-z])(?:{_HEX}|{_B58})(?![0-9A-Za-z])")
_ADDRESS: Final = re.compile(r"0x[0-9a-fA-F]{40}")


def find(reading: Reading) -> list[Finding]:
    """Runs of a key's characters that the words around call a part of a key."""
    if not reading.holds_code or not _PART.search(reading.folded):
        return []
    bare = reading.bare
    return [
        Finding("private_key", *bare.span(*match.span()), "likely")
        for match in _RUN.finditer(bare.folded)
        if key_announced(bare.folded, *match.span()) and not _is_address(match.group())
    ]


def hex_piece(reading: Reading) -> int:
    """How many hexadecimal digits a message is that says nothing else; 0 when it says more."""
    whole = _ONLY_HEX.fullmatch(reading.folded.strip())
    return len(whole[1]) if whole else 0


_ONLY_HEX: Final = re.compile(r"(?:0x)?([0-9a-f]{16,48})")


def _is_address(text: str) -> bool:
    if _ADDRESS.fullmatch(text):
        return True
    return not set(text) & set("0OIl") and payload(text) is not None
