"""Cross-validates ways to recognise intents on our own examples and rewrites bench/nlu.md.

Run with Rasa's Python: ``.venv-rasa/bin/python bench/nlu.py`` (about two minutes on 2 cores).
"""

from __future__ import annotations

import os
import re
import sys
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.update({"OMP_NUM_THREADS": "1", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"})
warnings.simplefilter("ignore")

import numpy as np  # noqa: E402 - after the thread count
import yaml  # noqa: E402
from scipy.sparse import csr_matrix, hstack  # noqa: E402
from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.model_selection import StratifiedKFold  # noqa: E402

from bot.nlu import lean  # noqa: E402

lean.install()

from bot.guard.encoder import load_encoder  # noqa: E402
from bot.nlu.ngrams import normal  # noqa: E402

FOLDS = 5
THRESHOLDS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
OUT_OF_SCOPE = "out_of_scope"
_ANNOTATION = re.compile(r"\[([^\]]+)\](?:\{[^}]*\}|\([^)]*\))")


@dataclass(frozen=True)
class Way:
    """A classifier's features: scale of the encoder, weight of the character runs."""

    name: str
    scale: float = 0.0
    weight: float = 0.0


WAYS = (
    Way("character runs alone", weight=4),
    Way("encoder alone, scale 4", scale=4),
    Way("encoder alone, scale 5.7", scale=5.7),
    Way("encoder alone, scale 8", scale=8),
    Way("encoder 4 + runs 2", scale=4, weight=2),
    Way("**encoder 4 + runs 4**", scale=4, weight=4),
    Way("encoder 5.7 + runs 4", scale=5.7, weight=4),
    Way("encoder 4 + runs 6", scale=4, weight=6),
)
CHOSEN = WAYS[5]


def examples() -> list[tuple[str, str, str]]:
    """Text, intent and language of each training example, doublets left out."""
    rows = {}
    for path in sorted((ROOT / "data").glob("*/**/*.yml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for block in content.get("nlu", []) if isinstance(content, dict) else []:
            for line in block.get("examples", "").splitlines():
                text = _ANNOTATION.sub(r"\1", line.strip().removeprefix("- "))
                language = "zh" if ".zh." in path.name else "en"
                if text:
                    rows.setdefault(normal(text), (text, block["intent"], language))
    return list(rows.values())


class Bench:
    """The examples, encoded once, and what each way makes of them."""

    def __init__(self, rows: list[tuple[str, str, str]]) -> None:
        self.texts = [text for text, _, _ in rows]
        self.intents = np.array([intent for _, intent, _ in rows])
        self.languages = np.array([language for *_, language in rows])
        self.vectors = load_encoder("use").encode(self.texts)

    def features(self, way: Way, train: Any, test: Any) -> tuple[Any, Any]:
        """Both matrices of one fold; nothing is learnt from the test part."""
        parts = [], []
        if way.scale:
            centre = self.vectors[train].mean(axis=0)
            for part, rows in zip(parts, (train, test), strict=True):
                part.append(csr_matrix((self.vectors[rows] - centre) * way.scale))
        if way.weight:
            runs = TfidfVectorizer(
                analyzer="char",
                preprocessor=normal,
                ngram_range=(1, 4),
                min_df=2,
                sublinear_tf=True,
            )
            parts[0].append(runs.fit_transform([self.texts[row] for row in train]) * way.weight)
            parts[1].append(runs.transform([self.texts[row] for row in test]) * way.weight)
        return tuple(hstack(part).tocsr() for part in parts)

    def probabilities(self, way: Way) -> tuple[Any, Any, float]:
        """Out-of-fold probabilities, the classes, and the seconds a fold took."""
        began = time.process_time()
        strata = np.char.add(self.intents, self.languages)
        classes = np.unique(self.intents)
        result = np.zeros((len(self.texts), len(classes)))
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
        for train, test in folds.split(self.texts, strata):
            seen, unseen = self.features(way, train, test)
            # Rasa's LogisticRegressionClassifier with the settings of config.yml.
            model = LogisticRegression(
                max_iter=300, tol=1e-3, class_weight="balanced", random_state=42
            )
            result[test] = model.fit(seen, self.intents[train]).predict_proba(unseen)
        return result, classes, (time.process_time() - began) / FOLDS


def compare(bench: Bench) -> tuple[list[str], tuple[Any, Any]]:
    """Rows of the first table, and the chosen way's probabilities."""
    rows, chosen = [], None
    for way in WAYS:
        result, classes, seconds = bench.probabilities(way)
        right = classes[result.argmax(axis=1)] == bench.intents
        zh, en = (right[bench.languages == language].mean() for language in ("zh", "en"))
        recalls = [right[bench.intents == intent].mean() for intent in classes]
        rows.append(
            f"| {way.name} | {right.mean():.1%} | {zh:.1%} | {en:.1%} | {np.mean(recalls):.1%} "
            f"| {seconds:.0f} s |"
        )
        print(rows[-1], flush=True)
        if way is CHOSEN:
            chosen = result, classes
    return rows, chosen


def thresholds(bench: Bench, result: Any, classes: Any) -> list[str]:
    """Rows of the second table: what each threshold refuses."""
    best, taken = result.max(axis=1), classes[result.argmax(axis=1)]
    right, within = taken == bench.intents, bench.intents != OUT_OF_SCOPE
    rows = []
    for threshold in THRESHOLDS:
        refused = best < threshold
        strayed = (taken != OUT_OF_SCOPE) & ~refused & ~within
        rows.append(
            f"| {threshold:.2f} | {refused[within & right].mean():.1%} "
            f"| {refused[within & ~right].mean():.1%} | {right[within & ~refused].mean():.1%} "
            f"| {strayed.sum() / (~within).sum():.1%} |"
        )
    return rows


def intents(bench: Bench, result: Any, classes: Any) -> list[str]:
    """Rows of the third table: precision and recall of each intent."""
    taken = classes[result.argmax(axis=1)]
    rows = []
    for intent in classes:
        hit = (taken == intent) & (bench.intents == intent)
        precision = hit.sum() / max(1, (taken == intent).sum())
        of = bench.intents == intent
        rows.append(f"| {intent} | {of.sum()} | {precision:.1%} | {hit.sum() / of.sum():.1%} |")
    return rows


def main() -> None:
    """Measure and write the page."""
    rows = examples()
    bench = Bench(rows)
    compared, (result, classes) = compare(bench)
    template = (ROOT / "bench" / "nlu.template.md").read_text(encoding="utf-8")
    page = template.format(
        examples=len(rows),
        intents=len(classes),
        folds=FOLDS,
        compared="\n".join(compared),
        thresholds="\n".join(thresholds(bench, result, classes)),
        by_intent="\n".join(intents(bench, result, classes)),
    )
    (ROOT / "bench" / "nlu.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
