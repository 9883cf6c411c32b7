"""``python -m bot.guard.signals.train``: learn the judge's weights from the examples.

Logistic regression by gradient descent, in numpy, without chance: the same examples give the
same weights.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import yaml

from bot.content.signals import load_signals
from bot.guard.signals.features import features
from bot.guard.signals.judge import WEIGHTS, Judge
from bot.guard.signals.matcher import Listener

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.content.signals import ScamSignals

    Numbers = np.ndarray[Any, np.dtype[np.float32]]

ROOT: Final = Path(__file__).resolve().parents[3]
LEARNT_FROM: Final = "data/knowledge/scam_signals.yml"
_PENALTY: Final = 0.3
_STEPS: Final = 200
_PACE: Final = 2.0
_MOMENTUM: Final = 0.9
_SEEN_AT_LEAST: Final = 3
_TOLD_A_SIGNAL: Final = 70
_ASKED_A_SIGNAL: Final = 40
_MADE_UP: Final = 0.5
_SMALL_TALK_EACH: Final = 4
# A step through all pairs of frame and deed that repeats none before it has met each of them.
_STRIDE: Final = 7919


@dataclass(frozen=True, slots=True, repr=False)
class Lesson:
    """One example: its features, the signal it tells of, or None, and how much it counts."""

    found: Mapping[int, float]
    signal: str | None
    weight: float = 1.0


def lessons(known: ScamSignals, listener: Listener) -> Iterator[Lesson]:
    """Give all examples of the file as lessons."""
    for signal in known.signals.values():
        for language in signal.yes:
            for text in signal.yes[language]:
                yield Lesson(features(listener.listen(text)), signal.id)
            for text in signal.no[language]:
                yield Lesson(features(listener.listen(text)), None)
    for texts in known.ordinary.values():
        for text in texts:
            yield Lesson(features(listener.listen(text)), None)


def made_up(known: ScamSignals, listener: Listener) -> Iterator[Lesson]:
    """Give sentences made of frames and deeds, some of all that could be made."""
    for signal in known.signals.values():
        for language, deeds in signal.deeds.items():
            for kind, count in (("told", _TOLD_A_SIGNAL), ("asked", _ASKED_A_SIGNAL)):
                frames = known.frames[kind][language]
                for number in range(count):
                    at = number * _STRIDE + len(signal.id) * 101
                    act, done = deeds[at % len(deeds)]
                    frame = frames[(at // len(deeds) + at * 31) % len(frames)]
                    text = frame.replace("<act>", act).replace("<done>", done)
                    told = signal.id if kind == "told" else None
                    yield Lesson(features(listener.listen(text)), told, _MADE_UP)


def small_talk(root: Path, listener: Listener) -> Iterator[Lesson]:
    """Give what customers say to Rasa that is no problem at all: greetings, other subjects."""
    for path in sorted((root / "data" / "shared").glob("*.*.yml")):
        for row in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            for line in str(row["examples"]).splitlines()[::_SMALL_TALK_EACH]:
                yield Lesson(features(listener.listen(line.removeprefix("- "))), None, _MADE_UP)


def learn(taught: Sequence[Lesson], names: tuple[str, ...]) -> tuple[list[int], Numbers]:
    """Learn the table of a ``Judge``: hashes of features, and a row of weights for each."""
    seen = Counter(name for lesson in taught for name in lesson.found)
    hashes = sorted(name for name, count in seen.items() if count >= _SEEN_AT_LEAST)
    matrix = _matrix(taught, {name: row for row, name in enumerate(hashes)})
    told = np.array([lesson.signal is not None for lesson in taught])
    counts = np.array([lesson.weight for lesson in taught], np.float32)
    columns = [_fit(matrix, told.astype(np.float32), counts)]
    which = [lesson.signal for lesson in taught if lesson.signal is not None]
    for name in names:
        wanted = np.array([signal == name for signal in which], np.float32)
        columns.append(_fit(matrix[told], wanted, counts[told]))
    return hashes, np.stack(columns, axis=1)


def _matrix(taught: Sequence[Lesson], row: Mapping[int, int]) -> Numbers:
    matrix = np.zeros((len(taught), len(row) + 1), np.float32)
    matrix[:, -1] = 1.0
    for line, lesson in enumerate(taught):
        for name, weight in lesson.found.items():
            if name in row:
                matrix[line, row[name]] = weight
    return matrix


def _fit(matrix: Numbers, wanted: Numbers, counts: Numbers) -> Numbers:
    weights = np.zeros(matrix.shape[1], np.float32)
    speed = np.zeros_like(weights)
    penalty = np.full_like(weights, _PENALTY)
    penalty[-1] = 0.0
    for _ in range(_STEPS):
        off = (1.0 / (1.0 + np.exp(-(matrix @ weights))) - wanted) * counts
        slope = (matrix.T @ off + penalty * weights) / counts.sum()
        speed = _MOMENTUM * speed - _PACE * slope
        weights = weights + speed
    return weights


def taught_judge(taught: Sequence[Lesson], names: tuple[str, ...]) -> Judge:
    """Give a judge that has learnt from these lessons alone, for cross-validation."""
    return Judge(*learn(taught, names), names)


def fingerprint(root: Path = ROOT) -> str:
    """Tell the examples apart from other ones: what the weights were learnt from."""
    return sha256((root / LEARNT_FROM).read_bytes()).hexdigest()[:16]


def main() -> int:
    """Write ``weights.npz``."""
    known = load_signals(ROOT)
    names = tuple(known.signals)
    listener = Listener(known)
    parts = (lessons(known, listener), made_up(known, listener), small_talk(ROOT, listener))
    taught = list(chain.from_iterable(parts))
    hashes, table = learn(taught, names)
    np.savez_compressed(
        WEIGHTS,
        hashes=np.array(hashes, np.uint32),
        table=table.astype(np.float16),
        names=np.array(names),
        learnt_from=np.array(fingerprint()),
    )
    sys.stdout.write(f"{len(taught)} examples, {len(hashes)} features: {WEIGHTS.name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
