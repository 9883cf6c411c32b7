"""The network over the sentence encoder that ``train_outbound.py`` trains: numpy alone, seeded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bot.guard.outbound_meaning import FILE, STRETCH, Network

if TYPE_CHECKING:
    Numbers = np.ndarray[Any, np.dtype[np.float32]]

NETWORKS: Final = 3
HIDDEN: Final = 40
ROUNDS: Final = 15
BATCH: Final = 200
PACE: Final = 0.002
DECAY: Final = 0.004
WHOLE: Final = 127
"""The largest whole number of a shipped weight."""


def train(rows: Numbers, refused: Numbers, counts: Numbers) -> Network:
    """Train the networks and lay them side by side as one.

    Args:
        rows: float32[n, d].
        refused: float32[n], 0 or 1.
        counts: float32[n], how much each row counts; both kinds are brought to the same sum.
    """
    centre = rows.mean(axis=0)
    put = (rows - centre) * STRETCH
    even = np.where(
        refused > 0, counts / counts[refused > 0].sum(), counts / counts[refused == 0].sum()
    )
    even = (even / even.mean()).astype(np.float32)
    nets = [_one(put, refused, even, np.random.default_rng(seed)) for seed in range(NETWORKS)]
    first, first_bias, second, second_bias = zip(*nets, strict=True)
    return Network(
        centre,
        np.concatenate(first, axis=1),
        np.concatenate(first_bias),
        np.concatenate(second) / NETWORKS,
        float(np.mean(second_bias)),
    )


def write_network(network: Network) -> None:
    """Write the weights as whole numbers of one byte and a scale each column."""
    scale = np.abs(network.first).max(axis=0) / WHOLE
    np.savez_compressed(
        FILE,
        centre=network.centre.astype(np.float16),
        first=np.round(network.first / scale).astype(np.int8),
        scale=scale.astype(np.float32),
        first_bias=network.first_bias.astype(np.float32),
        second=network.second.astype(np.float32),
        second_bias=np.float32(network.second_bias),
    )
    print(f"{FILE.stat().st_size / 1000:.0f} kB")


def _one(put: Numbers, refused: Numbers, counts: Numbers, chance: np.random.Generator) -> list[Any]:
    """Train one network by Adam."""
    reach = np.sqrt(6.0 / (put.shape[1] + HIDDEN))
    parts = [
        chance.uniform(-reach, reach, (put.shape[1], HIDDEN)).astype(np.float32),
        np.zeros(HIDDEN, np.float32),
        chance.uniform(-0.2, 0.2, HIDDEN).astype(np.float32),
        np.zeros(1, np.float32),
    ]
    mean = [np.zeros_like(part) for part in parts]
    power = [np.zeros_like(part) for part in parts]
    step = 0
    for _ in range(ROUNDS):
        order = chance.permutation(len(put))
        for at in range(0, len(order), BATCH):
            batch = order[at : at + BATCH]
            step += 1
            pace = PACE * np.sqrt(1 - 0.999**step) / (1 - 0.9**step)
            slopes = _slopes(parts, put[batch], refused[batch], counts[batch])
            for i, slope in enumerate(slopes):
                mean[i] = 0.9 * mean[i] + 0.1 * slope
                power[i] = 0.999 * power[i] + 0.001 * slope**2
                parts[i] -= (pace * mean[i] / (np.sqrt(power[i]) + 1e-8)).astype(np.float32)
    return parts


def _slopes(parts: list[Any], put: Numbers, refused: Numbers, counts: Numbers) -> list[Any]:
    first, first_bias, second, second_bias = parts
    hidden = np.maximum(put @ first + first_bias, 0.0)
    said = hidden @ second + second_bias
    off = ((1.0 / (1.0 + np.exp(-said)) - refused) * counts / len(put)).astype(np.float32)
    inner = np.outer(off, second) * (hidden > 0)
    return [
        put.T @ inner + DECAY * first,
        inner.sum(axis=0),
        hidden.T @ off + DECAY * second,
        np.array([off.sum()]),
    ]
