"""How many dishonest replies the outbound guard holds back, and how many honest ones.

    .venv/bin/python bench/guard_outbound.py [--misses] [--all]

Reads bench/data/outbound_held_*.txt, written apart from what the guard was developed on and
only measured; ``--all`` measures the developed texts too.
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

    from bot.guard.outbound import Author

DATA = ROOT / "bench" / "data"
AUTHORS: tuple[Author, ...] = ("agent", "bot")
CASES = ROOT / "tests" / "cases" / "outbound"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="print the texts judged wrongly")
    parser.add_argument("--all", action="store_true", help="measure the developed texts too")
    options = parser.parse_args()
    review("warm up", author="bot")
    print("| texts | language | kind | author | number | refused | share |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    paths = sorted(DATA.glob("outbound_held_*.txt"))
    if options.all:
        paths += sorted(CASES.glob("*.yml"))
    for path in paths:
        row(path, show=options.misses)
    speed(paths)


def row(path: Path, *, show: bool) -> None:
    *name, kind, language, _ = path.name.split(".")
    texts = list(texts_of(path))
    for author in AUTHORS:
        refused = {t for t in texts if not review(t, author=author, language=language).allowed}
        count = sum(text in refused for text in texts)
        print(
            f"| {'.'.join(name) or 'developed'} | {language} | {kind} | {author} | {len(texts)} "
            f"| {count} | {count / len(texts):.1%} |"
        )
        if show and author == "agent":
            for text in texts:
                if (text in refused) != (kind == "refused"):
                    print("   ", repr(text))


def texts_of(path: Path) -> Iterator[str]:
    raw = path.read_text("utf-8")
    if path.suffix == ".txt":
        lines = (line for line in raw.splitlines() if line and not line.startswith("#"))
        yield from (line.replace("\\n", "\n") for line in lines)
        return
    loaded = yaml.safe_load(raw)
    yield from loaded if isinstance(loaded, list) else (t for ts in loaded.values() for t in ts)


def speed(paths: list[Path]) -> None:
    texts = [text for path in paths for text in texts_of(path)]
    begin = time.perf_counter()
    for text in texts:
        review(text, author="agent")
    print(f"\n{(time.perf_counter() - begin) / len(texts) * 1e3:.2f} ms a text on average")


if __name__ == "__main__":
    main()
