"""Does a message tell of a robbery under way, and of which? Learned weights, summed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bot.guard.signals.network import Networks

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    Numbers = np.ndarray[Any, np.dtype[np.float32]]

# How much a word of a signal's own list adds to what was learnt, in log-odds.
_A_WORD_SPEAKS: Final = 1.0
# How much each way of reading counts, measured in bench/guard_signals.md.
_LISTS_COUNT: Final = 0.5
_PIECES_COUNT: Final = 0.8
_MOST_SURE: Final = 12.0

WEIGHTS: Final = Path(__file__).with_name("weights.npz")


@dataclass(frozen=True, slots=True)
class Evidence:
    """A message as the judge weighs it: features by their hash, and rows of meaning, or None."""

    lists: Mapping[int, float]
    pieces: Mapping[int, float]
    meanings: Numbers | None
    signals: Collection[str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """``alarm`` grows with the odds of a robbery under way; ``shares`` of signals add up to 1."""

    alarm: float
    shares: Mapping[str, float]

    @property
    def likeliest(self) -> str:
        """The signal with the largest share."""
        return max(self.shares, key=lambda name: self.shares[name])


class Table:
    """Rows of weights by the hash of a feature; a last row counts always."""

    def __init__(self, hashes: Iterable[int], table: Numbers) -> None:
        self._row = {int(name): row for row, name in enumerate(hashes)}
        self._table = table

    def sums(self, found: Mapping[int, float]) -> Numbers:
        """Add up the rows of the features found: float32, one number a column."""
        rows = [(self._row[name], weight) for name, weight in found.items() if name in self._row]
        sums: Numbers = self._table[-1].copy()
        if rows:
            index, weights = zip(*rows, strict=True)
            sums += np.asarray(weights, np.float32) @ self._table[list(index)]
        return sums


@dataclass(frozen=True, slots=True)
class Judge:
    """Lists and pieces of words by their tables, meanings by the networks.

    Column 0 of each is for the alarm; ``lists`` and ``networks`` have one more a signal.
    """

    lists: Table
    pieces: Table
    networks: Networks
    names: tuple[str, ...]

    def judge(self, evidence: Evidence) -> Verdict:
        """Judge a message; without its meaning by lists and pieces alone."""
        by_lists = self.lists.sums(evidence.lists)
        by_pieces = float(self.pieces.sums(evidence.pieces)[0])
        alarm = _LISTS_COUNT * float(by_lists[0]) + _PIECES_COUNT * by_pieces
        points = by_lists[1:].copy()
        rows = evidence.meanings
        if rows is None:
            alarm *= 2.0
        elif len(rows):
            answers = self.networks.answer(rows)
            sure = answers[int(np.argmax(answers[:, 0]))]
            alarm += float(np.clip(sure[0], -_MOST_SURE, _MOST_SURE))
            points += sure[1:]
        return Verdict(alarm, self._shares(points, evidence.signals))

    def _shares(self, points: Numbers, signals: Collection[str]) -> dict[str, float]:
        spoken = {
            name: float(value) + (_A_WORD_SPEAKS if name in signals else 0.0)
            for name, value in zip(self.names, points, strict=True)
        }
        most = max(spoken.values(), default=0.0)
        raised = {name: math.exp(value - most) for name, value in spoken.items()}
        whole = sum(raised.values()) or 1.0
        return {name: value / whole for name, value in raised.items()}


@lru_cache(maxsize=1)
def learned() -> Judge:
    """Load the weights that ``bot.guard.signals.train`` wrote."""
    with np.load(WEIGHTS, allow_pickle=False) as stored:
        parts = {name: stored[name] for name in stored.files}
    wide = {name: value.astype(np.float32) for name, value in parts.items() if value.dtype == "f2"}
    return Judge(
        Table(parts["list_hashes"].tolist(), wide["list_table"]),
        Table(parts["piece_hashes"].tolist(), wide["piece_table"]),
        Networks(
            wide["centre"],
            wide["first"],
            wide["first_bias"],
            wide["second"],
            wide["second_bias"],
        ),
        tuple(str(name) for name in parts["names"]),
    )
