"""Chinese that looks like a phrase, looked at again: does it read as names, or as verse?

Both are made of the characters of the lists in an order that prose has not. What tells them from a
phrase is which character follows which; a phrase has them at random.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from bot.guard.secrets import han
from bot.guard.secrets.segments import BIT, REPEATED
from bot.guard.tables import chinese_names, chinese_prose, chinese_verse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bot.guard.findings import Certainty
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
_AT_ONCE: Final = 100
_CUED: Final = 16 * BIT


def points(view: list[Element], cut: list[Token], known: dict[str, list[int]]) -> int:
    """How much a text still speaks for a phrase, in quarter bits, and against names and verse.

    The best segment of what both looks add: verse before a phrase does not outweigh it. Nothing
    above what is likely is told apart.
    """
    total, highest, seen = 0, 0, set[int]()
    for element, more in zip(view, _more(cut, known), strict=False):
        if total <= 0:
            total, seen = 0, set()
        gain = element.points + more
        total += min(gain, REPEATED) if element.word in seen else gain
        if element.word >= 0:
            seen.add(element.word)
        highest = max(highest, total)
        if highest >= _LIKELY:
            break
    return highest


def piece(view: list[Element], cut: list[Token], known: dict[str, list[int]]) -> list[Element]:
    """A short message as a piece of a phrase: what it adds over prose, names and verse.

    Half of what both looks add, so that the limits of the first look hold. Characters that stand
    apart are left as they are, for nothing follows them.
    """
    if not any(a.end == b.start and a.word >= 0 <= b.word for a, b in pairwise(view)):
        return view
    again = zip(view, _more(cut, known), strict=True)
    return [e._replace(points=(e.points + more) // 2) for e, more in again]


def _more(cut: list[Token], known: dict[str, list[int]]) -> Iterator[int]:
    """What the second look adds to each element of the first."""
    word_or_name = _word_or_name()
    for token in cut:
        if token.kind != "han":
            yield from () if token.kind == "ordinal" else (0,)
            continue
        first = known.get(token.text) or han.gains_over_prose(token.text)
        for begin in range(0, len(first), _AT_ONCE):
            part = token.text[begin : begin + _AT_ONCE]
            over_names = han.gains_over_words(part, word_or_name)
            over_verse = _gains_over_verse(part)
            each = zip(over_names, over_verse, first[begin:], strict=False)
            yield from (names + verse - before for names, verse, before in each)


def certainty(first: Certainty, found: int, *, cue: bool, checked: int) -> Certainty | None:
    """The certainty of the first look, or a lesser one, or none when it was a mistake.

    ``checked``: 1 when a stretch has a checksum, 2 when the text says nothing else, or 0.
    """
    found += _CHECKED[checked] + (_CUED if cue else 0)
    if found < _PARTIAL:
        return None
    return first if found >= _LIKELY else "partial"


@lru_cache(maxsize=1)
def _word_or_name() -> Callable[[str], int | None]:
    """What a word costs, which may be a name of two or three characters."""
    words, (surnames, given) = chinese_prose(), chinese_names()

    def cost_of(word: str) -> int | None:
        cost = words.get(word)
        size = len(word)
        if not 1 < size < 4 or word[0] not in surnames:
            return cost
        name = _NAME + surnames[word[0]] + given.get(word[1], _GIVEN_UNKNOWN)
        name += given.get(word[2], _GIVEN_UNKNOWN) if size == 3 else _NAME_OF_TWO
        return name if cost is None or name < cost else cost

    return cost_of


def _gains_over_verse(run: str) -> list[int]:
    alone, after = chinese_verse()
    gains: list[int] = []
    before = ""
    for char in run:
        cost = after.get(before + char) if before else None
        if cost is None:
            cost = alone.get(char, _VERSE_UNKNOWN) + (_NOT_AFTER if before else 0)
        gains.append(cost - han.in_phrase(char))
        before = char
    return gains


__all__ = ["certainty", "piece", "points"]
