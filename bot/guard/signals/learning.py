"""How the judge's weights are learnt: numpy alone, the same lessons give the same weights."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bot.guard.signals.network import STRETCH, Networks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Numbers = np.ndarray[Any, np.dtype[np.float32]]
    Places = np.ndarray[Any, np.dtype[np.int64]]
    Loss = Callable[[Numbers], tuple[float, Numbers]]

_SEEN_AT_LEAST: Final = 3
_MOST_STEPS: Final = 120
_CURVES_KEPT: Final = 8
_NETWORKS: Final = 3
_HIDDEN: Final = 64
_ROUNDS: Final = 30
_BATCH: Final = 200
_PACE: Final = 0.002
_DECAY: Final = 0.0015
_WHICH_COUNTS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Rows:
    """Sparse rows of features: row i has the numbers from ``start[i]`` on; the last column is 1."""

    start: Places
    column: Places
    value: Numbers
    width: int

    def times(self, weights: Numbers) -> Numbers:
        """Rows times weights: one number a row."""
        sums: Numbers = np.add.reduceat(self.value * weights[self.column], self.start)
        return sums

    def back(self, off: Numbers) -> Numbers:
        """Rows turned, times one number a row: one number a column."""
        counts = np.diff(np.append(self.start, len(self.column)))
        spread = self.value * np.repeat(off, counts)
        return np.bincount(self.column, spread, self.width).astype(np.float32)


def kept(found: Sequence[Mapping[int, float]]) -> list[int]:
    """The features seen often enough to learn from, sorted."""
    seen = Counter(name for one in found for name in one)
    return sorted(name for name, count in seen.items() if count >= _SEEN_AT_LEAST)


def rows_of(found: Sequence[Mapping[int, float]], hashes: Sequence[int]) -> Rows:
    """Give the features as rows, one column a hash and a last one that is always 1."""
    column = {name: index for index, name in enumerate(hashes)}
    starts: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for one in found:
        starts.append(len(columns))
        known = [(column[name], weight) for name, weight in sorted(one.items()) if name in column]
        columns += [index for index, _ in known] + [len(hashes)]
        values += [weight for _, weight in known] + [1.0]
    return Rows(
        np.array(starts, np.int64),
        np.array(columns, np.int64),
        np.array(values, np.float32),
        len(hashes) + 1,
    )


def fit(rows: Rows, wanted: Numbers, counts: Numbers, penalty: float) -> Numbers:
    """Logistic regression: float32[width], with ``penalty`` on all but the last weight."""
    holding = np.full(rows.width, penalty, np.float32)
    holding[-1] = 0.0

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        odds = rows.times(weights)
        cost = counts @ (np.logaddexp(0.0, odds) - wanted * odds)
        off = np.asarray((1.0 / (1.0 + np.exp(-odds)) - wanted) * counts, np.float32)
        whole = float(cost) + 0.5 * float(holding @ weights**2)
        slope = np.asarray((rows.back(off) + holding * weights) / len(wanted), np.float32)
        return whole / len(wanted), slope

    return _lowest(loss, np.zeros(rows.width, np.float32))


def _lowest(loss: Loss, weights: Numbers) -> Numbers:
    """Go downhill by L-BFGS."""
    curves: deque[tuple[Numbers, Numbers]] = deque(maxlen=_CURVES_KEPT)
    cost, slope = loss(weights)
    for _ in range(_MOST_STEPS):
        way = _direction(slope, curves)
        size, gain = 1.0, float(slope @ way)
        while True:
            there, slope_there = loss(weights + size * way)
            if there <= cost + 1e-4 * size * gain or size < 1e-6:
                break
            size *= 0.5
        if size < 1e-6 or cost - there < 1e-7:
            break
        curves.append((size * way, slope_there - slope))
        weights, cost, slope = weights + size * way, there, slope_there
    return weights


def _direction(slope: Numbers, curves: deque[tuple[Numbers, Numbers]]) -> Numbers:
    way, kept_back = -slope, []
    for step, bend in reversed(curves):
        part = float(step @ way) / float(step @ bend)
        kept_back.append(part)
        way = way - part * bend
    if curves:
        step, bend = curves[-1]
        way = way * (float(step @ bend) / float(bend @ bend))
    for (step, bend), part in zip(curves, reversed(kept_back), strict=True):
        way = way + (part - float(bend @ way) / float(step @ bend)) * step
    return way


def fit_networks(meanings: Numbers, told: Numbers, which: Numbers, counts: Numbers) -> Networks:
    """Train the networks: on ``told`` (0 or 1) by meaning, and on ``which`` signal where told.

    Args:
        meanings: float32[n, d].
        told: float32[n].
        which: float32[n, signals], one 1 in each row that is told.
        counts: float32[n], how much each row counts.
    """
    centre = meanings.mean(axis=0)
    put = (meanings - centre) * STRETCH
    wanted = np.concatenate((told[:, None], which), axis=1)
    trained = [_network(put, wanted, counts, np.random.default_rng(n)) for n in range(_NETWORKS)]
    first, first_bias, second, second_bias = (np.stack(part) for part in zip(*trained, strict=True))
    return Networks(centre, first, first_bias, second, second_bias)


def _network(
    put: Numbers, wanted: Numbers, counts: Numbers, chance: np.random.Generator
) -> list[Numbers]:
    """One network by Adam; the generator is seeded, so chance is the same each time."""
    inside, outside = put.shape[1], wanted.shape[1]
    reach = np.sqrt(6.0 / (inside + _HIDDEN))
    parts = [
        chance.uniform(-reach, reach, (inside, _HIDDEN)).astype(np.float32),
        np.zeros(_HIDDEN, np.float32),
        chance.uniform(-0.2, 0.2, (_HIDDEN, outside)).astype(np.float32),
        np.zeros(outside, np.float32),
    ]
    mean = [np.zeros_like(part) for part in parts]
    power = [np.zeros_like(part) for part in parts]
    step = 0
    for _ in range(_ROUNDS):
        order = chance.permutation(len(put))
        for at in range(0, len(order), _BATCH):
            batch = order[at : at + _BATCH]
            step += 1
            slopes = _slopes(parts, put[batch], wanted[batch], counts[batch])
            pace = _PACE * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
            for index, slope in enumerate(slopes):
                mean[index] = 0.9 * mean[index] + 0.1 * slope
                power[index] = 0.999 * power[index] + 0.001 * slope**2
                parts[index] -= pace * mean[index] / (np.sqrt(power[index]) + 1e-8)
    return parts


def _slopes(
    parts: Sequence[Numbers], put: Numbers, wanted: Numbers, counts: Numbers
) -> list[Numbers]:
    first, first_bias, second, second_bias = parts
    hidden = np.maximum(put @ first + first_bias, 0.0)
    said = hidden @ second + second_bias
    off = np.empty_like(said)
    off[:, 0] = (1.0 / (1.0 + np.exp(-said[:, 0])) - wanted[:, 0]) * counts
    raised = np.exp(said[:, 1:] - said[:, 1:].max(axis=1, keepdims=True))
    shares = raised / raised.sum(axis=1, keepdims=True)
    off[:, 1:] = (shares - wanted[:, 1:]) * (wanted[:, :1] * _WHICH_COUNTS)
    off /= len(put)
    inner = (off @ second.T) * (hidden > 0)
    return [
        put.T @ inner + _DECAY * first,
        inner.sum(axis=0),
        hidden.T @ off + _DECAY * second,
        off.sum(axis=0),
    ]
