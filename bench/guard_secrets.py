"""Measure the guard's secrets engine: recall by language and dress, false alarms, time.

    python bench/guard_secrets.py [--each 30] [--prose 120000]

Harmless text comes from ``../shared/data`` where it is there, and from the documentation strings
and long descriptions of the installed packages.
"""

from __future__ import annotations

import argparse
import ast
import csv
import json
import random
import statistics
import subprocess
import sys
import time
import zlib
from collections import Counter, defaultdict
from importlib.metadata import distributions
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from guard_generator import (  # noqa: E402
    LANGUAGES,
    crafted,
    other_secrets,
    spread_phrases,
    whole_phrases,
)

from bot.guard import Memory, inspect  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from guard_generator import Sample

    from bot.guard.findings import Finding

DATA = ROOT.parent / "shared" / "data"
SEED = 20261123
PEER_GROUPS = {
    "phrase as its list's own tool writes it": {"plain"},
    "phrase in a sentence": {"in a sentence"},
    "phrase numbered": {"1. w", "1) w", "circled", "第n个", "word 1:"},
    "phrase with separators": {"comma only", "hyphen", "pipe", "newline", "json list", "quotes"},
    "phrase in disguise": {"camel", "zero width", "homoglyphs", "no separators", "spelt"},
    "phrase damaged": {"one typo", "two typos", "one missing", "two missing", "four letters"},
    "phrase as a story": {"story", "story, Chinese", "story, ordinals"},
}


def is_found(sample: Sample) -> bool:
    """Whether a phrase in one message was found; the whole message is then replaced."""
    result = inspect(sample.messages[0])
    return result.opens_the_wallet


def left_visible(sample: Sample) -> int:
    """How many of a spread phrase's words stay visible after all its messages."""
    memory = Memory()
    shown: dict[str, str] = {}
    for number, text in enumerate(sample.messages):
        result = inspect(text, memory, message_id=str(number))
        shown[str(number)] = result.safe_text
        for taint in result.taints:
            shown[taint] = ""
    visible = Counter(word for text in shown.values() for word in text.split())
    joined = "".join(shown.values()) if sample.language.startswith("zh") else None
    return sum(
        (word in joined) if joined is not None else visible[word] > 0 for word in sample.words
    )


def recall(each: int) -> list[str]:
    """Recall of whole phrases as table rows, by dress and language."""
    hits: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for sample in whole_phrases(SEED, each):
        hits[sample.dress, sample.language].append(is_found(sample))
    dresses = list(dict.fromkeys(dress for dress, _ in hits))
    rows = ["| dress | " + " | ".join(LANGUAGES) + " | all |", "|---" * (len(LANGUAGES) + 2) + "|"]
    for dress in dresses:
        cells = [hits.get((dress, language), []) for language in LANGUAGES]
        rows.append(
            f"| {dress} | " + " | ".join(map(share, cells)) + f" | {share(list(chain(*cells)))} |"
        )
    columns = [
        [hit for (_, lang), found in hits.items() if lang == language for hit in found]
        for language in LANGUAGES
    ]
    everything: list[bool] = list(chain(*columns))
    rows.append("| **all** | " + " | ".join(map(share, columns)) + f" | {share(everything)} |")
    rows.append(f"\n{len(everything):,} phrases.")
    return rows


def spread(each: int) -> list[str]:
    """What stays visible of phrases over several messages, as table rows."""
    left: dict[tuple[str, str], list[int]] = defaultdict(list)
    for sample in spread_phrases(SEED, each):
        left[sample.dress, sample.language].append(left_visible(sample))
    rows = ["| dress | " + " | ".join(LANGUAGES) + " |", "|---" * (len(LANGUAGES) + 1) + "|"]
    for dress in dict.fromkeys(dress for dress, _ in left):
        cells = [left[dress, language] for language in LANGUAGES]
        rows.append(
            f"| {dress} | "
            + " | ".join(f"{share([n <= 3 for n in c])}, {statistics.mean(c):.1f}" for c in cells)
            + " |"
        )
    return rows


def share(hits: list[bool]) -> str:
    """A share of hits in per cent."""
    return f"{100 * sum(hits) / len(hits):.1f}" if hits else "–"


def corpora(prose: int) -> Iterator[tuple[str, list[str]]]:
    """Harmless messages by name of their corpus."""
    if DATA.is_dir():
        banking = []
        for name in ("train", "test"):
            with (DATA / f"banking77_{name}.csv").open(encoding="utf-8") as file:
                banking += [row["text"] for row in csv.DictReader(file)]
        yield "banking77", banking
        clinc = json.loads((DATA / "clinc150_full.json").read_text("utf-8"))
        yield "clinc150", [text for part in clinc.values() for text, _ in part]
        chinese = (DATA / "zh_everyday_dialogue.txt").read_text("utf-8").splitlines()
        yield "zh_everyday_dialogue", chinese
        yield (
            "zh_everyday_dialogue, three turns joined",
            ["".join(chinese[i : i + 3]) for i in range(len(chinese) - 2)],
        )
    texts = packaged_prose(prose)
    yield "documentation of installed packages", texts


