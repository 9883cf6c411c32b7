"""Scored segments: the stretch of a text that speaks most for being a phrase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

BIT: Final = 4
"""Points are quarter bits of log2 p(phrase) / p(prose)."""

CHINESE: Final = "zh"
"""The name of the view in which both Chinese lists are one."""

REPEATED: Final = -1 * BIT
NOT_LISTED: Final = -1


class Element(NamedTuple):
    """One word, or one interruption, as a word list sees it.

    ``word`` is the index in the list or ``NOT_LISTED``; ``start`` and ``end`` count characters
    of the text as given; ``tight`` is true when nothing but separators and ordinals stand
    between it and the listed word before.
    """

    points: int
    word: int
    start: int
    end: int
    tight: bool
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Segment:
    """The elements ``first`` to ``last`` (both included) with their sum of points."""

    points: int
    first: int
    last: int
    words: int
    distinct: int


NOTHING: Final = Segment(0, 0, -1, 0, 0)


def best_segment(elements: Sequence[Element]) -> Segment:
    """The segment with the highest sum; a word that comes again adds nothing (Kadane)."""
    best = NOTHING
    total, first, words, seen = 0, 0, 0, set[int]()
    for position, element in enumerate(elements):
        if total <= 0:
            total, first, words, seen = 0, position, 0, set()
        points = element.points
        if element.word >= 0:
            if element.word in seen:
                points = min(points, REPEATED)
            seen.add(element.word)
            words += 1
        total += points
        if total > best.points:
            best = Segment(total, first, position, words, len(seen))
    return best


def widened(elements: Sequence[Element], segment: Segment) -> Segment:
    """The segment with the list words that touch it: a phrase has everyday words too."""
    first, last = segment.first, segment.last
    while first > 0 and elements[first].tight and elements[first - 1].word >= 0:
        first -= 1
    while last + 1 < len(elements) and elements[last + 1].tight and elements[last + 1].word >= 0:
        last += 1
    return Segment(segment.points, first, last, segment.words, segment.distinct)


def tight_runs(elements: Sequence[Element], *, at_least: int) -> list[Segment]:
    """The runs of listed words with nothing between them; repeated words count in full."""
    runs: list[Segment] = []
    start = 0
    for position in range(len(elements) + 1):
        if (
            position < len(elements)
            and elements[position].word >= 0
            and (position == start or elements[position].tight)
        ):
            continue
        if position - start >= at_least:
            runs.append(_whole(elements, start, position - 1))
        start = position
        if position < len(elements) and elements[position].word < 0:
            start = position + 1
    return runs


def _whole(elements: Sequence[Element], first: int, last: int) -> Segment:
    part = elements[first : last + 1]
    words = [element.word for element in part]
    return Segment(sum(e.points for e in part), first, last, len(words), len(set(words)))
