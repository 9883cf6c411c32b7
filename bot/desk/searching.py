"""The words by which a ticket is found: Latin words as they are, Chinese in pairs of signs.

No database cuts Chinese into words of itself, so we store pairs and ask for pairs; the same
tokens serve PostgreSQL (a ``tsvector`` under a GIN index) and SQLite (text).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

MOST: Final = 2000
"""Tokens kept of one ticket; its texts are bounded, so this cuts nothing that is read."""
_LONGEST: Final = 100
_SHORTEST_BEGINNING: Final = 3
"""Shorter beginnings begin too many words."""
_ID: Final = re.compile(r"\d")
_HAN: Final = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_RUN: Final = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_IS_HAN: Final = re.compile(rf"[{_HAN}]")


def stored(texts: Iterable[str]) -> str:
    """All tokens of a ticket, each once, with a space between them."""
    found = dict.fromkeys(token for text in texts for token in _tokens(text))
    return " ".join(sorted(list(found)[:MOST]))


@dataclass(frozen=True, slots=True)
class Token:
    """What a ticket must hold: this token, or one that begins so."""

    text: str
    is_prefix: bool


def wanted(query: str) -> list[Token]:
    """The tokens of a query; a ticket matches when it holds all of them.

    A word is wanted whole, so that the database knows how rare it is; ``trans*`` and the
    beginning of an id, which has a digit, match what begins so.
    """
    folded = unicodedata.normalize("NFKC", query).lower()
    found: dict[str, Token] = {}
    for match in _RUN.finditer(folded):
        run = match[0]
        if not _IS_HAN.match(run):
            is_open = folded[match.end() : match.end() + 1] == "*" or _ID.search(run) is not None
            found[run] = Token(run[:_LONGEST], is_open and len(run) >= _SHORTEST_BEGINNING)
        elif len(run) == 1:
            found[run] = Token(run, is_prefix=True)
        else:
            found |= {pair: Token(pair, is_prefix=False) for pair in _pairs(run)}
    return list(found.values())


def _tokens(text: str) -> Iterator[str]:
    for run in _runs(text):
        if _IS_HAN.match(run):
            yield from _pairs(run)
            yield run[-1]  # the last sign begins no pair, and must be found alone as well
        else:
            yield run


def _runs(text: str) -> Iterator[str]:
    for match in _RUN.finditer(unicodedata.normalize("NFKC", text).lower()):
        yield match[0] if _IS_HAN.match(match[0]) else match[0][:_LONGEST]


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]
