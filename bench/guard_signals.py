"""How many told robberies are noticed, and how many ordinary messages raise an alarm.

    .venv/bin/python bench/guard_signals.py [--misses] [--without-encoder] [--corpora FOLDER]

``bench/data/signals_held_*.yml`` is held out: written apart from the examples in data/knowledge
and only measured. ``--corpora`` adds the false alarms on banking77, clinc150 and
zh_everyday_dialogue; ``--without-encoder`` tells what the lists and letters do alone.
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
from typing import TYPE_CHECKING

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bot.guard import SignalMemory, signals_in  # noqa: E402
from bot.guard.signals import meaning  # noqa: E402
from bot.guard.signals.train import MAY_ALARM, intents  # noqa: E402
from bot.guard.signals.watch import watch  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

LANGUAGES = ("zh", "en")
A_CONVERSATION = 6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="print the texts judged wrongly")
    parser.add_argument("--without-encoder", action="store_true", help="as if it were missing")
    parser.add_argument("--corpora", type=Path, help="folder with the public corpora")
    chosen = parser.parse_args()
    if chosen.without_encoder:
        meaning.load_encoder = missing
    begin = time.perf_counter()
    watch()
    print(f"lists, weights and encoder loaded in {time.perf_counter() - begin:.2f} s\n")
    for language in LANGUAGES:
        held_out(language, show=chosen.misses)
        topics(language, show=chosen.misses)
        conversations(language)
    speed()
    if chosen.corpora:
        corpora(chosen.corpora, show=chosen.misses)


def missing(name: str) -> meaning.Encoder:
    raise ImportError(name)


def load(language: str) -> dict[str, dict[str, list[str]]]:
    path = ROOT / "bench" / "data" / f"signals_held_{language}.yml"
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
    """Customers' lines to Rasa that were not learnt from: every second one."""
    quiet, may = [], []
    for path in sorted((ROOT / "data" / "topics").glob(f"*/nlu.{language}.yml")):
        for intent, lines in intents(path):
            (may if intent in MAY_ALARM else quiet).extend(lines[1::2])
    alarms = [text for text in quiet if signals_in(text)]
    report("ordinary: data/topics", len(quiet), len(alarms))
    report("robbed or asking about it: data/topics", len(may), sum(map(bool, map(signals_in, may))))
    if show:
        print(*(f"    alarm: {text} {signals_in(text)[0].id}" for text in alarms), sep="\n")


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
