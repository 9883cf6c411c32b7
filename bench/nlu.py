"""Measures how well we understand, and rewrites bench/nlu.md; ``make bench-nlu`` runs it.

The public sets are read from the folder that ``--data`` or SEEDWARDEN_BENCH_DATA names
(``../shared/data`` without either); what is missing there is left out by name.
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]
os.environ |= {"OMP_NUM_THREADS": "1", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}
warnings.simplefilter("ignore")

import numpy as np  # noqa: E402 - after the thread count
from sklearn.metrics import f1_score  # noqa: E402
from sklearn.model_selection import StratifiedKFold  # noqa: E402

from bot.nlu import lean  # noqa: E402

lean.install()

import nlu_cost  # noqa: E402
import nlu_public  # noqa: E402
from nlu_data import encoded, public_folder  # noqa: E402
from nlu_faq import finders  # noqa: E402
from nlu_ways import CHOSEN, FALLBACK, WAYS, Way, accuracy, ask  # noqa: E402

from bot.nlu.examples import distinct, read_examples  # noqa: E402

if TYPE_CHECKING:
    from nlu_data import Texts

FOLDS = 5
COMPARED = 1
"""Folds that all ways are compared on; the chosen one gets all of them."""
THRESHOLDS = (0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7)
OUT_OF_SCOPE = "out_of_scope"


class Bench:
    """Our examples, encoded once, and what each way makes of them."""

    def __init__(self) -> None:
        rows = distinct(read_examples(ROOT))
        self.texts: Texts = encoded([row.text for row in rows], [row.intent for row in rows])
        self.questions = np.array([row.label for row in rows])
        self.languages = np.array([row.language for row in rows])
        strata = np.char.add(self.texts.labels, self.languages)
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
        self.folds = list(folds.split(rows, strata))

    def held_out(self, way: Way, folds: int) -> tuple[Any, Any, Any, float]:
        """Rows that were held out, classes, their probabilities, and the seconds a fold took."""
        rows, found, seconds = [], [], []
        for seen, unseen in self.folds[:folds]:
            classes, result, spent = ask(way, self.texts.take(seen), self.texts.take(unseen))
            rows.append(unseen)
            found.append(result)
            seconds.append(spent)
        return np.concatenate(rows), classes, np.concatenate(found), float(np.mean(seconds))

    def compare(self) -> list[str]:
        """A row a way: accuracy in all, by language, macro F1, processor time a fold."""
        lines = []
        for way in WAYS:
            rows, classes, found, seconds = self.held_out(way, COMPARED)
            figures = self.figures(rows, classes, found)
            name = f"**{way.name}**" if way is CHOSEN else way.name
            lines.append(
                f"| {name} | {figures['all']:.1%} | {figures['zh']:.1%} | {figures['en']:.1%} "
                f"| {figures['macro F1']:.3f} | {seconds:.0f} s |"
            )
            print(lines[-1], flush=True)
        return lines

    def figures(self, rows: Any, classes: Any, found: Any) -> dict[str, float]:
        """Accuracy in all and by language, and the macro F1."""
        taken, labels = classes[found.argmax(axis=1)], self.texts.labels[rows]
        right, languages = taken == labels, self.languages[rows]
        return {
            "all": float(right.mean()),
            "zh": float(right[languages == "zh"].mean()),
            "en": float(right[languages == "en"].mean()),
            "macro F1": float(f1_score(labels, taken, average="macro")),
        }

    def across(self, way: Way) -> dict[str, float]:
        """Accuracy by language of training and of asking, each on the first fold."""
        seen, unseen = self.folds[0]
        found = {}
        for taught in ("en", "zh"):
            lesson = self.texts.take(seen[self.languages[seen] == taught])
            for asked in ("en", "zh"):
                part = self.texts.take(unseen[self.languages[unseen] == asked])
                classes, result, _ = ask(way, lesson, part)
                found[f"{taught} to {asked}"] = accuracy(classes, result, part.labels)
        return found


def thresholds(labels: Any, classes: Any, found: Any) -> list[str]:
    """A row a threshold: what it asks again, and what still strays."""
    best, taken = found.max(axis=1), classes[found.argmax(axis=1)]
    right, within = taken == labels, labels != OUT_OF_SCOPE
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


def by_intent(labels: Any, languages: Any, classes: Any, found: Any) -> list[str]:
    """A row an intent: how many, precision, recall, recall by language."""
    taken = classes[found.argmax(axis=1)]
    rows = []
    for intent in classes:
        of, hit = labels == intent, (taken == intent) & (labels == intent)
        precision = hit.sum() / max(1, (taken == intent).sum())
        recalls = [
            hit[of & (languages == language)].sum() / max(1, (of & (languages == language)).sum())
            for language in ("zh", "en")
        ]
        rows.append(
            f"| {intent} | {of.sum()} | {precision:.1%} | {hit.sum() / of.sum():.1%} "
            f"| {recalls[0]:.1%} | {recalls[1]:.1%} |"
        )
    return rows


def main() -> None:
    """Measure, print the targets and write the page."""
    parser = argparse.ArgumentParser(description="Measure the understanding.")
    parser.add_argument("--data", default="", help="folder of the public sets")
    folder = public_folder(parser.parse_args().data)
    bench = Bench()
    print(f"{len(bench.texts)} examples", flush=True)
    compared = bench.compare()
    rows, classes, found, _ = bench.held_out(CHOSEN, FOLDS)
    own = bench.figures(rows, classes, found)
    print(own, flush=True)
    labels, languages = bench.texts.labels[rows], bench.languages[rows]
    across = bench.across(CHOSEN)
    public = nlu_public.measure(folder, (CHOSEN, FALLBACK))
    cost = nlu_cost.measure(ROOT)
    targets = nlu_public.targets(own, across, public, cost)
    print("\n".join(targets))
    page = (
        (ROOT / "bench" / "nlu.template.md")
        .read_text(encoding="utf-8")
        .format(
            examples=len(bench.texts),
            intents=len(classes),
            folds=FOLDS,
            compared_folds=COMPARED,
            targets="\n".join(targets),
            compared="\n".join(compared),
            thresholds="\n".join(thresholds(labels, classes, found)),
            by_intent="\n".join(by_intent(labels, languages, classes, found)),
            across="\n".join(f"| {name} | {value:.1%} |" for name, value in across.items()),
            faq="\n".join(finders(bench)),
            public="\n".join(nlu_public.rows(public)),
            cost="\n".join(f"| {name} | {value} |" for name, value in cost.shown()),
            machine=cost.machine,
        )
    )
    (ROOT / "bench" / "nlu.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
