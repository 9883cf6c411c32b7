"""How many secrets in pictures are stopped, how many harmless pictures are, and what it costs.

    python bench/attachments.py [--share 1.0] [--only NAME] [--out FILE]

Samples come from ``bench/attachment_samples.py``. Each is read in this process as the worker
reads it; times are wall-clock seconds on one thread.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path

from attachment_samples import Sample, samples

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bot.attachments.kinds import FileRefused, Stopped  # noqa: E402
from bot.attachments.work import work_on  # noqa: E402


def looked_at(sample: Sample) -> dict[str, object]:
    """What became of a sample."""
    began, used = time.perf_counter(), time.process_time()
    try:
        made = work_on(sample.content)
        kinds = list(made.kinds) if isinstance(made, Stopped) else []
        refused = ""
    except FileRefused as error:
        kinds, refused = [], error.reason
    return {
        "name": sample.name,
        "kind": sample.kind,
        "kinds": kinds,
        "refused": refused,
        "seconds": round(time.perf_counter() - began, 3),
        "cpu": round(time.process_time() - used, 3),
    }


def told(rows: list[dict[str, object]]) -> None:
    """Print what was seen, by class and by look."""
    for place, title in ((0, "by class"), (1, "by look")):
        counted: dict[tuple[str, bool], list[bool]] = defaultdict(list)
        for row in rows:
            name = str(row["name"]).split(" / ")[place]
            counted[name, bool(row["kind"])].append(bool(row["kinds"]))
        print(f"\n| {title} | samples | stopped |\n|---|---|---|")
        for (name, is_secret), stopped in sorted(counted.items(), key=lambda one: not one[0][1]):
            label = f"{name} ({'secret' if is_secret else 'harmless'})"
            print(f"| {label} | {len(stopped)} | {sum(stopped)} |")
    for name in ("seconds", "cpu"):
        values = sorted(float(str(row[name])) for row in rows)
        p95 = values[int(len(values) * 0.95)]
        print(
            f"\n{name}: median {statistics.median(values):.1f}, p95 {p95:.1f}, max {values[-1]:.1f}"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"largest memory of this process, rendering included: {peak:.0f} MiB")
    for row in rows:
        if bool(row["kind"]) != bool(row["kinds"]) or row["refused"]:
            print("   ", json.dumps(row))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=20261123)
    parser.add_argument("--only", default="", help="part of a sample's name")
    parser.add_argument("--out", type=Path, help="keep the rows here, one JSON a line")
    parser.add_argument("--known", type=Path, help="rows of a run that was cut off, to go on with")
    wanted = parser.parse_args()
    rows = []
    if wanted.known:
        rows = [json.loads(line) for line in wanted.known.read_text(encoding="utf-8").splitlines()]
    names = {row["name"] for row in rows}
    for sample in samples(wanted.seed, wanted.share, names):
        if wanted.only in sample.name:
            rows.append(looked_at(sample))
            if wanted.out:
                with wanted.out.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(rows[-1]) + "\n")
    told(rows)


if __name__ == "__main__":
    main()
