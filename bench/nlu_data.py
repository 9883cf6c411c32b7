"""What the understanding is measured on: our own examples, and two public test sets."""

from __future__ import annotations

import csv
import json
import os
import random
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bot.guard.encoder import load_encoder
from bot.nlu.outside import signs

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parents[1]
PUBLIC = "SEEDWARDEN_BENCH_DATA"
"""Variable that names the folder of the public sets; beside the project when it is not set."""


@dataclass
class Texts:
    """Labelled texts with sentence vectors and what they name, one row a text."""

    texts: list[str]
    labels: Any
    vectors: Any
    signs: Any

    def take(self, rows: Any) -> Texts:
        """The texts of some rows."""
        texts = [self.texts[row] for row in rows]
        return Texts(texts, self.labels[rows], self.vectors[rows], self.signs[rows])

    def __len__(self) -> int:
        return len(self.texts)


def encoded(texts: Sequence[str], labels: Sequence[str]) -> Texts:
    vectors = load_encoder("use").encode(list(texts))
    return Texts(list(texts), np.array(labels), vectors, signs(texts))


def public_folder(given: str = "") -> Path:
    return Path(given or os.environ.get(PUBLIC, "") or ROOT.parent / "shared" / "data")


def banking77(folder: Path) -> tuple[Texts, Texts] | None:
    """Training and test part, None where the files are missing."""
    parts = []
    for name in ("banking77_train.csv", "banking77_test.csv"):
        if not (folder / name).is_file():
            return None
        with (folder / name).open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        parts.append(encoded([row["text"] for row in rows], [row["category"] for row in rows]))
    return parts[0], parts[1]


def clinc150(folder: Path) -> dict[str, Texts] | None:
    """The parts by name: train, val, test, oos_train, oos_val, oos_test."""
    path = folder / "clinc150_full.json"
    if not path.is_file():
        return None
    parts = json.loads(path.read_text(encoding="utf-8"))
    return {name: encoded(*zip(*rows, strict=True)) for name, rows in parts.items()}


def few(labels: Any, count: int, seed: int) -> Any:
    """Rows of ``count`` random examples of each label."""
    chance, by_label = random.Random(seed), defaultdict(list)
    for row, label in enumerate(labels):
        by_label[label].append(row)
    return np.array(
        [
            row
            for label in sorted(by_label)
            for row in chance.sample(by_label[label], min(count, len(by_label[label])))
        ]
    )
