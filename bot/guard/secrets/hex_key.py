"""64 hexadecimal digits next to the words "private key"; elsewhere they are a transaction's id.

Without any cue they are undecidable, and support needs transaction ids: they stay.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.guard.findings import Finding
from bot.guard.secrets.cues import key_announced

if TYPE_CHECKING:
    from bot.guard.normalise import Reading

NAME: Final = "hex_key"
_HEX: Final = re.compile(
    r"(?<![0-9a-z])(?:0x)?(?:[0-9a-f]{64}|[0-9a-f]{128})(?![0-9a-z])", re.IGNORECASE
)
_GROUPED: Final = re.compile(
    r"(?<![0-9a-z])(?:0x)?(?:[0-9a-f]{4}[ :-]){15}[0-9a-f]{4}(?![0-9a-z])"
    r"|(?<![0-9a-z])(?:0x)?(?:[0-9a-f]{8}[ :\n-]){7}[0-9a-f]{8}(?![0-9a-z])"
    r"|(?<![0-9a-z])(?:0x)?[0-9a-f]{32}[ \n-]{1,2}[0-9a-f]{32}(?![0-9a-z])",
    re.IGNORECASE,
)


def find(reading: Reading) -> list[Finding]:
    """Hexadecimal keys that the words around them call a private key."""
    if not reading.holds_code:
        return []
    bare = reading.bare
    return [
        Finding("private_key", *bare.span(*match.span()), "likely")
        for pattern in (_HEX, _GROUPED)
        for match in pattern.finditer(bare.folded)
        if key_announced(bare.folded, *match.span())
    ]