def held_out(files: list[Path]) -> Iterator[tuple[str, list[str]]]:
    """Of files with a message a line, by name: the half that nobody looked at.

    Which half a line belongs to hangs on its CRC-32; findings of this half are counted only.
    """
    for path in files:
        lines = path.read_text("utf-8").splitlines()
        yield path.stem, [line for line in lines if zlib.crc32(line.encode()) % 2]


def packaged_prose(limit: int) -> list[str]:
    """Paragraphs of documentation strings and long descriptions, at most 2,000 characters each."""
    found: dict[str, None] = {}
    for distribution in sorted(distributions(), key=lambda d: d.metadata["Name"]):
        paragraphs = str(distribution.metadata.get_payload() or "").split("\n\n")
        for file in distribution.files or []:
            if file.suffix == ".py" and len(found) < limit:
                paragraphs += docstrings(Path(str(file.locate())))
        found.update(
            dict.fromkeys(" ".join(p.split())[:2000] for p in paragraphs if p.count(" ") > 4)
        )
        if len(found) >= limit:
            break
    return list(found)[:limit]


def docstrings(path: Path) -> list[str]:
    """The paragraphs of a module's documentation strings."""
    try:
        tree = ast.parse(path.read_text("utf-8"))
    except (OSError, SyntaxError, ValueError, UnicodeDecodeError):
        return []
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    docs = (ast.get_docstring(node) for node in ast.walk(tree) if isinstance(node, kinds))
    return [paragraph for doc in docs if doc for paragraph in doc.split("\n\n")]


def level(finding: Finding) -> str:
    """How a finding is counted: a phrase as block or suspect, the rest by its kind."""
    if finding.kind not in {"seed_phrase", "share"}:
        return finding.kind
    return "suspect" if finding.certainty == "partial" else "block"


def false_alarms(texts_by_name: Iterable[tuple[str, list[str]]], *, show: bool) -> list[str]:
    """False findings by corpus and certainty, and the time a message takes."""
    rows = [
        "| corpus | messages | block | suspect | other kinds | median µs | p99 µs |",
        "|---" * 7 + "|",
    ]
    for name, texts in texts_by_name:
        counts: Counter[str] = Counter()
        times = []
        for text in texts:
            begun = time.process_time()
            findings = inspect(text).findings
            times.append(1e6 * (time.process_time() - begun))
            counts.update(map(level, findings))
            for finding in findings if show else ():
                around = text[max(0, finding.start - 60) : finding.end + 40]
                print(name, finding, repr(around), file=sys.stderr)
        block, suspect = counts.pop("block", 0), counts.pop("suspect", 0)
        other = ", ".join(f"{kind} {count}" for kind, count in counts.items()) or "0"
        cuts = statistics.quantiles(times, n=100)
        row = [name, f"{len(texts):,}", block, suspect, other, f"{cuts[49]:.0f}", f"{cuts[98]:.0f}"]
        rows.append("| " + " | ".join(map(str, row)) + " |")
    return rows


def others(each: int) -> list[str]:
    """Recall of keys, codes and numbers by kind."""
    hits: dict[str, list[bool]] = defaultdict(list)
    for kind, text in other_secrets(SEED, each):
        hits[kind].append(any(finding.kind == kind for finding in inspect(text).findings))
    return [
        "| kind | told | found, per cent |",
        "|---|---|---|",
        *(f"| {kind} | {len(found)} | {share(found)} |" for kind, found in hits.items()),
    ]


def beside_peers(python: str) -> list[str]:
    """What we and other tools find in the same texts, per cent; any report counts as found."""
    groups = {
        name: [sample.messages[0] for sample in whole_phrases(SEED, 8) if sample.dress in dresses]
        for name, dresses in PEER_GROUPS.items()
    }
    told = list(other_secrets(SEED, 60))
    groups |= {f"told: {kind}": [text for k, text in told if k == kind] for kind in dict(told)}
    for name, texts in corpora(prose=2_000):
        groups[f"harmless: {name}"] = random.Random(SEED).sample(texts, min(len(texts), 1_000))
    everything = list(chain(*groups.values()))
    ours = [bool(inspect(text).findings) for text in everything]
    columns: dict[str, list[bool] | str] = {"seedwarden": ours, **_peers(python, everything)}
    names = [name for name, found in columns.items() if not isinstance(found, str)]
    rows = ["| texts | number | " + " | ".join(names) + " |", "|---" * (len(names) + 2) + "|"]
    begin = 0
    for group, texts in groups.items():
        end = begin + len(texts)
        cells = [share(list(columns[name][begin:end])) for name in names]
        rows.append(f"| {group} | {len(texts):,} | " + " | ".join(cells) + " |")
        begin = end
    left_out = [f"{name}: {why}." for name, why in columns.items() if isinstance(why, str)]
    return [*rows, "", *left_out]


