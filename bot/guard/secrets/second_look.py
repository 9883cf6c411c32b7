"""Chinese that looks like a phrase, looked at again: does it read as names, or as verse?

Both are made of the characters of the lists in an order that prose has not. What tells them from a
phrase is which character follows which; a phrase has them at random.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bot.guard.secrets import han
from bot.guard.secrets.segments import BIT, best_segment
from bot.guard.tables import chinese_names, chinese_prose, chinese_verse

if TYPE_CHECKING:
    from bot.guard.findings import Certainty
    from bot.guard.normalise import Reading
    from bot.guard.secrets.segments import Element
    from bot.guard.secrets.tokens import Token

_NAME: Final = 6 * BIT
_NAME_OF_TWO: Final = 3 * BIT // 2
_GIVEN_UNKNOWN: Final = 14 * BIT
_VERSE_UNKNOWN: Final = 17 * BIT
_NOT_AFTER: Final = BIT // 2
_PARTIAL: Final = 48 * BIT
_LIKELY: Final = 64 * BIT
_CHECKED: Final = (0, 4 * BIT, 30 * BIT)
"""What a checksum adds, which holds by chance once in sixteen times: none, some stretch of the
text, and the whole text, by which a phrase of everyday characters is known."""
_CUED: Final = 16 * BIT


def points(reading: Reading, cut: list[Token]) -> int:
    """How much a text still speaks for a phrase, in quarter bits, and against names and verse.

    The best segment of what both looks add: verse before a phrase does not outweigh it.
    """
    return best_segment(han.elements(reading, cut, _gains_over_both)).points


def piece(reading: Reading, cut: list[Token], view: list[Element]) -> list[Element]:
    """A short message as a piece of a phrase: what it adds over prose, names and verse.

    Half of what both looks add, so that the limits of the first look hold. Characters that stand
    apart are left as they are, for nothing follows them.
    """
    if not any(a.end == b.start and a.word >= 0 <= b.word for a, b in pairwise(view)):
        return view
    again = han.elements(reading, cut, _gains_over_both)
    return [e._replace(points=e.points // 2) for e in again]


def certainty(first: Certainty, found: int, *, cue: bool, checked: int) -> Certainty | None:
    """The certainty of the first look, or a lesser one, or none when it was a mistake.

    ``checked``: 1 when a stretch has a checksum, 2 when the text says nothing else, or 0.
    """
    found += _CHECKED[checked] + (_CUED if cue else 0)
    if found < _PARTIAL:
        return None
    return first if found >= _LIKELY else "partial"


def _gains_over_both(run: str) -> list[int]:
    over_names = han.gains_over_words(run, _word_or_name)
    return [a + b for a, b in zip(over_names, _gains_over_verse(run), strict=True)]


def _word_or_name(word: str) -> int | None:
    cost = chinese_prose().get(word)
    if len(word) not in {2, 3}:
        return cost
    surnames, given = chinese_names()
    surname = surnames.get(word[0])
    if surname is None:
        return cost
    name = _NAME + surname + sum(given.get(char, _GIVEN_UNKNOWN) for char in word[1:])
    name += _NAME_OF_TWO if len(word) == 2 else 0
    return name if cost is None else min(cost, name)


def _gains_over_verse(run: str) -> list[int]:
    alone, after = chinese_verse()
    gains: list[int] = []
    for i, char in enumerate(run):
        cost = after.get(run[i - 1 : i + 1]) if i else None
        if cost is None:
            cost = alone.get(char, _VERSE_UNKNOWN) + (_NOT_AFTER if i else 0)
        gains.append(cost - han.in_phrase(char))
    return gains


__all__ = ["certainty", "piece", "points"]
