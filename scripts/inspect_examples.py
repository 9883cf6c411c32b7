"""Reports what may be wrong with the training examples: doublets, likely wrong labels, spread.

Run with Rasa's Python: ``.venv-rasa/bin/python scripts/inspect_examples.py``. It changes nothing;
a person decides. A line is listed as *doubtful* when a model that did not see it is sure that it
belongs elsewhere.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter, defaultdict
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ |= {"OMP_NUM_THREADS": "1", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}

from bot.nlu import lean  # noqa: E402 - after the thread count

lean.install()

import numpy as np  # noqa: E402
from sklearn.model_selection import StratifiedKFold  # noqa: E402

from bot.content.language import detect  # noqa: E402
from bot.guard.encoder import load_encoder  # noqa: E402
from bot.nlu.examples import Example, distinct, read_examples  # noqa: E402
from bot.nlu.ngrams import normal, vectorizer  # noqa: E402
from bot.nlu.regression import fit  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SURE = 0.85
NEAR = 0.93
"""Cosine of two sentence vectors above which two lines say almost the same."""


def doublets(examples: Sequence[Example]) -> Iterator[str]:
    """Lines that are the same but for width, case and traditional characters."""
    places = defaultdict(list)
    for example in examples:
        places[normal(example.text).strip(" .。!！?？")].append(example)
    for same in places.values():
        if len({example.intent for example in same}) > 1:
            yield "across intents: " + "; ".join(_shown(example) for example in same)
    for same in places.values():
        if len(same) > 1 and len({example.intent for example in same}) == 1:
            yield "within an intent: " + "; ".join(_shown(example) for example in same)


def near(examples: Sequence[Example], vectors: Any) -> Iterator[str]:
    """Pairs of different intents that mean almost the same to the encoder, the nearest first."""
    units = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    intents = np.array([example.intent for example in examples])
    found = []
    for start in range(0, len(examples), 1_000):
        cosines = units[start : start + 1_000] @ units.T
        for row, column in np.argwhere(cosines >= NEAR):
            one, other = start + int(row), int(column)
            if one < other and intents[one] != intents[other]:
                found.append((float(cosines[row, column]), one, other))
    for cosine, one, other in sorted(found, reverse=True):
        yield f"{cosine:.2f} {_shown(examples[one])}; {_shown(examples[other])}"


def held_out(examples: Sequence[Example], vectors: Any, folds: int) -> tuple[Any, Any]:
    """Classes, and the probabilities of each line by a model that did not see it."""
    texts = [example.text for example in examples]
    intents = np.array([example.intent for example in examples])
    strata = np.array([example.intent + example.language for example in examples])
    classes = np.unique(intents)
    result = np.zeros((len(texts), len(classes)), dtype=np.float32)
    split = StratifiedKFold(folds, shuffle=True, random_state=0).split(texts, strata)
    for seen, unseen in split:
        runs = vectorizer("characters", 4).fit([texts[row] for row in seen])
        blocks = [
            [vectors[rows] * 5.7, runs.transform([texts[row] for row in rows]) * np.float32(6)]
            for rows in (seen, unseen)
        ]
        result[unseen] = fit(blocks[0], intents[seen], smoothing=0.02).probabilities(blocks[1])
    return classes, result


def doubtful(examples: Sequence[Example], classes: Any, result: Any, sure: float) -> Iterator[str]:
    """Lines that a model is sure belong elsewhere, the surest first."""
    for row in np.argsort(-result.max(axis=1)):
        taken = classes[result[row].argmax()]
        if result[row].max() >= sure and taken != examples[row].intent:
            yield f"{result[row].max():.2f} {taken} <- {_shown(examples[row])}"


def table(examples: Sequence[Example], classes: Any, result: Any) -> Iterator[str]:
    """A line an intent and language: how many, how long, which script, which words, how hard."""
    taken = classes[result.argmax(axis=1)]
    groups = defaultdict(list)
    for row, example in enumerate(examples):
        groups[example.intent, example.language].append(row)
    yield "intent language lines | length 10% 50% 90% | other script | commonest run | found again"
    for (intent, language), rows in sorted(groups.items()):
        texts = [examples[row].text for row in rows]
        low, middle, high = np.percentile([len(text) for text in texts], [10, 50, 90])
        other = np.mean([detect(text) not in {language, None} for text in texts])
        word, count = _commonest(texts, language)
        yield (
            f"{intent} {language} {len(rows)} | {low:.0f} {middle:.0f} {high:.0f} | {other:.0%} | "
            f"{word} {count / len(rows):.0%} | {np.mean(taken[rows] == intent):.1%}"
        )


def confusions(examples: Sequence[Example], classes: Any, result: Any) -> Iterator[str]:
    """Which intents are mistaken for which, the most frequent first."""
    taken = classes[result.argmax(axis=1)]
    wrong = Counter(
        (example.intent, str(guess), example.language)
        for example, guess in zip(examples, taken, strict=True)
        if example.intent != guess
    )
    for (intent, guess, language), count in wrong.most_common(40):
        yield f"{count:4} {language} {intent} taken for {guess}"


def _commonest(texts: Sequence[str], language: str) -> tuple[str, int]:
    """The opening that most lines share: two words, or three characters of Chinese."""
    found: Counter[str] = Counter()
    for text in texts:
        plain = normal(text)
        words = plain.split()
        found.update(
            {plain[i : i + 3] for i in range(len(plain) - 2)}
            if language == "zh"
            else {" ".join(pair) for pair in pairwise(words)}
        )
    return found.most_common(1)[0] if found else ("", 0)


def _shown(example: Example) -> str:
    return f"{example.place} [{example.label}] {example.text}"


def main() -> None:
    """Print the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--sure", type=float, default=SURE)
    given = parser.parse_args()
    every = read_examples(ROOT)
    examples = distinct(every)
    vectors = load_encoder("use").encode([example.text for example in examples])
    vectors -= vectors.mean(axis=0)
    classes, result = held_out(examples, vectors, given.folds)
    right = classes[result.argmax(axis=1)] == [example.intent for example in examples]
    print(f"{len(every)} lines, {len(examples)} distinct, {right.mean():.1%} found again")
    parts = {
        "Spread": table(examples, classes, result),
        "Confusions": confusions(examples, classes, result),
        "Doublets": doublets(every),
        "Doubtful labels": doubtful(examples, classes, result, given.sure),
        "Near-doublets across intents": near(examples, vectors),
    }
    for title, lines in parts.items():
        print(f"\n## {title}\n")
        for line in lines:
            print(line, flush=True)


if __name__ == "__main__":
    main()
