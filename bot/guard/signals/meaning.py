"""What a message means, as the sentence encoder has it: one row of numbers a window of text."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bot.guard.encoder import LIMIT, Encoder, EncoderError, load_encoder

if TYPE_CHECKING:
    Numbers = np.ndarray[Any, np.dtype[np.float32]]

WIDTH: Final = 512
_WINDOWS: Final = 5
_ANY_LETTER: Final = 2
_SHORTEST: Final = 1e-6


@lru_cache(maxsize=1)
def _encoder() -> Encoder | None:
    try:
        return load_encoder("use")
    except (ImportError, OSError, EncoderError):
        return None


def is_understood() -> bool:
    """Tell whether the encoder is there; without it the lists and letters alone are weighed."""
    return _encoder() is not None


def meanings(text: str) -> Numbers | None:
    """Give float32[windows, 512], rows of about unit length; None without the encoder.

    What is longer than the encoder reads is given window by window, five at most.
    """
    encoder = _encoder()
    if encoder is None:
        return None
    stripped = text.strip()
    windows = [stripped[at : at + LIMIT] for at in range(0, len(stripped), LIMIT)][:_WINDOWS]
    whole = [part for part in windows if len(part) >= _ANY_LETTER] or windows[:1]
    return encoder.encode(whole) if whole else np.zeros((0, WIDTH), np.float32)


def joined(rows: Numbers) -> Numbers:
    """Give the meaning of messages told one after the other: float32[512], the mean of theirs."""
    if len(rows) == 1:
        return np.asarray(rows[0], np.float32)
    mean = rows.mean(axis=0)
    return np.asarray(mean / max(float(np.linalg.norm(mean)), _SHORTEST), np.float32)
