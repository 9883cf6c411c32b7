"""Phrases without separators, and words spelt letter by letter."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cache
from typing import TYPE_CHECKING, Final

from bot.guard.secrets.lexicon import Entry, lexicon
from bot.guard.secrets.segments import BIT, NOT_LISTED, Element

if TYPE_CHECKING:
    from bot.guard.normalise import Reading

LONG: Final = 20
"""A word of so many letters is none: it is split over the list."""

_LETTER_LEFT_OVER: Final = -3 * BIT
_START: Final = 3
_OFTEN: Final = 4
_CLOSE: Final = 60
_SHARE_OF_MOST: Final = 0.4
"""A list with fewer words in a run than that only shares some with the list that wrote it."""
_APART = r"[\s._·*,;:|/)+-]{1,3}"
_SPELT: Final = re.compile(
    rf"(?<![a-z])(?:[a-z]{_APART}(?:[0-9]{{1,2}}{_APART})?){{19,}}[a-z](?![a-z])"
)
_GAP: Final = re.compile(r"[^a-z]+")
_LONG_WORD: Final = re.compile(
    rf"[a-z]{{{LONG},}}|[\u3041-\u3096ー]{{{LONG},}}|[\u1100-\u11ff]{{{LONG},}}"
)


def long_words(folded: str) -> list[str]:
    """The runs of letters that are too long for a word."""
    return _LONG_WORD.findall(folded)


def listed_in(run: str) -> list[str]:
    """The word lists of which words stand close together in a run: those to cut it over."""
    if not "a" <= run[0] <= "z":
        return ["ja"] if "\u3041" <= run[0] <= "\u30ff" else ["ko"]
    entries = lexicon().entries
    hits: dict[str, list[int]] = defaultdict(list)
    for begin in range(len(run)):
        for size in (5, 6, 7):
            for entry in entries.get(run[begin : begin + size], ()):
                hits[entry.wordlist].append(begin)
    most = max(map(len, hits.values()), default=0)
    near = {
        name
        for name, places in hits.items()
        if len(places) >= _SHARE_OF_MOST * most and _close_together(sorted(places))
    }
    return sorted(near | _in_fours(run))


def _in_fours(run: str) -> set[str]:
    """The word lists of which first four letters stand one behind the other."""
    entries = lexicon().entries
    streak: dict[str, int] = {}
    found: set[str] = set()
    for begin in range(0, len(run) - 3, 4):
        names = {entry.wordlist for entry in entries.get(run[begin : begin + 4], ())}
        streak = {name: streak.get(name, 0) + 1 for name in names}
        found |= {name for name, length in streak.items() if length > _OFTEN}
    return found


def _close_together(places: list[int]) -> bool:
    pairs = zip(places, places[_OFTEN - 1 :], strict=False)
    return any(last - first <= _CLOSE for first, last in pairs)


def spelt_out(reading: Reading) -> Reading:
    """The reading with letters that stand apart drawn together: "a b a n d o n" to "abandon".

    What stands between most letters is left out, and what stands between words stays a space.
    """
    if not _SPELT.search(reading.folded):
        return reading
    folded: list[str] = []
    offsets: list[int] = []
    position = 0
    for match in _SPELT.finditer(reading.folded):
        between = [gap.span() for gap in _GAP.finditer(match.group())]
        usual = Counter(match.group()[a:b] for a, b in between).most_common(1)[0][0]
        blanks = {match.start() + a for a, b in between if match.group()[a:b] != usual}
        for i in range(position, match.end()):
            char = reading.folded[i]
            if i < match.start() or char.isalpha() or i in blanks:
                folded.append(" " if i in blanks else char)
                offsets.append(reading.offsets[i])
        position = match.end()
    folded += reading.folded[position:]
    offsets += reading.offsets[position:]
    return type(reading)(reading.text, "".join(folded), offsets)


def split_unspaced(text: str, wordlist: str, start: int, end: int) -> list[Element]:
    """The best cut of a long run of letters into list words, as elements.

    Every element carries the span of the whole run.
    """
    listed, sizes_by_start = lexicon().by_list[wordlist], _sizes(wordlist)
    best = [0] + [-(10**9)] * len(text)
    via: list[Entry | None] = [None] * (len(text) + 1)
    back = [0] * (len(text) + 1)
    for begin, points in enumerate(best):  # later entries are final when they are reached
        left_over = points + _LETTER_LEFT_OVER
        if begin < len(text) and left_over > best[begin + 1]:
            best[begin + 1], via[begin + 1], back[begin + 1] = left_over, None, begin
        for size in sizes_by_start.get(text[begin : begin + _START], ()):
            stop = begin + size
            entry = listed.get(text[begin:stop]) if stop <= len(text) else None
            if entry is not None and points + entry.points > best[stop]:
                best[stop], via[stop], back[stop] = points + entry.points, entry, begin
    found: list[Element] = []
    position = len(text)
    while position:
        entry = via[position]
        word, points = (entry.word, entry.points) if entry else (NOT_LISTED, _LETTER_LEFT_OVER)
        found.append(Element(points, word, start, end, tight=entry is not None))
        position = back[position]
    return found[::-1]


@cache
def _sizes(wordlist: str) -> dict[str, tuple[int, ...]]:
    """How long the words are that begin with these letters."""
    sizes: dict[str, set[int]] = defaultdict(set)
    for form in lexicon().by_list[wordlist]:
        if len(form) >= _START:
            sizes[form[:_START]].add(len(form))
    return {start: tuple(sorted(found)) for start, found in sizes.items()}
