"""Train the outbound guard's second layer and write bot/guard/tables/outbound.{txt.z,npz}.

    .venv-rasa/bin/python scripts/train_outbound.py [--check]

Needs scikit-learn and the sentence encoder, which Rasa's environment has; the product needs
no scikit-learn to run the result. Reads bench/data/outbound_dev*.txt, the tables of
tests/cases/outbound (all but the held-out ones) and the authored replies. ``--check`` prints the
cross-validation instead of writing: five parts, all variants of a line in the same part.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import re
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"  # same sums each time

import numpy as np
import yaml
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

ROOT: Final = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from outbound_network import train, write_network  # noqa: E402

from bot.guard.encoder import load_encoder  # noqa: E402
from bot.guard.normalise import read  # noqa: E402
from bot.guard.outbound_meaning import Network, beside  # noqa: E402
from bot.guard.outbound_model import FAR_FROM_AIMS, Sentence, read_sentences  # noqa: E402
from bot.guard.outbound_reading import Folded, join  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DATA: Final = ROOT / "bench" / "data"
CASES: Final = ROOT / "tests" / "cases" / "outbound"
OUT: Final = ROOT / "bot" / "guard" / "tables" / "outbound.txt.z"
LANGUAGES: Final = ("en", "zh")
VARIANTS: Final = 6
STRENGTH: Final = 300.0
# Scores above which a sentence of an agent is refused, one of the bot, and one a rule objects to.
REFUSE: Final = 2.0
SURE: Final = 5.0
EXCUSE: Final = 0.0
SCALE: Final = 8.0
PARTS: Final = 5
CHOICE: Final = re.compile(r"\{([^{}]*)\}")
NAME: Final = re.compile(r"[A-Z]{3,}")


@dataclass(frozen=True)
class Example:
    """A text with its origin (variants of a line share it), its class and its weight."""

    text: str
    origin: str
    language: str
    refused: bool
    weight: float


def main() -> None:
    """Train and write, or cross-validate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="cross-validate, write nothing")
    examples = [*developed(), *cases(), *replies()]
    rows, names = matrix_rows(examples)
    meant = meanings(rows)
    if parser.parse_args().check:
        check(examples, rows, meant, len(names))
        return
    model, network = fit(examples, rows, meant, len(names))
    write(names, model.coef_[0], float(model.intercept_[0]))
    write_network(network)


def developed() -> Iterator[Example]:
    """Read the lines of bench/data and draw variants of each, always the same ones."""
    lists = yaml.safe_load((DATA / "outbound_lists.yml").read_text("utf-8"))
    for path in sorted(DATA.glob("outbound_dev*.txt")):
        _, kind, language, _ = path.name.split(".")
        for line in path.read_text("utf-8").splitlines():
            if not line or line.startswith("#"):
                continue
            texts = list(variants(line, lists[language]))
            weight = 1 / math.sqrt(len(texts))
            for text in texts:
                yield Example(text, path.name + line, language, kind == "refused", weight)


def variants(line: str, lists: dict[str, list[str]]) -> Iterator[str]:
    """Draw up to twelve texts from a line; the line itself seeds the choice."""
    chance = random.Random(zlib.crc32(line.encode()))  # noqa: S311 - repeatable, not secret
    choices = len(CHOICE.findall(line)) + len(NAME.findall(line))
    seen: set[str] = set()
    for _ in range(min(VARIANTS, 1 + 4 * choices)):
        text = CHOICE.sub(lambda match: chance.choice(match[1].split("|")), line)
        text = NAME.sub(lambda match: chance.choice(lists.get(match[0], [match[0]])), text)
        if text not in seen:
            seen.add(text)
            yield text.replace("\\n", "\n")


