"""Private keys by their own checksum: WIF, BIP-38, mini keys; PEM and Solana key files by shape."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from bot.guard.findings import Finding
from bot.guard.secrets.base58 import payload
from bot.guard.secrets.cues import key_announced

if TYPE_CHECKING:
    from bot.guard.findings import Certainty
    from bot.guard.normalise import Reading

NAME: Final = "private_key"
_B58 = "[1-9A-HJ-NP-Za-km-z]"
_CANDIDATE: Final = re.compile(
    rf"(?<![0-9A-Za-z])(?:(?P<bip38>6P{_B58}{{56}})|(?P<wif>{_B58}{{51,52}})|(?P<solana>{_B58}{{86,88}})"
    rf"|(?P<mini>S{_B58}{{29}}|S{_B58}{{21}}))(?![0-9A-Za-z])"
)
_PEM: Final = re.compile(r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----")
_KEY_FILE: Final = re.compile(
    r"\[\s*(?:\d{1,3}\s*,\s*){63}\d{1,3}\s*\]"
)  # 64 bytes: Solana's id.json
_PRIVATE_VERSIONS: Final = 0x80
"""Base58 versions of private keys are the address version plus this."""


def find(reading: Reading) -> list[Finding]:
    """Private keys in Base58, PEM blocks and byte arrays."""
    if not reading.holds_code:
        return []
    bare = reading.bare
    found = [
        Finding("private_key", *bare.span(*match.span()), certainty)
        for match in _CANDIDATE.finditer(bare.folded)
        if (certainty := _certainty(match, reading))
    ]
    for pattern in (_PEM, _KEY_FILE):
        found += [
            Finding("private_key", *bare.span(*match.span()), "likely")
            for match in pattern.finditer(bare.folded)
        ]
    return found


def _certainty(match: re.Match[str], reading: Reading) -> Certainty | None:
    text = match.group()
    if match.lastgroup == "mini":
        return "proven" if hashlib.sha256(f"{text}?".encode()).digest()[0] == 0 else None
    body = None if match.lastgroup == "solana" else payload(text)
    if body is not None and match.lastgroup == "bip38" and body[:2] in {b"\x01\x42", b"\x01\x43"}:
        return "proven"
    if body is not None and len(body) in {33, 34} and body[0] >= _PRIVATE_VERSIONS:
        return "proven"
    # A damaged key, or a Solana key, which looks like a Solana transaction: only near its cue.
    return "likely" if key_announced(reading.bare.folded, *match.span()) else None
