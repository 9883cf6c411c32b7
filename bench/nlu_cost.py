"""What understanding costs: training, loading, a message, memory; in processes of their own."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

_PROBE = """
import asyncio, json, resource, sys, time
from pathlib import Path
from bot.nlu.classify import load_agent
from bot.nlu.examples import distinct, read_examples
began = time.perf_counter()
agent = load_agent(Path(sys.argv[1]))
loaded = time.perf_counter() - began
texts = [e.text for e in distinct(read_examples(Path.cwd()))][::37][:400]
async def ask():
    took, spent = [], []
    for text in texts[:20] + texts:
        began, cpu = time.perf_counter(), time.process_time()
        await agent.parse_message(text)
        took.append(time.perf_counter() - began)
        spent.append(time.process_time() - cpu)
    return took[20:], spent[20:]
took, spent = asyncio.run(ask())
rank = lambda values, share: sorted(values)[int(share * len(values))] * 1000
print(json.dumps({
    "loading": loaded,
    "p50": rank(took, .5), "p95": rank(took, .95),
    "p50 cpu": rank(spent, .5), "p95 cpu": rank(spent, .95),
    "resident": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
"""


@dataclass(frozen=True)
class Cost:
    """Seconds, milliseconds a message, MB; processor time beside what the clock said."""

    training: float
    training_cpu: float
    loading: float
    p50: float
    p95: float
    p50_cpu: float
    p95_cpu: float
    resident: float
    thousand: float
    model: float
    machine: str

    def asked(self) -> list[tuple[str, str, float, float, str]]:
        """Rows for the table of targets: name, wanted, found, limit, how it is shown."""
        return [
            ("a message, p50, processor", "≤ 6 ms", self.p50_cpu, 6, f"{self.p50_cpu:.1f} ms"),
            ("a message, p95, processor", "≤ 12 ms", self.p95_cpu, 12, f"{self.p95_cpu:.1f} ms"),
            ("resident", "≤ 700 MB", self.resident, 700, f"{self.resident:.0f} MB"),
            (
                "training, processor",
                "≤ 120 s",
                self.training_cpu,
                120,
                f"{self.training_cpu:.0f} s",
            ),
            ("`classify`, 1,000 lines", "≤ 30 s", self.thousand, 30, f"{self.thousand:.0f} s"),
        ]

    def shown(self) -> list[tuple[str, str]]:
        """Rows for the table of costs."""
        return [
            ("training, by the clock", f"{self.training:.0f} s"),
            ("training, processor", f"{self.training_cpu:.0f} s"),
            ("loading the model, Rasa with it", f"{self.loading:.1f} s"),
            ("a message, p50 / p95 by the clock", f"{self.p50:.1f} / {self.p95:.1f} ms"),
            ("a message, p50 / p95 processor", f"{self.p50_cpu:.1f} / {self.p95_cpu:.1f} ms"),
            ("resident at most, one process", f"{self.resident:.0f} MB"),
            ("`seedwarden classify`, 1,000 lines, start included", f"{self.thousand:.0f} s"),
            ("model file, no pickle in it", f"{self.model:.1f} MB"),
        ]


def measure(root: Path) -> Cost:
    """Train from a clean state into a folder of its own, then ask that model."""
    with tempfile.TemporaryDirectory() as scratch:
        before, began = os.times(), time.perf_counter()
        _run([sys.executable, "-m", "bot.nlu.train", str(root), scratch], root)
        training, after = time.perf_counter() - began, os.times()
        spent = after.children_user + after.children_system
        spent -= before.children_user + before.children_system
        probe = json.loads(_run([sys.executable, "-c", _PROBE, scratch], root).splitlines()[-1])
        size = sum(file.stat().st_size for file in Path(scratch).glob("*.tar.gz")) / 1e6
        thousand = _thousand(root, scratch)
    return Cost(
        training=training,
        training_cpu=spent,
        loading=probe["loading"],
        p50=probe["p50"],
        p95=probe["p95"],
        p50_cpu=probe["p50 cpu"],
        p95_cpu=probe["p95 cpu"],
        resident=probe["resident"],
        thousand=thousand,
        model=size,
        machine=f"{os.cpu_count()} cores of {_processor()}, load {os.getloadavg()[0]:.1f}",
    )


def _thousand(root: Path, models: str) -> float:
    from bot.nlu.examples import distinct, read_examples  # noqa: PLC0415 - needs Rasa

    texts = [example.text for example in distinct(read_examples(root))][::19][:1_000]
    lines = "".join(
        json.dumps({"id": number, "text": text}) + "\n" for number, text in enumerate(texts)
    )
    began = time.perf_counter()
    answers = _run([sys.executable, "-m", "bot.nlu.classify", models], root, lines)
    if len(answers.splitlines()) != len(texts):
        raise RuntimeError("classify did not answer every line")
    return time.perf_counter() - began


def _run(command: list[str], root: Path, given: str = "") -> str:
    environment = os.environ | {"PYTHONPATH": str(root), "RASA_TELEMETRY_ENABLED": "false"}
    done = subprocess.run(
        command, cwd=root, env=environment, input=given, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{command[1:3]} failed: {done.stderr[-2000:]}")
    return done.stdout


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    names = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    found = (line.split(":")[1].strip() for line in names if line.startswith("model name"))
    return next(found, platform.processor() or "unknown")