def cases() -> Iterator[Example]:
    """Read the tables that the unit tests read as well."""
    for language in LANGUAGES:
        refused = yaml.safe_load((CASES / f"refused.{language}.yml").read_text("utf-8"))
        for rule, texts in refused.items():
            for text in texts if not rule.endswith("_contact") else ():
                yield Example(text, text, language, refused=True, weight=1.5)
        for text in yaml.safe_load((CASES / f"honest.{language}.yml").read_text("utf-8")):
            yield Example(text, text, language, refused=False, weight=1.5)


def replies() -> Iterator[Example]:
    """Read the authored replies and what can be clicked, all of it honest."""
    for text, language in [*answers(), *clicked()]:
        yield Example(text, text, language, refused=False, weight=2.0)
    for path in sorted((ROOT / "data").glob("**/replies.yml")):
        for wording in yaml.safe_load(path.read_text("utf-8"))["replies"].values():
            for language in LANGUAGES:
                text = wording[language]
                yield Example(text, text, language, refused=False, weight=2.0)


def answers() -> Iterator[tuple[str, str]]:
    """Read the answers to common questions."""
    for path in sorted((ROOT / "data" / "topics").glob("*/answers.yml")):
        for row in yaml.safe_load(path.read_text("utf-8"))["questions"]:
            yield from ((row["answer"][language], language) for language in LANGUAGES)


def clicked() -> Iterator[tuple[str, str]]:
    """Read each field with each option, as a review of the case shows them."""
    for path in sorted((ROOT / "data" / "topics").glob("*/playbook.yml")):
        for field in yaml.safe_load(path.read_text("utf-8")).get("fields", []):
            for option in field.get("options", []):
                for language in LANGUAGES:
                    yield f"· {field['label'][language]}: {option[language]}", language


@dataclass(frozen=True)
class Row:
    """A sentence of example ``example``: numbers of its features, and how many there were.

    ``before`` is the sentence before it, "" for the first.
    """

    example: int
    features: list[int]
    size: int
    aims: bool
    text: str
    before: str


def matrix_rows(examples: list[Example]) -> tuple[list[Row], list[str]]:
    """Number the features that come from two lines or more, and give each sentence's."""
    found = [(i, *one) for i, e in enumerate(examples) for one in sentences_of(e.text)]
    origins: dict[str, set[str]] = {}
    for i, sentence, _, _ in found:
        for name in sentence.features:
            if len(known := origins.setdefault(name, set())) < 2:
                known.add(examples[i].origin)
    names = sorted(name for name, known in origins.items() if len(known) >= 2)
    number = {name: i for i, name in enumerate(names)}
    rows = [
        Row(i, [number[f] for f in sorted(s.features) if f in number], len(s.features), s.aims, *t)
        for i, s, *t in found
    ]
    return rows, names


def sentences_of(text: str) -> Iterator[tuple[Sentence, str, str]]:
    """Read a text as the product does, with what splits words taken out.

    Gives each sentence, its text and that of the sentence before it.
    """
    reading = read(text)
    folded = join(Folded(reading.folded, reading.offsets)).text
    before = ""
    for sentence in read_sentences(folded):
        here = folded[sentence.start : sentence.end].strip()
        yield sentence, here, before
        before = here


def meanings(rows: list[Row]) -> np.ndarray:
    """Encode the sentences, each beside the one before it: float32[n, 1024]; a minute."""
    encoder = load_encoder("use")
    texts = sorted({row.text for row in rows} | {row.before for row in rows if row.before})
    known: dict[str, np.ndarray] = {}
    for at in range(0, len(texts), 64):
        known.update(zip(texts[at : at + 64], encoder.encode(texts[at : at + 64]), strict=True))
    before = [known[row.before] if row.before else None for row in rows]
    return beside([known[row.text] for row in rows], before)


def matrix(rows: list[Row], width: int) -> csr_matrix:
    """Lay the sentences out as the product scores them: a long one weighs each feature less."""
    ends, numbers, values = [0], [], []
    for row in rows:
        numbers += row.features
        values += [1 / math.sqrt(max(row.size, 12))] * len(row.features)
        ends.append(len(numbers))
    return csr_matrix((values, numbers, ends), shape=(len(rows), width))


