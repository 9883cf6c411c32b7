"""Does a message tell of a robbery under way, and of which? Learned weights, summed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    Numbers = np.ndarray[Any, np.dtype[np.float32]]

# How much a word of a signal's own list adds to what was learnt, in log-odds.
_A_WORD_SPEAKS: Final = 1.0

WEIGHTS: Final = Path(__file__).with_name("weights.npz")


@dataclass(frozen=True, slots=True)
class Verdict:
    """``alarm`` is the log-odds of a robbery under way; ``shares`` add up to 1 over signals."""

    alarm: float
    shares: Mapping[str, float]

    @property
    def likeliest(self) -> str:
        """The signal with the largest share."""
        return max(self.shares, key=lambda name: self.shares[name])


class Judge:
    """Weights by the hash of a feature: column 0 for the alarm, one column a signal.

    ``table`` has one row a feature and a last row that counts always.
    """

    def __init__(self, hashes: Iterable[int], table: Numbers, names: tuple[str, ...]) -> None:
        self._row = {int(name): row for row, name in enumerate(hashes)}
        self._table = table
        self._names = names

    def judge(self, found: Mapping[int, float], signals: Collection[str]) -> Verdict:
        """Judge the features of a message; ``signals`` are those of which it has a word."""
        rows = [(self._row[name], weight) for name, weight in found.items() if name in self._row]
        sums = self._table[-1].copy()
        if rows:
            index, weights = zip(*rows, strict=True)
            sums += np.asarray(weights, np.float32) @ self._table[list(index)]
        points = {
            name: float(sums[column]) + (_A_WORD_SPEAKS if name in signals else 0.0)
            for column, name in enumerate(self._names, 1)
        }
        most = max(points.values(), default=0.0)
        raised = {name: math.exp(value - most) for name, value in points.items()}
        whole = sum(raised.values()) or 1.0
        return Verdict(float(sums[0]), {name: value / whole for name, value in raised.items()})


@lru_cache(maxsize=1)
def learned() -> Judge:
    """Load the weights that ``bot.guard.signals.train`` wrote."""
    with np.load(WEIGHTS, allow_pickle=False) as stored:
        names = tuple(str(name) for name in stored["names"])
        return Judge(stored["hashes"].tolist(), stored["table"].astype(np.float32), names)
