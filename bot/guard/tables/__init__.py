"""The data files beside this module, read once when first asked for; NOTICE says whose they are."""

from __future__ import annotations

import zlib
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

_FOLDER = Path(__file__).parent


class ListedWord(NamedTuple):
    """A word of a list, and what it and its first four letters speak for, in quarter bits."""

    word: str
    points: int
    prefix_points: int | None


@cache
def listed_words(wordlist: str) -> tuple[ListedWord, ...]:
    """A word list with its scores, in list order."""
    rows = (line.split(" ") for line in _lines(wordlist))
    return tuple(ListedWord(r[0], int(r[1]), int(r[2]) if len(r) > 2 else None) for r in rows)


@cache
def chinese_list(script: str) -> str:
    """The 2,048 characters of the ``simplified`` or ``traditional`` list, in list order."""
    return _lines(f"zh_{script}")[0]


@lru_cache(maxsize=1)
def simplified() -> dict[str, str]:
    """Traditional character to simplified."""
    pairs = _lines("zh_simplify")[0]
    return dict(zip(pairs[::2], pairs[1::2], strict=True))


@lru_cache(maxsize=1)
def chinese_prose() -> dict[str, int]:
    """What a Chinese word costs in prose, in quarter bits."""
    costs: dict[str, int] = {}
    for line in _lines("zh_prose"):
        cost, length, *groups = line.split(" ")
        step = int(length) - 1
        for first, rest in ((group[0], group[1:]) for group in groups):
            cuts = range(0, len(rest), step) if step else ()
            words = [first + rest[i : i + step] for i in cuts] or [first]
            costs.update(dict.fromkeys(words, int(cost)))
    return costs


class Costs(NamedTuple):
    """What characters cost in two places, in quarter bits; what is missing is rarer than all."""

    first: dict[str, int]
    then: dict[str, int]


@lru_cache(maxsize=1)
def chinese_verse() -> Costs:
    """Characters of verse and old prose (``first``), and pairs by their second character."""
    alone, *rows = _lines("zh_verse")
    pairs: dict[str, int] = {}
    for row in rows:
        cost, *groups = row.split(" ")
        for group in groups:
            pairs.update(dict.fromkeys([group[0] + char for char in group[1:]], int(cost)))
    return Costs(_by_cost(alone), pairs)


@lru_cache(maxsize=1)
def chinese_names() -> Costs:
    """Characters of surnames (``first``) and of given names."""
    surnames, given = _lines("zh_names")
    return Costs(_by_cost(surnames), _by_cost(given))


def _by_cost(line: str) -> dict[str, int]:
    parts = line.split(" ")
    rows = zip(parts[::2], parts[1::2], strict=True)
    return {char: int(cost) for cost, chars in rows for char in chars}


def _lines(name: str) -> list[str]:
    return zlib.decompress((_FOLDER / f"{name}.txt.z").read_bytes()).decode().splitlines()
