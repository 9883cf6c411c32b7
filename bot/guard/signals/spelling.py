"""Misspelt Latin words, read as the listed word that is one slip away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SHORTEST: Final = 6


class Speller:
    """Finds the listed word that a word was meant to be: one letter more, less, other or swapped.

    Words under six letters are taken as they are: too many of them are one letter apart.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = {word for word in words if len(word) >= 2 and word.isascii()}
        self._known: dict[str, str] = {}
        for word in sorted(self._words):
            if len(word) >= _SHORTEST and word.isalpha():
                for shorter in _one_less(word):
                    self._known.setdefault(shorter, word)

    def meant(self, word: str) -> str:
        """Give the listed word, or the word itself where it is listed or none is near."""
        if len(word) < _SHORTEST or word in self._words or not word.isascii():
            return word
        if word in self._known:
            return self._known[word]
        for shorter in _one_less(word):
            if shorter in self._words and len(shorter) >= _SHORTEST:
                return shorter
            near = self._known.get(shorter)
            if near is not None and _is_one_slip(word, near):
                return near
        return word


def _one_less(word: str) -> Iterator[str]:
    for index in range(len(word)):
        yield word[:index] + word[index + 1 :]


def _is_one_slip(word: str, other: str) -> bool:
    """Tell whether two words of one length differ in one letter, or in two swapped neighbours."""
    if len(word) != len(other):
        return False
    differ = [
        index for index, pair in enumerate(zip(word, other, strict=True)) if len(set(pair)) > 1
    ]
    if len(differ) == 1:
        # The first letter is seldom wrong, and "allowed" is not "followed".
        return differ[0] > 0
    first, last = (differ[0], differ[-1]) if differ else (0, 0)
    swapped = word[first] == other[last] and word[last] == other[first]
    return len(differ) == 2 and last == first + 1 and swapped
