"""What the judge weighs: lists that meet in a sentence, runs of words, and pieces of words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Final
from zlib import crc32

from bot.guard.signals.text import is_chinese

if TYPE_CHECKING:
    from bot.guard.signals.matcher import Sentence, Told

_MOST_WORDS: Final = 120
_STEM: Final = 5
_WEIGHT_MENTION: Final = 0.6
_WEIGHT_MEETING: Final = 1.6
_WEIGHT_WORDS: Final = 1.0
_LONGEST_PIECE: Final = 4


def features(told: Told, before: Sequence[Sentence] = ()) -> dict[int, float]:
    """Give the weighted features of a message, by the hash of their name.

    Args:
        told: the message.
        before: sentences of earlier messages that count as if told with it.
    """
    sentences = (*before, *told.sentences)
    found: dict[int, float] = {}
    _add(found, set(_mentions(sentences)), _WEIGHT_MENTION)
    _spread(found, set(_meetings(sentences)), _WEIGHT_MEETING)
    _spread(found, set(_runs(told.words)), _WEIGHT_WORDS)
    return found


def pieces(told: Told) -> dict[int, float]:
    """Give the runs of one to four letters within words, and of Chinese characters in a row.

    They find a word that is misspelt, and a phrase that no list has. Together they have length 1.
    """
    runs = {part for run in _joined(told.words[:_MOST_WORDS]) for part in _parts(run)}
    found: dict[int, float] = {}
    _spread(found, runs, 1.0)
    return found


def _joined(words: Sequence[str]) -> Iterator[str]:
    """Words with a space at both ends, Chinese characters that follow each other as one."""
    chinese = ""
    for word in (*words, ""):
        if is_chinese(word):
            chinese += word
            continue
        if chinese:
            yield f" {chinese} "
        chinese = ""
        if word:
            yield f" {word} "


def _parts(run: str) -> Iterator[str]:
    for size in range(1, _LONGEST_PIECE + 1):
        yield from (run[at : at + size] for at in range(len(run) - size + 1))


def _mentions(sentences: Sequence[Sentence]) -> Iterator[str]:
    everything = frozenset[str]().union(*sentences)
    signals = [name for name in everything if name[0] == "="]
    yield from (f"any {name}" for name in everything)
    yield f"signals {min(len(signals), 3)}"
    for sentence in sentences:
        if any(name[0] == "=" for name in sentence):
            yield from (f"beside {name}" for name in sentence if name[0] != "=")


def _meetings(sentences: Sequence[Sentence]) -> Iterator[str]:
    everything = frozenset[str]().union(*sentences)
    plain = sorted(name for name in everything if name[0] != "=")
    yield from (f"told {a} {b}" for a, b in combinations(plain, 2))
    for sentence in sentences:
        plain = sorted(name for name in sentence if name[0] != "=")
        signals = [name for name in sentence if name[0] == "="]
        pairs = [f"{a} {b}" for a, b in combinations(plain, 2)]
        if signals:
            yield from (f"met {pair}" for pair in pairs)
        for signal in signals:
            yield from (f"{signal} {name}" for name in plain)


def _runs(words: Sequence[str]) -> Iterator[str]:
    words = words[:_MOST_WORDS]
    previous = ""
    for word in words:
        if not is_chinese(word):
            yield word
            if len(word) > _STEM:
                yield f"{word[:_STEM]}*"
        if previous:
            yield f"{previous} {word}"
        previous = word


def _add(found: dict[int, float], names: set[str], weight: float) -> None:
    for name in names:
        found[crc32(name.encode())] = weight


def _spread(found: dict[int, float], names: set[str], weight: float) -> None:
    """Give the names one weight together, so that a long story weighs no more than a short one."""
    if names:
        _add(found, names, weight / math.sqrt(len(names)))
