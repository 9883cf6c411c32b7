"""Phrases without separators, and words spelt letter by letter."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from bot.guard.secrets.lexicon import Entry, lexicon
from bot.guard.secrets.segments import BIT, NOT_LISTED, Element

if TYPE_CHECKING:
    from bot.guard.normalise import Reading

LONG: Final = 20
"""A word of so many letters is none: it is split over the list."""

_LETTER_LEFT_OVER: Final = -3 * BIT
_SHORTEST: Final = 2
_OFTEN: Final = 3
_SPELT: Final = re.compile(r"(?<![a-z])(?:[a-z][ ._·*-]{1,3}){19,}[a-z](?![a-z])")
_LONG_WORD: Final = re.compile(rf"[a-z]{{{LONG},}}|[\u3041-\u3096ー]{{{LONG},}}|[\u1100-\u11ff]{{{LONG},}}")


def long_words(folded: str) -> list[str]:
    """The runs of letters that are too long for a word."""
    return _LONG_WORD.findall(folded)


def listed_in(run: str) -> set[str]:
    """The word lists of which at least ``_OFTEN`` words of five letters stand in a run."""
    entries = lexicon().entries
    hits: Counter[str] = Counter()
    for begin in range(len(run)):
        for size in (4, 5, 6, 7):
            for entry in entries.get(run[begin : begin + size], ()):
                hits[entry.wordlist] += 1
    return {name for name, count in hits.items() if count >= _OFTEN}


def spelt_out(reading: Reading) -> Reading:
    """The reading with letters that stand apart drawn together: "a b a n d o n" to "abandon"."""
    if not _SPELT.search(reading.folded):
        return reading
    folded: list[str] = []
    offsets: list[int] = []
    position = 0
    for match in _SPELT.finditer(reading.folded):
        kept = [*range(position, match.start())]
        kept += [i for i in range(match.start(), match.end()) if reading.folded[i].isalpha()]
        folded += [reading.folded[i] for i in kept]
        offsets += [reading.offsets[i] for i in kept]
        position = match.end()
    rest = range(position, len(reading.folded))
    folded += [reading.folded[i] for i in rest]
    offsets += [reading.offsets[i] for i in rest]
    return type(reading)(reading.text, "".join(folded), offsets)


def split_unspaced(text: str, wordlist: str, start: int, end: int) -> list[Element]:
    """The best cut of a long run of letters into list words, as elements.

    Every element carries the span of the whole run.
    """
    entries, longest = lexicon().entries, lexicon().longest
    best: list[int] = [0]
    via: list[Entry | None] = [None]
    back: list[int] = [0]
    for stop in range(1, len(text) + 1):
        points, how, where = best[stop - 1] + _LETTER_LEFT_OVER, None, stop - 1
        for begin in range(max(0, stop - longest), stop - _SHORTEST):
            for entry in entries.get(text[begin:stop], ()):
                if entry.wordlist == wordlist and best[begin] + entry.points > points:
                    points, how, where = best[begin] + entry.points, entry, begin
        best.append(points)
        via.append(how)
        back.append(where)
    found: list[Element] = []
    position = len(text)
    while position:
        entry = via[position]
        word, points = (entry.word, entry.points) if entry else (NOT_LISTED, _LETTER_LEFT_OVER)
        found.append(Element(points, word, start, end, tight=entry is not None))
        position = back[position]
    return found[::-1]
