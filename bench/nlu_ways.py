"""Ways to recognise intents, and how one is trained on some texts and asked about others."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.calibration import CalibratedClassifierCV
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from bot.nlu.ngrams import vectorizer
from bot.nlu.regression import fit

if TYPE_CHECKING:
    from nlu_data import Texts


@dataclass(frozen=True)
class Way:
    """Strength of each kind of features (0: left out), and who learns from them."""

    name: str
    encoder: float = 0.0
    characters: float = 0.0
    words: float = 0.0
    longest: int = 4
    smoothing: float = 0.0
    learner: str = "ours"


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
        blocks = self.blocks(seen)
        if way.learner == "ours":
            self._model = fit(blocks, seen.labels, smoothing=way.smoothing)
            self.classes = np.array(self._model.classes)
        else:
            self._model = _learner(way.learner).fit(_packed(blocks), seen.labels)
            self.classes = self._model.classes_

    def blocks(self, texts: Texts) -> list[Any]:
        """The features of some texts."""
        found: list[Any] = []
        if self._way.encoder:
            found.append(((texts.vectors - self._centre) * self._way.encoder).astype(np.float32))
        for runs, weight in self._runs:
            found.append(runs.transform(texts.texts).tocsr() * np.float32(weight))
        return found

    def probabilities(self, texts: Texts) -> Any:
        """A row a text, a column a class."""
        blocks = self.blocks(texts)
        if self._way.learner == "ours":
            return self._model.probabilities(blocks)
        return self._model.predict_proba(_packed(blocks))

    def energy(self, texts: Texts) -> Any:
        """How much any class pulls at each text: low where a text is strange to all of them."""
        return np.logaddexp.reduce(self._model.scores(self.blocks(texts)), axis=1)


def ask(way: Way, seen: Texts, unseen: Texts) -> tuple[Any, Any, float]:
    """The classes, the probabilities of the unseen texts, and the seconds of processor time."""
    began = time.process_time()
    learnt = Learnt(way, seen)
    found = learnt.probabilities(unseen)
    return learnt.classes, found, time.process_time() - began


def _packed(blocks: list[Any]) -> Any:
    return hstack([csr_matrix(block) for block in blocks]).tocsr()


def _learner(name: str) -> Any:
    if name == "svm":
        machine = LinearSVC(C=0.05, class_weight="balanced", random_state=0)
        return CalibratedClassifierCV(machine, cv=3)
    # Rasa's LogisticRegressionClassifier with the settings that config.yml had for it.
    return LogisticRegression(max_iter=300, tol=1e-3, class_weight="balanced", random_state=42)


def accuracy(classes: Any, probabilities: Any, labels: Any) -> float:
    return float((classes[probabilities.argmax(axis=1)] == labels).mean())


WAYS = (
    Way("character runs alone 6", characters=6),
    Way("encoder alone 5.7", encoder=5.7),
    Way("encoder 4 + runs 4, Rasa's own regression", encoder=4, characters=4, learner="rasa"),
    Way("encoder 4 + runs 4", encoder=4, characters=4),
    Way("encoder 5.7 + runs 6", encoder=5.7, characters=6),
    Way("encoder 5.7 + runs 6 + words 3", encoder=5.7, characters=6, words=3),
    Way("the same, smoothed 0.02", encoder=5.7, characters=6, words=3, smoothing=0.02),
    Way("the same, smoothed 0.05", encoder=5.7, characters=6, words=3, smoothing=0.05),
    Way("encoder 5.7 + runs 6, linear SVM, calibrated", encoder=5.7, characters=6, learner="svm"),
    Way("without the encoder: runs 6 + words 3", characters=6, words=3, smoothing=0.02),
)
CHOSEN = WAYS[6]
FALLBACK = WAYS[9]
