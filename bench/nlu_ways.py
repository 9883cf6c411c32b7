"""Ways to recognise intents, and how one is trained on some texts and asked about others."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.nlu.ngrams import vectorizer
from bot.nlu.regression import fit

if TYPE_CHECKING:
    from nlu_data import Texts


@dataclass(frozen=True)
class Way:
    """Strength of each kind of features (0: left out)."""

    name: str
    encoder: float = 0.0
    characters: float = 0.0
    words: float = 0.0
    longest: int = 4
    smoothing: float = 0.0
    names: float = 0.0


class Learnt:
    """A way that has seen labelled texts; nothing is learnt from those it is asked about."""

    def __init__(self, way: Way, seen: Texts) -> None:
        self._way = way
        self._centre = seen.vectors.mean(axis=0)
        self._runs = [
            (vectorizer(unit, longest).fit(seen.texts), weight)
            for unit, weight, longest in (
                ("characters", way.characters, way.longest),
                ("words", way.words, 2),
            )
            if weight
        ]
        self._model = fit(self.blocks(seen), seen.labels, smoothing=way.smoothing)
        self.classes = np.array(self._model.classes)

    def blocks(self, texts: Texts) -> list[Any]:
        """The features of some texts."""
        found: list[Any] = []
        dense = []
        if self._way.encoder:
            dense.append((texts.vectors - self._centre) * self._way.encoder)
        if self._way.names:
            dense.append(texts.signs * self._way.names)
        if dense:
            found.append(np.hstack(dense).astype(np.float32))
        for runs, weight in self._runs:
            found.append(runs.transform(texts.texts).tocsr() * np.float32(weight))
        return found

    def probabilities(self, texts: Texts) -> Any:
        """A row a text, a column a class."""
        return self._model.probabilities(self.blocks(texts))

    def energy(self, texts: Texts) -> Any:
        """How much any class pulls at each text: low where a text is strange to all of them."""
        return np.logaddexp.reduce(self._model.scores(self.blocks(texts)), axis=1)


def ask(way: Way, seen: Texts, unseen: Texts) -> tuple[Any, Any, float]:
    """The classes, the probabilities of the unseen texts, and the seconds of processor time."""
    began = time.process_time()
    learnt = Learnt(way, seen)
    found = learnt.probabilities(unseen)
    return learnt.classes, found, time.process_time() - began


def accuracy(classes: Any, probabilities: Any, labels: Any) -> float:
    return float((classes[probabilities.argmax(axis=1)] == labels).mean())


WAYS = (
    Way("character runs alone 6", characters=6),
    Way("encoder alone 5.7", encoder=5.7),
    Way("encoder 5.7 + runs 6", encoder=5.7, characters=6),
    Way("encoder 5.7 + runs 6 + words 3, smoothed 0.02", 5.7, 6, 3, smoothing=0.02),
    Way("the same + names 2", 5.7, 6, 3, smoothing=0.02, names=2),
    Way("without the encoder: runs 6 + words 3 + names 2", 0, 6, 3, smoothing=0.02, names=2),
)
CHOSEN = WAYS[4]
