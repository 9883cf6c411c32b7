"""The words of a reply as classes: what is asked for, how, by whom, and what excuses it."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from bot.content.yaml_files import read_yaml

_FILE: Final = Path(__file__).resolve().parents[2] / "data" / "knowledge" / "outbound_words.yml"
_TOKEN: Final = re.compile(r"[a-z]+(?:'[a-z]+)?|[0-9]+|[㐀-䶿一-鿿]|[?,:\"_…]")
_QUOTES: Final = str.maketrans("’‘“”「」『』", '\'\'""""""')
LONGEST: Final = 7
"""Words or Chinese characters of the longest entry."""


def words_of(folded: str) -> list[str]:
    """Cut folded text into Latin words, numbers, single Chinese characters and a few marks."""
    return _TOKEN.findall(folded.translate(_QUOTES))


@lru_cache(maxsize=1)
def classes() -> dict[tuple[str, ...], str]:
    """Give the class of each entry of ``outbound_words.yml``, keyed by its words."""
    raw = read_yaml(_FILE.read_text("utf-8"))["classes"]
    found: dict[tuple[str, ...], str] = {}
    for name, entries in raw.items():
        for entry in entries.replace("\n", " ").split("|"):
            key = tuple(words_of(entry.strip()))
            if 0 < len(key) <= LONGEST:
                found.setdefault(key, name)
    return found


@lru_cache(maxsize=1)
def _lengths() -> dict[str, tuple[int, ...]]:
    lengths: dict[str, set[int]] = {}
    for key in classes():
        lengths.setdefault(key[0], set()).add(len(key))
    return {first: tuple(sorted(found, reverse=True)) for first, found in lengths.items()}


def classify(words: list[str]) -> list[str]:
    """Replace words by the names of their classes, the longest entry first; others stay.

    Numbers become ``#``.
    """
    table, lengths = classes(), _lengths()
    result: list[str] = []
    at = 0
    while at < len(words):
        for length in lengths.get(words[at], ()):
            name = table.get(tuple(words[at : at + length]))
            if name:
                result.append(name)
                at += length
                break
        else:
            result.append("#" if words[at].isdigit() else words[at])
            at += 1
    return result
