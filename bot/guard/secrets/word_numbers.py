"""Phrases written as the numbers of their words, 1 to 2048, next to a cue (steel plates)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.guard.findings import Finding
from bot.guard.secrets.tokens import HIGHEST_ORDINAL

if TYPE_CHECKING:
    from bot.guard.normalise import Reading

NAME: Final = "word_numbers"
_CUE: Final = re.compile(r"seed|recovery|mnemonic|phrase|bip-?39|word|助记|恢复|单词|种子|备份")
_ROW: Final = re.compile(r"(?<![0-9.])[0-9]{1,4}(?:[\s,;:|/)(.-]{1,4}[0-9]{1,4}){10,60}(?![0-9])")
_FEWEST: Final = 11


def find(reading: Reading) -> list[Finding]:
    """Eleven or more numbers of words in a row, ordinals between them not counted."""
    if not _CUE.search(reading.folded):
        return []
    return [
        Finding("seed_phrase", *reading.span(*match.span()), "partial")
        for match in _ROW.finditer(reading.folded)
        if _are_word_numbers([int(n) for n in re.findall(r"[0-9]+", match.group())])
    ]


def _are_word_numbers(numbers: list[int]) -> bool:
    large = [n for n in numbers if n > HIGHEST_ORDINAL]
    return max(numbers) <= 2048 and len(set(large)) >= _FEWEST - 3 and len(numbers) >= _FEWEST
