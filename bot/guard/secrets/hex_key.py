"""64 hexadecimal digits: a private key by its cue, a transaction's id by its own, or unclear."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.guard.findings import Finding
from bot.guard.secrets.cues import key_announced, transaction_named

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


DIGITS: Final = 64
_SHOWN: Final = 6
_LONGEST_LINK: Final = 200
_LINK: Final = re.compile(r"(?:https?:/|[0-9a-z-]\.[a-z]{2,12}/)\S*$", re.IGNORECASE)


def find(reading: Reading) -> list[Finding]:
    """Hexadecimal keys that the words around them call so, and the middle of undecidable ones.

    A bare number of 64 digits may be a key or a transaction's id: ``partial``. It is an id
    after 0x, in a link, or in a message about a transfer.
    """
    if not reading.holds_code:
        return []
    bare = reading.bare
    found: list[Finding] = []
    for pattern in (_HEX, _GROUPED):
        for match in pattern.finditer(bare.folded):
            if key_announced(bare.folded, *match.span()):
                found.append(Finding("private_key", *bare.span(*match.span()), "likely"))
            elif _is_undecidable(match, reading):
                middle = bare.span(match.start() + _SHOWN, match.end() - _SHOWN)
                found.append(Finding("private_key", *middle, "partial"))
    return found


def _is_undecidable(match: re.Match[str], reading: Reading) -> bool:
    if len(match.group()) != DIGITS or not match.group().isalnum():
        return False
    linked = _LINK.search(match.string, max(0, match.start() - _LONGEST_LINK), match.start())
    return linked is None and not transaction_named(reading.folded)
