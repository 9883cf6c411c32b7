"""Phrases of Chinese characters: the list against the best reading as prose."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.guard.secrets.segments import BIT, NOT_LISTED, Element
from bot.guard.secrets.tokens import tokens
from bot.guard.tables import chinese_list, chinese_prose, simplified

if TYPE_CHECKING:
    from bot.guard.normalise import Reading

_LISTED: Final = 11 * BIT
_NOT_LISTED: Final = 19 * BIT
_RARE: Final = 18 * BIT
_LATIN_WORD: Final = -5 * BIT
_NUMBER: Final = -3 * BIT
_SENTENCE_END: Final = -2 * BIT
_ORDINAL_BONUS: Final = 2 * BIT
_HAN: Final = re.compile(r"[\u3400-\u9fff]")
_SPACED: Final = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")


@lru_cache(maxsize=1)
def _members() -> dict[str, int]:
    """Simplified character to its number in the joint list of both scripts."""
    to_simplified = simplified()
    joint: dict[str, int] = {}
    for char in chinese_list("simplified") + chinese_list("traditional"):
        joint.setdefault(to_simplified.get(char, char), len(joint))
    return joint


def promising(folded: str, *, at_least: int) -> bool:
    """Whether the text has enough Chinese for a pass."""
    return len(_HAN.findall(folded)) >= at_least


def elements(reading: Reading) -> list[Element]:
    """The text as the Chinese lists see it: one element a character."""
    found: list[Element] = []
    ordinal = tight = False
    for token in tokens(reading.folded):
        if token.kind == "ordinal":
            ordinal = True
            continue
        if token.kind == "han":
            gains = gains_over_prose(token.text)
            if ordinal and len(gains) == 1:
                gains[0] += _ORDINAL_BONUS
            for i, (char, points) in enumerate(zip(token.text, gains, strict=True)):
                start, end = reading.span(token.start + i, token.start + i + 1)
                word = _members().get(char, NOT_LISTED)
                found.append(Element(points, word, start, end, tight=tight))
                tight = True
        else:
            cost = {"end": 0 if ordinal else _SENTENCE_END, "number": _NUMBER}.get(token.kind, _LATIN_WORD)
            start, end = reading.span(token.start, token.end)
            found.append(Element(cost, NOT_LISTED, start, end, tight=False))
            tight = False
        ordinal = False
    return found


def gains_over_prose(run: str) -> list[int]:
    """What each character of a run adds for the list against the cheapest cut into words.

    A word's cost is shared by its characters, so that a segment pays for whole words.
    """
    costs, members = chinese_prose(), _members()
    best, length = [0], [0]
    for stop in range(1, len(run) + 1):
        cheapest, chosen = best[stop - 1] + costs.get(run[stop - 1], _RARE), 1
        for size in range(2, min(4, stop) + 1):
            cost = costs.get(run[stop - size : stop])
            if cost is not None and best[stop - size] + cost < cheapest:
                cheapest, chosen = best[stop - size] + cost, size
        best.append(cheapest)
        length.append(chosen)
    gains: list[int] = []
    stop = len(run)
    while stop:
        size = length[stop]
        share = (best[stop] - best[stop - size]) // size
        for char in reversed(run[stop - size : stop]):
            gains.append(share - (_LISTED if char in members else _NOT_LISTED))
        stop -= size
    return gains[::-1]
