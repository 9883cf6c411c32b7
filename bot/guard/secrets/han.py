"""Phrases of Chinese characters: the list against the best reading as prose."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Final

from bot.guard.secrets.segments import BIT, NOT_LISTED, Element
from bot.guard.tables import chinese_list, chinese_prose, simplified

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.guard.normalise import Reading
    from bot.guard.secrets.tokens import Token

_LISTED: Final = 11 * BIT
_NOT_LISTED: Final = 19 * BIT
_RARE: Final = 18 * BIT
_LATIN_WORD: Final = -5 * BIT
_COSTS: Final = {"end": -2 * BIT, "number": -3 * BIT}
_UNEVEN: Final = -4 * BIT
"""Groups of a phrase are alike, only the last may be shorter; clauses of prose are not."""
_CLAUSE: Final = -8 * BIT
"""Marks between groups of characters make clauses of a poem, or names; a phrase has blanks."""
_CLAUSE_MARK: Final = re.compile(r"[,.;:!?、。·]")
_ORDINAL_BONUS: Final = 2 * BIT
_HAN: Final = re.compile(r"[\u3400-\u9fff]+")
_ALL_HAN: Final = re.compile(r"(?:[\u3400-\u9fff][\s,.、-]{0,3})+")
_ONE_REPEATED: Final = re.compile(r"的(?:[\s,.、-]{0,3}的){10}|歇(?:[\s,.、-]{0,3}歇){10}")
"""The first and the last of the list: how phrases of zeros or ones alone begin."""
_NEVER: Final = 10**9
_LONGEST_PHRASE: Final = 24
_WORTH_A_PASS: Final = 16 * BIT
_WORTH_WHEN_LONG: Final = 10 * BIT
"""In a long text a stretch of it has to be unlike prose; in a short one the checksum may tell."""
_SHORT: Final = 40
_BRIEF: Final = 6
_ONE_BY_ONE: Final = 6


@lru_cache(maxsize=1)
def _members() -> dict[str, int]:
    """Simplified character to its number, which is the same in the lists of both scripts."""
    to_simplified = simplified()
    joint: dict[str, int] = {}
    for script in ("simplified", "traditional"):
        for number, char in enumerate(chinese_list(script)):
            joint.setdefault(to_simplified.get(char, char), number)
    return joint


def promising(folded: str, *, at_least: int, any_piece: bool) -> dict[str, list[int]] | None:
    """The gains of its runs if a text has enough Chinese unlike prose for a pass, else ``None``.

    With ``any_piece`` (a conversation is remembered) it is enough that it does not read as
    prose, or is short and all Chinese.
    """
    runs = _HAN.findall(folded)
    size = sum(map(len, runs))
    if size == 0 or (size < at_least and not any_piece):
        return None
    gains_of = {run: gains_over_prose(run) for run in runs}
    gains = list(chain.from_iterable(map(gains_of.__getitem__, runs)))
    if any_piece:
        all_chinese = size <= _LONGEST_PHRASE and _ALL_HAN.fullmatch(folded) is not None
        if all_chinese or sum(gains) > -BIT * size:
            return gains_of
    unlike = sum(gain for gain in gains if gain > 0) >= _WORTH_A_PASS and (
        size <= _SHORT or _listed_out(folded, runs) or _highest(gains) >= _WORTH_WHEN_LONG
    )
    return gains_of if unlike or _ONE_REPEATED.search(folded) else None


def _listed_out(folded: str, runs: list[str]) -> bool:
    """Whether a text could say characters one by one: ordinals are in the runs, or between."""
    brief = sum(len(run) <= _BRIEF for run in runs)
    return brief >= _ONE_BY_ONE or folded.count("第") >= _ONE_BY_ONE


def _highest(gains: list[int]) -> int:
    """The sum of the stretch that gains most."""
    total = highest = 0
    for gain in gains:
        total += gain
        if total < 0:
            total = 0
        elif total > highest:
            highest = total
    return highest


def elements(reading: Reading, cut: list[Token], known: dict[str, list[int]]) -> list[Element]:
    """The text as the Chinese lists see it: one element a character.

    ``known`` has the gains over prose of the runs for which they were asked before.
    """
    found: list[Element] = []
    ordinal, before, last_end = False, 0, 0
    for token in cut:
        if token.kind == "ordinal":
            ordinal = True
            continue
        start, end = reading.span(token.start, token.end)
        if token.kind != "han":
            cost = _COSTS.get(token.kind, _LATIN_WORD)
            if token.kind == "end" and before == 1:
                cost = 0  # a full stop behind each character
            found.append(Element(0 if ordinal else cost, NOT_LISTED, start, end, tight=False))
            ordinal, before = False, before if token.kind == "end" else 0
            continue
        gains = list(known.get(token.text) or gains_over_prose(token.text))
        if len(gains) == 1 and ordinal:
            gains[0] += _ORDINAL_BONUS
        elif before and len(gains) > before:
            gains[0] += _UNEVEN
        elif before and len(gains) < before and before > 1:
            gains[0] += _UNEVEN // 2
        if (
            last_end
            and len(gains) > 1
            and _CLAUSE_MARK.search(reading.folded[last_end : token.start])
        ):
            gains[0] += _CLAUSE
        ordinal, before, last_end = False, len(gains), token.end
        for i, (char, points) in enumerate(zip(token.text, gains, strict=True), token.start):
            word = _members().get(char, NOT_LISTED)
            found.append(Element(points, word, *reading.span(i, i + 1), tight=True))
    return found


def gains_over_prose(run: str) -> list[int]:
    """What each character of a run adds for the list against the cheapest cut into words."""
    return gains_over_words(run, chinese_prose().get)


def in_phrase(char: str) -> int:
    """What a character costs in a phrase."""
    return _LISTED if char in _members() else _NOT_LISTED


def gains_over_words(run: str, cost_of: Callable[[str], int | None]) -> list[int]:
    """What each character adds against the cheapest cut into words of one to four characters.

    A word's cost is shared by its characters, so that a segment pays for whole words.
    """
    members = _members()
    best, length = [0], [0]
    one, two, three, four = 0, _NEVER, _NEVER, _NEVER  # what is best up to so many characters ago
    for stop in range(1, len(run) + 1):
        cost = cost_of(run[stop - 1])
        cheapest, chosen = one + (_RARE if cost is None else cost), 1
        if (cost := cost_of(run[stop - 2 : stop])) is not None and two + cost < cheapest:
            cheapest, chosen = two + cost, 2
        if (cost := cost_of(run[stop - 3 : stop])) is not None and three + cost < cheapest:
            cheapest, chosen = three + cost, 3
        if (cost := cost_of(run[stop - 4 : stop])) is not None and four + cost < cheapest:
            cheapest, chosen = four + cost, 4
        best.append(cheapest)
        length.append(chosen)
        one, two, three, four = cheapest, one, two, three
    gains: list[int] = []
    stop = len(run)
    while stop:
        size = length[stop]
        share = (best[stop] - best[stop - size]) // size
        gains += [
            share - (_LISTED if char in members else _NOT_LISTED)
            for char in reversed(run[stop - size : stop])
        ]
        stop -= size
    return gains[::-1]
