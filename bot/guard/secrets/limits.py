"""How many points make a phrase, and how many a suspicion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.guard.findings import Certainty
    from bot.guard.secrets.segments import Segment


@dataclass(frozen=True, slots=True)
class Limits:
    """When a segment is a phrase: points in quarter bits, and listed words.

    ``cued`` is enough for a suspicion when the words around name a phrase; ``few`` when there
    are as many words as a whole phrase has (0: never).
    """

    block: int
    block_words: int
    suspect: int
    suspect_words: int
    cued: int
    few: int = 0


def certainty_of(segment: Segment, limits: Limits, *, cue: bool) -> Certainty | None:
    """How certain it is that a segment is a phrase; a cue only raises it."""
    if segment.points >= limits.block and segment.words >= limits.block_words:
        return "likely"
    if segment.points >= limits.suspect and segment.words >= limits.suspect_words:
        return "likely" if cue else "partial"
    if cue and segment.points >= limits.cued and segment.words >= limits.suspect_words:
        return "partial"
    if limits.few and segment.points >= limits.few and segment.words >= limits.block_words:
        return "partial"
    return None
