"""How much a sentence means a thief's request: a small network over the sentence encoder.

It hears what words alone do not tell: wordings that nobody wrote down beforehand. Trained by
``scripts/train_outbound.py``; without the encoder the words are weighed alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bot.guard.encoder import Encoder, EncoderError, load_encoder

if TYPE_CHECKING:
    from collections.abc import Sequence

    Numbers = np.ndarray[Any, np.dtype[np.float32]]

FILE: Final = Path(__file__).resolve().parent / "tables" / "outbound.npz"
WIDTH: Final = 512
STRETCH: Final = 12.0
"""What the rows are multiplied with, so that their numbers are near 1."""

_AT_ONCE: Final = 16


@dataclass(frozen=True)
class Network:
    """Networks of one hidden layer; what they answer is their mean, in log-odds."""

    centre: Numbers
    first: Numbers
    first_bias: Numbers
    second: Numbers
    second_bias: float

    def answer(self, rows: Numbers) -> Numbers:
        """Weigh float32[n, 1024], a sentence and the one before it a row: float32[n]."""
        hidden = np.maximum((rows - self.centre) * STRETCH @ self.first + self.first_bias, 0.0)
        return np.asarray(hidden @ self.second + self.second_bias, np.float32)


@lru_cache(maxsize=1)
def network() -> Network:
    """Read the shipped weights, which are whole numbers and a scale each column."""
    with np.load(FILE, allow_pickle=False) as stored:
        parts = {name: stored[name].astype(np.float32) for name in stored.files}
    return Network(
        parts["centre"],
        parts["first"] * parts["scale"],
        parts["first_bias"],
        parts["second"],
        float(parts["second_bias"]),
    )


@lru_cache(maxsize=1)
def encoder() -> Encoder | None:
    """Give the sentence encoder, or None where it is not installed."""
    try:
        return load_encoder("use")
    except (ImportError, OSError, EncoderError):
        return None


def beside(sentences: Sequence[Numbers], before: Sequence[Numbers | None]) -> Numbers:
    """Lay each sentence's row beside that of the sentence before: float32[n, 1024]."""
    nothing = np.zeros(WIDTH, np.float32)
    pairs = zip(sentences, before, strict=True)
    return np.stack(
        [np.concatenate((here, nothing if last is None else last)) for here, last in pairs]
    )


def weigh(texts: Sequence[str], asked: Sequence[int]) -> dict[int, float]:
    """Give for the sentences numbered ``asked`` what the network says; {} without the encoder.

    Each costs about 2.5 ms, and so does the sentence before it; 16 of them at most are read.
    """
    encode = encoder() if asked else None
    if encode is None:
        return {}
    chosen = list(asked)[:_AT_ONCE]
    needed = sorted({at for one in chosen for at in (one - 1, one) if at >= 0})
    rows = dict(zip(needed, encode.encode([texts[at].strip() for at in needed]), strict=True))
    laid = beside([rows[at] for at in chosen], [rows.get(at - 1) for at in chosen])
    return dict(zip(chosen, network().answer(laid).tolist(), strict=True))
