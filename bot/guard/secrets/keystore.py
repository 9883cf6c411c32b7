"""Ethereum's keystore files (Web3 Secret Storage, version 1 and 3) by their fields."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.guard.findings import Finding

if TYPE_CHECKING:
    from bot.guard.normalise import Reading

NAME: Final = "keystore"
_CIPHERTEXT: Final = re.compile(r"ciphertext\W{1,10}[0-9a-f]{32,}")
_OTHERS: Final = (
    re.compile(r"\bkdf(?:params)?\b"),
    re.compile(r"\bmac\W{1,10}[0-9a-f]{64}"),
    re.compile(r"\bcipherparams\b|\bcipher\W{1,10}aes"),
)
_OTHERS_NEEDED: Final = 1


def find(reading: Reading) -> list[Finding]:
    """A keystore, whole or cut: its ciphertext and one more of its fields."""
    match = _CIPHERTEXT.search(reading.folded)
    if match is None:
        return []
    others = [m.span() for m in (p.search(reading.folded) for p in _OTHERS) if m is not None]
    if len(others) < _OTHERS_NEEDED:
        return []
    start = min(match.start(), *(span[0] for span in others))
    end = max(match.end(), *(span[1] for span in others))
    return [Finding("keystore", *reading.span(start, end), "likely")]
