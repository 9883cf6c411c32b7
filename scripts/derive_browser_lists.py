"""Derive the word lists that the browser's guard loads from the guard's own tables.

What it writes is committed; a test compares it with the tables. Run from the project's root:

    .venv/bin/python scripts/derive_browser_lists.py

Each list of words becomes one text: for every word, in list order, how many letters it shares with
the word before, and the rest of it, folded; then ``|`` and a letter a word for its points: ``A`` to
``M`` from -6 to +6 bits, ``N`` to ``Z`` the same where its first four letters say nothing.

Both Chinese lists become one string of bits in base 64. The simplified list is one number: each
character is its place among those of GB 2312's first level that are not taken yet, which every
browser knows. Then comes a bit for each character of the traditional list, and a second number for
those that differ, by their place in Big5. Before each number stand how many characters the table
lacks (4 bits), these (16 bits each) and how many bits the number has (16 bits). Last come the
hashes of pairs of characters that are frequent in prose, as Golomb-Rice coded gaps.
"""

from __future__ import annotations

import base64
import math
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bot.guard.normalise import fold_word  # noqa: E402
from bot.guard.tables import (  # noqa: E402
    chinese_list,
    chinese_prose,
    listed_words,
    simplified,
)

FOLDER: Final = ROOT / "bot" / "widget" / "static" / "widget-guard" / "lists"
LISTS: Final = ("en", "es", "fr", "it", "cs", "pt", "ja", "ko")
POINTS_STEP: Final = 4
LOWEST_POINTS: Final = -24
LEAST_FOR_FOUR_LETTERS: Final = 10
"""Four letters that are a word of prose ("some", "wind") tell nothing."""

COUNT_BITS: Final = 4
CHARACTER_BITS: Final = 16
GB: Final = ("gb2312", range(0xB0, 0xD8), (range(0xA1, 0xFF),))
BIG5: Final = ("big5", range(0xA4, 0xC7), (range(0x40, 0x7F), range(0xA1, 0xFF)))
PAIRS: Final = 8300
ROOM_FOR_A_PAIR: Final = 24
"""One in so many pairs of characters that are not in the set looks as if it were."""
RICE_BITS: Final = 4
PAIR_COST: Final = 15.0
SINGLE_SLOPE, SINGLE_START, SINGLE_RANKS = 1.4178, 1.0, 20


def words_text(wordlist: str) -> str:
    """A list of words as the browser reads it."""
    pieces, points, before = [], [], ""
    for row in listed_words(wordlist):
        form = fold_word(row.word)
        shared = _shared(before, form)
        letter = ord("A") + round((row.points - LOWEST_POINTS) / POINTS_STEP)
        if row.prefix_points is not None and row.prefix_points < LEAST_FOR_FOUR_LETTERS:
            letter += 13
        pieces.append(f"{shared}{form[shared:]}")
        points.append(chr(letter))
        before = form
    return f"{''.join(pieces)}|{''.join(points)}"


def _shared(before: str, form: str) -> int:
    longest = min(len(before), len(form), 9)
    return next((i for i in range(longest) if before[i] != form[i]), longest)


def chinese_bits() -> Iterator[str]:
    """Both Chinese lists and the pairs, as strings of 0 and 1."""
    plain, old = chinese_list("simplified"), chinese_list("traditional")
    yield from _numbered(plain, table(*GB))
    yield from ("0" if char == twin else "1" for char, twin in zip(plain, old, strict=True))
    changed = [twin for char, twin in zip(plain, old, strict=True) if char != twin]
    yield from _numbered(changed, table(*BIG5))
    last = -1
    for place in sorted({pair_place(pair) for pair in frequent_pairs()}):
        steps, rest = divmod(place - last - 1, 1 << RICE_BITS)
        yield "1" * steps + "0" + format(rest, f"0{RICE_BITS}b")
        last = place


def table(encoding: str, leads: range, trails: tuple[range, ...]) -> list[str]:
    """The characters of two bytes in an encoding that browsers know too, in its order."""
    signs = (bytes((lead, trail)) for lead in leads for part in trails for trail in part)
    decoded = (sign.decode(encoding, errors="ignore") for sign in signs)
    return [char for char in decoded if "\u4e00" <= char <= "\u9fff"]


def _numbered(chars: Sequence[str], known: list[str]) -> Iterator[str]:
    """Characters as those that the table lacks, and one number in mixed radix for all."""
    lacking = sorted(set(chars) - set(known))
    left, places = [*known, *lacking], list[int]()
    for char in chars:
        places.append(left.index(char))
        left.remove(char)
    number = 0
    for taken in reversed(range(len(chars))):
        number = number * (len(known) + len(lacking) - taken) + places[taken]
    yield format(len(lacking), f"0{COUNT_BITS}b")
    yield from (format(ord(char), f"0{CHARACTER_BITS}b") for char in lacking)
    yield format(number.bit_length(), f"0{CHARACTER_BITS}b")
    yield format(number, "b")


def pair_place(pair: str) -> int:
    """Where the browser looks a pair of characters up."""
    mixed = (ord(pair[0]) * 0x9E3779B1 ^ ord(pair[1]) * 0x85EBCA6B) & 0xFFFFFFFF
    return (mixed >> 4) % (PAIRS * ROOM_FOR_A_PAIR)


def frequent_pairs() -> list[str]:
    """The pairs of neighbours that make Chinese prose cheaper than its characters alone."""
    often: dict[str, float] = defaultdict(float)
    for word, cost in chinese_prose().items():
        for pair in map("".join, pairwise(word)):
            often[pair] += 2 ** (-cost / 4)
    rank = _ranks()

    def saved(pair: str) -> float:
        alone = sum(_alone(rank.get(char, 4000)) for char in pair)
        return often[pair] * max(0.0, alone - PAIR_COST)

    return sorted(often, key=saved, reverse=True)[:PAIRS]


def _ranks() -> dict[str, int]:
    """Simplified character to its place in the lists, which are ordered by use."""
    to_simplified, rank = simplified(), dict[str, int]()
    for script in ("simplified", "traditional"):
        for place, char in enumerate(chinese_list(script)):
            rank.setdefault(to_simplified.get(char, char), place)
    return rank


def _alone(rank: int) -> float:
    return SINGLE_SLOPE * math.log2(rank + SINGLE_RANKS) + SINGLE_START


def packed(bits: Iterable[str]) -> str:
    """Bits as base 64, filled up with ones at the end."""
    text = "".join(bits)
    text += "1" * (-len(text) % 24)
    return base64.b64encode(int(text, 2).to_bytes(len(text) // 8, "big")).decode()


def files() -> dict[str, str]:
    """The lists by file name."""
    return {f"{name}.txt": words_text(name) for name in LISTS} | {"zh.txt": packed(chinese_bits())}


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in files().items():
        FOLDER.joinpath(name).write_text(text, encoding="utf-8")
