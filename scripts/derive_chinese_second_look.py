"""Derive what Chinese verse and Chinese names cost, for the guard's second look at a text.

Run once, by hand, in an environment of its own with ``jieba``; the npm package ``chinese-poetry``
unpacked beside it (``npm pack chinese-poetry``):

    python scripts/derive_chinese_second_look.py bot/guard/tables PACKAGE/dist --without FILE …

Passages that share five characters in a row with a file behind ``--without`` are left out, so
that verse in the bench is verse that the table has not seen. Characters are simplified first.

``zh_verse``: first line: characters by what they cost alone, in quarter bits; then, a line for each
cost: pairs by what their second character costs after the first, as ``cost group group …``; a group
is a first character and all that follow it. ``zh_names``: surnames and then given characters, the
same way.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import re
import zlib
from collections import Counter, defaultdict
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

BOOKS = (
    *("songci", "mengxue", "sishuwujing", "lunyu", "yuanqu", "shijing", "chuci", "youmengying"),
    *("wudaishici/huajianji", "wudaishici/nantang", "nalanxingde", "caocaoshiji", "shuimotangshi"),
)
PAIRS, SEEN, DISCOUNT, UNSEEN_AFTER, WORTH_BITS = 60_000, 3, 0.6, 20, 1.5
DEAREST_BITS = 17
NAME_KIND, NAME_COUNTS, SURNAME_COUNTS, GIVEN_UNSEEN = "nr", 20, 100, 5_000
HAN = re.compile(r"[\u3400-\u9fff]+")
BESIDE = 5


def main(folder: Path, poetry: Path, without: list[Path]) -> None:
    """Write both tables."""
    simplify = str.maketrans(simplification(folder))
    known = {
        run[i : i + BESIDE]
        for path in without
        for run in HAN.findall(path.read_text("utf-8").translate(simplify))
        for i in range(len(run) - BESIDE + 1)
    }
    pack(folder / "zh_verse", verse(poetry, simplify, known))
    pack(folder / "zh_names", names(simplify))


def simplification(folder: Path) -> dict[str, str]:
    """Traditional character to simplified, from the table beside those to be written."""
    pairs = zlib.decompress((folder / "zh_simplify.txt.z").read_bytes()).decode().strip()
    return dict(zip(pairs[::2], pairs[1::2], strict=True))


def verse(poetry: Path, simplify: dict[int, str], known: set[str]) -> str:
    """Characters and pairs of verse and old prose by cost."""
    single: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    for passage in passages(poetry):
        runs = HAN.findall(passage.translate(simplify))
        if any(run[i : i + BESIDE] in known for run in runs for i in range(len(run))):
            continue
        for run in runs:
            single.update(run)
            pairs.update(map("".join, itertools.pairwise(run)))
    total = sum(single.values())
    alone = {char: -math.log2(count / total) for char, count in single.items()}
    before: Counter[str] = Counter()
    for pair, count in pairs.items():
        before[pair[0]] += count
    telling = []
    for pair, count in pairs.items():
        cost = -math.log2(max(count - DISCOUNT, 0.1) / (before[pair[0]] + UNSEEN_AFTER))
        if count >= SEEN and alone[pair[1]] - cost >= WORTH_BITS:
            telling.append((-count * (alone[pair[1]] - cost), pair, cost))
    kept = {pair: 4 * round(cost) for _, pair, cost in sorted(telling)[:PAIRS]}
    print(total, "characters,", len(kept), "pairs of", len(telling))
    costs = {char: 2 * round(2 * cost) for char, cost in alone.items() if cost < DEAREST_BITS}
    return by_cost(costs) + "\n" + grouped(kept)


def passages(poetry: Path) -> Iterator[str]:
    """Poems and paragraphs; of the poems of Song, which are most, every second file."""
    poems = sorted((poetry / "quantangshi").glob("poet.*.json"))
    files_taken = [p for i, p in enumerate(poems) if ".tang." in p.name or i % 2 == 0]
    for path in files_taken:
        for poem in json.loads(path.read_text("utf-8")):
            yield " ".join(texts(poem))
    for book in BOOKS:
        for path in sorted((poetry / book).glob("*.json")):
            yield from texts(json.loads(path.read_text("utf-8")))


def texts(entry: Any) -> Iterator[str]:
    """What is text in an entry: paragraphs and contents, not titles and authors."""
    if isinstance(entry, str):
        yield entry
    elif isinstance(entry, list):
        for part in entry:
            yield from texts(part) if not isinstance(part, str) else [part]
    elif isinstance(entry, dict):
        for key, part in entry.items():
            if key in {"paragraphs", "content", "para"} or isinstance(part, dict):
                yield from texts(part)


def names(simplify: dict[int, str]) -> str:
    """Surnames and given characters by cost, from the persons in jieba's dictionary."""
    first: Counter[str] = Counter()
    given: Counter[str] = Counter()
    for line in files("jieba").joinpath("dict.txt").read_text("utf-8").splitlines():
        word, count, kind = line.translate(simplify).split(" ")
        if kind != NAME_KIND or not HAN.fullmatch(word) or len(word) not in {2, 3}:
            continue
        weight = min(int(count), NAME_COUNTS)
        first[word[0]] += weight
        given.update(dict.fromkeys(word[1:], weight) if len(word) == 3 else {})
    surnames = {c: n for c, n in first.items() if n >= SURNAME_COUNTS}
    tables = (surnames, sum(first.values())), (given, sum(given.values()) + GIVEN_UNSEEN)
    return "\n".join(
        by_cost({char: 4 * round(-math.log2(count / total)) for char, count in table.items()})
        for table, total in tables
    )


def by_cost(costs: dict[str, int]) -> str:
    """``cost characters cost characters …`` in one line."""
    rows: dict[int, str] = defaultdict(str)
    for char in sorted(costs):
        rows[costs[char]] += char
    return " ".join(f"{cost} {row}" for cost, row in sorted(rows.items()))


def grouped(costs: dict[str, int]) -> str:
    """``cost group group …``, a line for each cost."""
    rows: dict[int, dict[str, str]] = defaultdict(lambda: defaultdict(str))
    for pair in sorted(costs):
        rows[costs[pair]][pair[0]] += pair[1]
    return "\n".join(
        f"{cost} " + " ".join(first + rest for first, rest in row.items())
        for cost, row in sorted(rows.items())
    )


def pack(path: Path, text: str) -> None:
    """Write a table as UTF-8 text under zlib."""
    path.with_name(f"{path.name}.txt.z").write_bytes(zlib.compress(f"{text}\n".encode(), 9))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("poetry", type=Path)
    parser.add_argument("--without", type=Path, nargs="*", default=[])
    options = parser.parse_args()
    main(options.folder, options.poetry, options.without)
