"""Measures how well we understand, and rewrites bench/nlu.md; ``make bench-nlu`` runs it.

The public sets are read from the folder that ``--data`` or SEEDWARDEN_BENCH_DATA names
(``../shared/data`` without either); what is missing there is left out by name.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import warnings
from dataclasses import asdict
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
from nlu_ways import CHOSEN, WAYS, Way, accuracy, ask  # noqa: E402

from bot.nlu.examples import distinct, read_examples  # noqa: E402

if TYPE_CHECKING:
    from nlu_data import Texts

KEPT = ROOT / "var" / "bench-nlu"
"""Where the parts leave their figures for the page."""
FOLDS = 5
ASKED = 2
"""Of the folds, those that the chosen way is asked on; the comparison takes the first alone."""
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
        """A row a way, on the first fold: accuracy in all, by language, macro F1, seconds."""
        lines = []
        for way in WAYS:
            rows, classes, found, seconds = self.held_out(way, 1)
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


def own_part() -> dict[str, Any]:
    """What is measured on our own examples."""
    bench = Bench()
    compared = bench.compare()
    rows, classes, found, _ = bench.held_out(CHOSEN, ASKED)
    labels, languages = bench.texts.labels[rows], bench.languages[rows]
    return {
        "examples": len(bench.texts),
        "intents": len(classes),
        "compared": compared,
        "figures": bench.figures(rows, classes, found),
        "thresholds": thresholds(labels, classes, found),
        "by intent": by_intent(labels, languages, classes, found),
        "across": bench.across(CHOSEN),
        "faq": finders(bench),
    }


def write_page(own: dict[str, Any], public: dict[str, Any], cost: dict[str, Any]) -> None:
    """Fill the template and print the targets."""
    targets = nlu_public.targets(own["figures"], own["across"], public, nlu_cost.Cost(**cost))
    print("\n".join(targets))
    template = (ROOT / "bench" / "nlu.template.md").read_text(encoding="utf-8")
    page = template.format(
        examples=own["examples"],
        intents=own["intents"],
        folds=FOLDS,
        asked=ASKED,
        targets="\n".join(targets),
        compared="\n".join(own["compared"]),
        thresholds="\n".join(own["thresholds"]),
        by_intent="\n".join(own["by intent"]),
        across="\n".join(f"| {name} | {value:.1%} |" for name, value in own["across"].items()),
        faq="\n".join(own["faq"]),
        public="\n".join(nlu_public.rows(public)),
        cost="\n".join(f"| {name} | {said} |" for name, said in nlu_cost.Cost(**cost).shown()),
        machine=cost["machine"],
    )
    (ROOT / "bench" / "nlu.md").write_text(page, encoding="utf-8")


def main() -> None:
    """Measure the parts asked for; the page is written when all three are there."""
    parser = argparse.ArgumentParser(description="Measure the understanding.")
    parser.add_argument("--data", default="", help="folder of the public sets")
    parser.add_argument("--part", choices=["own", "public", "cost"], help="only this, for a start")
    given = parser.parse_args()
    measures = {
        "own": own_part,
        "public": lambda: nlu_public.measure(public_folder(given.data), (CHOSEN,)),
        "cost": lambda: asdict(nlu_cost.measure(ROOT)),
    }
    KEPT.mkdir(parents=True, exist_ok=True)
    for part in [given.part] if given.part else measures:
        found = json.dumps(measures[part]())
        (KEPT / f"{part}.json").write_text(found, encoding="utf-8")
    kept = [KEPT / f"{part}.json" for part in measures]
    if all(path.is_file() for path in kept):
        write_page(*(json.loads(path.read_text(encoding="utf-8")) for path in kept))


if __name__ == "__main__":
    main()