def _peers(python: str, texts: list[str]) -> dict[str, list[bool] | str]:
    """Run the other tools in their own environment."""
    script = str(ROOT / "bench" / "guard_peers.py")
    done = subprocess.run(
        [python, script], input=json.dumps(texts), capture_output=True, text=True, check=True
    )
    answers: dict[str, list[bool] | str] = json.loads(done.stdout.splitlines()[-1])
    return answers


def doubling() -> list[str]:
    """Milliseconds for crafted texts of 1,000, 2,000 and 4,000 characters: linear or not."""
    rows = ["| text | 1,000 | 2,000 | 4,000 |", "|---|---|---|---|"]
    for name, text in crafted(SEED, 4000):
        cells = []
        for size in (1000, 2000, 4000):
            times = []
            for _ in range(3):
                begun = time.process_time()
                inspect(text[:size])
                times.append(1e3 * (time.process_time() - begun))
            cells.append(f"{min(times):.1f}")
        rows.append(f"| {name} | " + " | ".join(cells) + " |")
    return rows


def conversations(*, show: bool) -> list[str]:
    """False findings when each forty harmless messages are one conversation with a memory."""
    rows = ["| corpus | messages | phrase findings | median µs | p99 µs |", "|---" * 5 + "|"]
    for name, texts in corpora(prose=20_000):
        shuffled = random.Random(SEED).sample(texts, len(texts))
        findings, times = 0, []
        for number, text in enumerate(shuffled):
            if number % 40 == 0:
                memory = Memory()
            begun = time.process_time()
            result = inspect(text, memory, message_id=str(number))
            times.append(1e6 * (time.process_time() - begun))
            if result.opens_the_wallet:
                findings += 1
                if show:
                    told = [shuffled[int(taint)][:60] for taint in result.taints]
                    print(name, result.findings, repr(text[:100]), told, file=sys.stderr)
        cuts = statistics.quantiles(times, n=100)
        rows.append(f"| {name} | {len(texts):,} | {findings} | {cuts[49]:.0f} | {cuts[98]:.0f} |")
    return rows


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=30, help="phrases per dress and language")
    parser.add_argument("--prose", type=int, default=120_000, help="paragraphs of package prose")
    parser.add_argument("--show", action="store_true", help="print false findings to stderr")
    parser.add_argument(
        "--only",
        choices=["recall", "others", "spread", "false", "talk", "time", "peers", "texts"],
        help="one part alone",
    )
    parser.add_argument(
        "--peers",
        metavar="PYTHON",
        default=sys.executable,
        help="an interpreter that has presidio-analyzer and detect-secrets; what it has not is "
        "left out by name",
    )
    parser.add_argument(
        "--texts", type=Path, nargs="*", default=[], help="files of harmless messages, one a line"
    )
    return parser.parse_args()


def main() -> None:
    options = _options()
    if options.only in {None, "recall"}:
        print("\n".join(["## Recall, per cent\n", *recall(options.each)]))
    if options.only in {None, "others"}:
        print("\n".join(["\n## Other secrets\n", *others(10 * options.each)]))
    if options.only in {None, "spread"}:
        print(
            "\n".join(
                [
                    "\n## Over several messages: hidden but for three words, words visible\n",
                    *spread(options.each),
                ]
            )
        )
    if options.only in {None, "false"}:
        print(
            "\n".join(
                ["\n## False alarms\n", *false_alarms(corpora(options.prose), show=options.show)]
            )
        )
    if options.texts:
        rows = false_alarms(held_out(options.texts), show=False)
        print("\n".join(["\n## False alarms in the held-out half\n", *rows]))
    if options.only in {None, "talk"}:
        print(
            "\n".join(
                [
                    "\n## False alarms in conversations of 40 messages\n",
                    *conversations(show=options.show),
                ]
            )
        )
    if options.only in {None, "time"}:
        print("\n".join(["\n## Crafted texts, milliseconds\n", *doubling()]))
    if options.only in {None, "peers"}:
        print("\n".join(["\n## Beside other tools, per cent\n", *beside_peers(options.peers)]))


if __name__ == "__main__":
    main()
