"""How many told robberies are noticed, and how many ordinary messages raise an alarm.

    .venv/bin/python bench/guard_signals.py [--misses] [--examples] [--corpora FOLDER]

``bench/data/signals_*.yml`` is held out: written apart from the examples of
data/knowledge/scam_signals.yml and only measured. ``--examples`` adds five-fold
cross-validation on the examples themselves, ``--corpora`` the false alarms on banking77,
clinc150 and zh_everyday_dialogue.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bot.guard import SignalMemory, signals_in  # noqa: E402
from bot.guard.signals.features import features  # noqa: E402
from bot.guard.signals.train import taught_judge  # noqa: E402
from bot.guard.signals.watch import ALONE, WITHOUT_A_WORD, watch  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LANGUAGES = ("zh", "en")
FOLDS = 5
A_CONVERSATION = 6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="print the texts judged wrongly")
    parser.add_argument("--examples", action="store_true", help="cross-validate on the examples")
    parser.add_argument("--corpora", type=Path, help="folder with the public corpora")
    chosen = parser.parse_args()
    begin = time.perf_counter()
    watch()
    print(f"lists and weights loaded in {time.perf_counter() - begin:.2f} s\n")
    for language in LANGUAGES:
        held_out(language, show=chosen.misses)
        topics(language, show=chosen.misses)
        conversations(language)
    speed()
    if chosen.examples:
        cross_validation()
    if chosen.corpora:
        corpora(chosen.corpora, show=chosen.misses)


def load(language: str) -> dict[str, dict[str, list[str]]]:
    path = ROOT / "bench" / "data" / f"signals_{language}.yml"
    return dict(yaml.safe_load(path.read_text("utf-8")))


def held_out(language: str, *, show: bool) -> None:
    data = load(language)
    print(f"| {language}, held out | texts | alarms | share | right trick first |")
    print("| --- | --- | --- | --- | --- |")
    total = noticed = named = 0
    for signal, texts in data["told"].items():
        found = {text: signals_in(text) for text in texts}
        alarms = [text for text in texts if found[text]]
        right = [text for text in alarms if found[text][0].id == signal]
        report(f"told: {signal}", len(texts), len(alarms), len(right))
        total, noticed, named = total + len(texts), noticed + len(alarms), named + len(right)
        if show:
            print(*(f"    missed: {text}" for text in texts if not found[text]), sep="\n")
    report("**told, all**", total, noticed, named)
    total = raised = 0
    for kind, texts in data["ordinary"].items():
        alarms = [text for text in texts if signals_in(text)]
        report(f"ordinary: {kind}", len(texts), len(alarms))
        total, raised = total + len(texts), raised + len(alarms)
        if show:
            print(*(f"    alarm: {text} {signals_in(text)[0].id}" for text in alarms), sep="\n")
    report("**ordinary, all**", total, raised)


def report(name: str, texts: int, alarms: int, right: int | None = None) -> None:
    share = f"{alarms / texts:.1%}" if texts else "-"
    print(f"| {name} | {texts} | {alarms} | {share} | {'' if right is None else right} |")


def topics(language: str, *, show: bool) -> None:
    texts = [
        line.strip()
        for path in sorted((ROOT / "data" / "topics").glob(f"*/nlu.{language}.yml"))
        for intent in yaml.safe_load(path.read_text("utf-8"))["nlu"]
        for line in examples(intent["examples"])
    ]
    alarms = [text for text in texts if signals_in(text)]
    report("ordinary: data/topics", len(texts), len(alarms))
    if show:
        print(*(f"    alarm: {text} {signals_in(text)[0].id}" for text in alarms), sep="\n")


def examples(raw: str | list[Any]) -> Iterator[str]:
    lines = raw.splitlines() if isinstance(raw, str) else raw
    yield from (str(line).removeprefix("- ") for line in lines)


def conversations(language: str) -> None:
    """Ordinary messages in conversations of six, in an order of seeded chance."""
    texts = [text for texts in load(language)["ordinary"].values() for text in texts]
    rounds, alarmed, total = random.Random(7), 0, 0
    for _ in range(4):
        rounds.shuffle(texts)
        for start in range(0, len(texts), A_CONVERSATION):
            memory = SignalMemory()
            part = texts[start : start + A_CONVERSATION]
            alarmed += sum(bool(signals_in(text, memory)) for text in part)
            total += len(part)
    report("ordinary, in conversations of six", total, alarmed)
    told = [text for texts in load(language)["told"].values() for text in texts]
    alarmed = sum(in_pieces(text) for text in told)
    report("told, cut at commas into several messages", len(told), alarmed)
    print()


def in_pieces(text: str) -> bool:
    for mark in "，,。.!！；":
        text = text.replace(mark, "\n")
    memory = SignalMemory()
    alarms = [signals_in(part, memory) for part in text.splitlines() if part.strip()]
    return any(alarms)


def speed() -> None:
    texts = [
        text
        for language in LANGUAGES
        for part in load(language)["ordinary"].values()
        for text in part
    ]
    spent = [timed(text) for text in texts * 3]
    cuts = statistics.quantiles(spent, n=100)
    print(f"ordinary message: median {cuts[49]:.0f} µs, p99 {cuts[98]:.0f} µs")
    long = ("he wants me to install anydesk and share the screen, " * 60)[:2000]
    print(f"2,000 characters: {min(timed(long) for _ in range(5)) / 1000:.1f} ms\n")


def timed(text: str) -> float:
    begin = time.perf_counter()
    signals_in(text)
    return (time.perf_counter() - begin) * 1e6


def cross_validation() -> None:
    """Each fifth of the examples judged by what was learnt from the other four."""
    known, listener = watch().known, watch().listener
    rows = [
        (signal.id, language, bool(wanted), listener.listen(text))
        for signal in known.signals.values()
        for wanted, by_language in ((1, signal.yes), (0, signal.no))
        for language, texts in by_language.items()
        for text in texts
    ]
    rows += [
        ("", language, False, listener.listen(text))
        for language, texts in known.ordinary.items()
        for text in texts
    ]
    chance = random.Random(1)
    folds = [chance.randrange(FOLDS) for _ in rows]
    scored = list(cross_validated(rows, folds, tuple(known.signals)))
    print("| five-fold, examples | told noticed | near-no alarmed |\n| --- | --- | --- |")
    for language in LANGUAGES:
        yes = [alarm for spoken, wanted, alarm in scored if spoken == language and wanted]
        no = [alarm for spoken, wanted, alarm in scored if spoken == language and not wanted]
        print(f"| {language} | {share(yes):.1%} of {len(yes)} | {share(no):.1%} of {len(no)} |")


def cross_validated(
    rows: list[Any], folds: list[int], names: tuple[str, ...]
) -> Iterator[tuple[str, bool, bool]]:
    from bot.guard.signals.train import Lesson  # noqa: PLC0415 - for this table only

    for fold in range(FOLDS):
        taught = [
            Lesson(features(told), signal if wanted else None)
            for (signal, _, wanted, told), own in zip(rows, folds, strict=True)
            if own != fold
        ]
        judge = taught_judge(taught, names)
        for (_, language, wanted, told), own in zip(rows, folds, strict=True):
            if own == fold:
                alarm = judge.judge(features(told), told.signals).alarm
                yield language, wanted, alarm >= (ALONE if told.signals else WITHOUT_A_WORD)


def share(flags: Iterable[bool]) -> float:
    flags = list(flags)
    return sum(flags) / len(flags)


def corpora(folder: Path, *, show: bool) -> None:
    print("| corpus | texts | alarms | share | |\n| --- | --- | --- | --- | --- |")
    for name, texts in corpus_texts(folder):
        alarms = [text for text in texts if signals_in(text)]
        report(name, len(texts), len(alarms))
        if show:
            print(
                *(f"    alarm: {text} {signals_in(text)[0].id}" for text in alarms[:40]), sep="\n"
            )


def corpus_texts(folder: Path) -> Iterator[tuple[str, list[str]]]:
    banking = []
    for path in sorted(folder.glob("banking77_*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            banking += [row["text"] for row in csv.DictReader(lines)]
    yield "banking77", banking
    clinc = json.loads((folder / "clinc150_full.json").read_text("utf-8"))
    yield "clinc150", [row[0] for rows in clinc.values() for row in rows]
    yield (
        "zh_everyday_dialogue",
        (folder / "zh_everyday_dialogue.txt").read_text("utf-8").splitlines(),
    )


if __name__ == "__main__":
    main()
