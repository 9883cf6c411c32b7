"""Extended private keys (BIP-32, SLIP-132): xprv, yprv, zprv and their kin. An xpub stays."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.guard.findings import Finding
from bot.guard.secrets.base58 import payload

if TYPE_CHECKING:
    from bot.guard.normalise import Reading

NAME: Final = "extended_key"
_CANDIDATE: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:[xyztuvYZUV]prv|Ltpv|Mtpv|dgpv)[1-9A-HJ-NP-Za-km-z]{24,112}(?![0-9A-Za-z])"
)


def find(reading: Reading) -> list[Finding]:
    """Extended private keys, also damaged or cut ones: nothing else begins so."""
    if not reading.holds_code:
        return []
    bare = reading.bare
    return [
        Finding(
            "extended_key",
            *bare.span(*match.span()),
            "proven" if payload(match.group()) else "likely",
        )
        for match in _CANDIDATE.finditer(bare.folded)
    ]
