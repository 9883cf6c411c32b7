"""Ways to find the question of the FAQ that a message asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from nlu_ways import Learnt, Way
from sklearn.model_selection import StratifiedKFold

if TYPE_CHECKING:
    from nlu import Bench
    from nlu_data import Texts

FEATURES = Way("faq", encoder=8.55, characters=9, words=4.5, names=3)
"""The features of config.yml times the finder's ``boldness``."""


def finders(bench: Bench) -> list[str]:
    """A row a way: how often the right question comes first, and how often among three."""
    rows = np.flatnonzero(bench.texts.labels == "faq")
    if not len(rows):
        return ["| no questions in the training data | | | |"]
    texts = bench.texts.take(rows)
    texts.labels = bench.questions[rows]
    scores: dict[str, list[list[float]]] = {}
    for seen, unseen in StratifiedKFold(3, shuffle=True, random_state=0).split(rows, texts.labels):
        asked = texts.take(unseen)
        for name, (classes, found) in _ways(texts.take(seen), asked).items():
            order = classes[np.argsort(-found, axis=1)] == asked.labels[:, None]
            zh = bench.languages[rows][unseen] == "zh"
            share = [order[:, 0], order[:, :3].any(axis=1), order[zh, 0], order[~zh, 0]]
            scores.setdefault(name, []).append([float(part.mean()) for part in share])
    return [
        f"| {name} | " + " | ".join(f"{value:.1%}" for value in np.mean(found, axis=0)) + " |"
        for name, found in scores.items()
    ]


def _ways(seen: Texts, asked: Texts) -> dict[str, tuple[Any, Any]]:
    learnt = Learnt(FEATURES, seen)
    classes = learnt.classes
    near = _directions(asked, seen) @ _directions(seen, seen).T
    of = [seen.labels == question for question in classes]
    return {
        "nearest example": (classes, np.stack([near[:, k].max(1) for k in of], 1)),
        "mean of the three nearest": (
            classes,
            np.stack([np.sort(near[:, k], 1)[:, -3:].mean(1) for k in of], 1),
        ),
        "centre of the examples": (classes, np.stack([near[:, k].mean(1) for k in of], 1)),
        "**regression over the questions**": (classes, learnt.probabilities(asked)),
    }


def _directions(texts: Texts, seen: Texts) -> Any:
    centred = texts.vectors - seen.vectors.mean(axis=0)
    return centred / np.linalg.norm(centred, axis=1, keepdims=True)