def fit(
    examples: list[Example], rows: list[Row], meant: np.ndarray, width: int
) -> tuple[LogisticRegression, Network]:
    """Fit again and again: of a thief's text only the worst sentence counts, others may be honest.

    The network learns from the sentences that the last round kept.
    """
    table = matrix(rows, width)
    refused = np.array([examples[row.example].refused for row in rows])
    weights = np.array([examples[row.example].weight for row in rows])
    kept = np.ones(len(rows), dtype=bool)
    for _ in range(3):
        model = LogisticRegression(
            C=STRENGTH, max_iter=300, solver="liblinear", class_weight="balanced", random_state=1
        )
        model.fit(table[kept], refused[kept], weights[kept])
        scores = model.decision_function(table)
        worst = set(worst_rows(rows, scores).values())
        kept = np.array([not bad or i in worst for i, bad in enumerate(refused)])
    asked = refused[kept].astype(np.float32)
    return model, train(meant[kept], asked, weights[kept].astype(np.float32))


def worst_rows(rows: list[Row], scores: Iterable[float]) -> dict[int, int]:
    """Give for each example the number of its sentence with the highest score."""
    worst: dict[int, tuple[float, int]] = {}
    for i, (row, score) in enumerate(zip(rows, scores, strict=True)):
        if row.example not in worst or score > worst[row.example][0]:
            worst[row.example] = (score, i)
    return {example: i for example, (_, i) in worst.items()}


def check(examples: list[Example], rows: list[Row], meant: np.ndarray, width: int) -> None:
    """Print what share of each kind scores above each limit; the wrong ones to standard error."""
    part = [zlib.crc32(example.origin.encode()) % PARTS for example in examples]
    scores = np.full(len(examples), -99.0)
    for left_out in range(PARTS):
        out = np.array([part[row.example] == left_out for row in rows])
        model, network = fit(examples, chosen(rows, ~out), meant[~out], width)
        rest = chosen(rows, out)
        said = model.decision_function(matrix(rest, width)) + network.answer(meant[out])
        for row, score in zip(rest, said, strict=True):
            total = score - (0.0 if row.aims else FAR_FROM_AIMS)
            scores[row.example] = max(scores[row.example], total)
    for limit in (0.0, 1.0, 2.0, 3.0, 4.0, 6.0, 8.0):
        print(f"above {limit:4}:", *(share(examples, scores > limit)))
    for i in np.argsort(scores):
        if examples[i].refused != (scores[i] > REFUSE):
            print(f"{scores[i]:6.2f} {examples[i].text!r}", file=sys.stderr)


def chosen(rows: list[Row], which: np.ndarray) -> list[Row]:
    """Give the rows that ``which`` marks."""
    return [row for row, yes in zip(rows, which, strict=True) if yes]


def share(examples: list[Example], above: np.ndarray) -> Iterator[str]:
    """Word the shares for each language and kind."""
    for language in LANGUAGES:
        for refused in (True, False):
            of = [e.language == language and e.refused == refused for e in examples]
            yield f"{language} {'refused' if refused else 'honest'} {above[of].mean():.3f}"


def write(names: list[str], weights: np.ndarray, bias: float) -> None:
    """Write the weights as whole eighths, features of one weight together, without the smallest."""
    by_weight: dict[int, list[str]] = {}
    for name, weight in zip(names, weights, strict=True):
        by_weight.setdefault(round(weight * SCALE), []).append(name)
    for small in (-1, 0, 1):
        by_weight.pop(small, None)
    lines = [f"{bias:.4f} {REFUSE} {SURE} {EXCUSE} {SCALE}"]
    for weight in sorted(by_weight):
        lines += [f"={weight}", *sorted(by_weight[weight])]
    OUT.write_bytes(zlib.compress("\n".join(lines).encode(), 9))
    print(f"{len(lines)} lines, {OUT.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
