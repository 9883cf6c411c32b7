"""A message as the signals are read from it: one spelling, cut into words and sentences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.guard.normalise import read

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_CHARACTERS: Final = 2_000
MOST_WORDS: Final = 600

_APOSTROPHE: Final = re.compile(r"(?<=[a-z])['’‘`´](?=[a-z])")
# A Chinese character is a word of its own: the words of the lists are found as runs of them.
_WORD: Final = re.compile(r"[a-z]+|[0-9]+|[\u3400-\u9fff]|[.!?;。！？；…\n]+|[^\sa-z0-9]", re.ASCII)
_END: Final = frozenset(".!?;。！？；…\n")


def canonical(text: str, same: Mapping[str, str]) -> str:
    """Fold a text, drop its apostrophes, and write what has several spellings in one."""
    folded = _APOSTROPHE.sub("", read(text[:MOST_CHARACTERS]).folded)
    for other, usual in same.items():
        if other in folded:
            folded = folded.replace(other, usual)
    return folded


def words_of(text: str) -> list[str]:
    """Cut a canonical text into words; a Chinese character and a mark each count as one."""
    return _WORD.findall(text)[:MOST_WORDS]


def is_chinese(word: str) -> bool:
    """Tell whether a word is a Chinese character."""
    return "\u3400" <= word <= "\u9fff"


def ends_sentence(word: str) -> bool:
    """Tell whether a mark ends a sentence."""
    return word[0] in _END
