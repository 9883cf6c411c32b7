"""How many dishonest replies the outbound guard holds back, and how many honest ones.

    .venv/bin/python bench/guard_outbound.py [--misses]

Reads tests/cases/outbound: the tables the rules were developed on, and ``held_out``, written
apart and only measured.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bot.guard import review  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

CASES = ROOT / "tests" / "cases" / "outbound"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="print the texts judged wrongly")
    show = parser.parse_args().misses
    review("warm up", author="bot")
    print("| part | language | kind | texts | refused | share |")
    print("| --- | --- | --- | --- | --- | --- |")
    for part in ("", "held_out."):
        for kind in ("refused", "honest"):
            for language in ("en", "zh"):
                row(part, kind, language, show=show)
    speed()


def row(part: str, kind: str, language: str, *, show: bool) -> None:
    path = CASES / f"{part}{kind}.{language}.yml"
    if not path.exists():
        return
    texts = list(texts_of(path))
    refused = [
        text for text in texts if not review(text, author="agent", language=language).allowed
    ]
    share = len(refused) / len(texts)
    name = "held out" if part else "developed on"
    print(f"| {name} | {language} | {kind} | {len(texts)} | {len(refused)} | {share:.1%} |")
    if show:
        wrong = set(refused) if kind == "honest" else set(texts) - set(refused)
        for text in sorted(wrong):
            print("   ", repr(text))


def texts_of(path: Path) -> Iterator[str]:
    loaded = yaml.safe_load(path.read_text("utf-8"))
    yield from loaded if isinstance(loaded, list) else (t for ts in loaded.values() for t in ts)


def speed() -> None:
    texts = [text for path in sorted(CASES.glob("*.yml")) for text in texts_of(path)]
    begin = time.perf_counter()
    for text in texts:
        review(text, author="bot")
    print(f"\n{(time.perf_counter() - begin) / len(texts) * 1e3:.2f} ms a text on average")


if __name__ == "__main__":
    main()
