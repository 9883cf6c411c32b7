"""Which brands a word misspells: one wrong letter, in long names two."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_ONE_EDIT: Final = 6  # letters a name needs before one wrong letter counts
_TWO_EDITS: Final = 11


@dataclass(frozen=True)
class Speller:
    """Brands by the length of the words that may misspell them, with the set of their letters."""

    by_length: Mapping[int, tuple[tuple[str, int], ...]]

    def near(self, word: str) -> Iterator[str]:
        """Give the brands that ``word`` misspells (the brand itself is none)."""
        rows = self.by_length.get(len(word))
        if not rows:
            return
        letters = _letters(word)
        for brand, wanted in rows:
            allowed = _allowed(brand)
            # Each wrong letter adds at most one letter to either side: cheaper than counting.
            if (letters & ~wanted).bit_count() > allowed:
                continue
            if (wanted & ~letters).bit_count() > allowed:
                continue
            if 0 < edits(word, brand, allowed) <= allowed:
                yield brand


def speller(brands: Iterable[str]) -> Speller:
    """Prepare the brands that are long enough to be misspelled recognisably."""
    rows: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for brand in brands:
        if len(brand) >= _ONE_EDIT and brand.isascii():
            allowed = _allowed(brand)
            for length in range(len(brand) - allowed, len(brand) + allowed + 1):
                rows[length].append((brand, _letters(brand)))
    return Speller({length: tuple(found) for length, found in rows.items()})


def _allowed(brand: str) -> int:
    return 2 if len(brand) >= _TWO_EDITS else 1


def _letters(word: str) -> int:
    letters = 0
    for char in word:
        letters |= 1 << (ord(char) & 63)
    return letters


def is_slip(word: str, brand: str) -> bool:
    """Tell whether a letter was merely doubled or swapped: nobody's ordinary word."""
    if len(word) == len(brand):
        return sorted(word) == sorted(brand)
    return len(word) == len(brand) + 1 and any(
        word[i] == word[i + 1] and word[:i] + word[i + 1 :] == brand for i in range(len(word) - 1)
    )


def edits(one: str, other: str, most: int) -> int:
    """Count insertions, deletions, replacements and swaps (Damerau); ``most`` + 1 at most."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return last[-1]
