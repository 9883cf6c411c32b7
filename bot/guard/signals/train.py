"""``python -m bot.guard.signals.train``: learn the judge's weights from the examples.

Two logistic regressions, over the lists and over pieces of words, and small networks over the
meanings of the sentence encoder; about two minutes. The same examples give the same weights.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from bot.content.signals import FILES, load_signals
from bot.content.yaml_files import read_yaml
from bot.guard.encoder import load_encoder
from bot.guard.signals.features import features, pieces
from bot.guard.signals.judge import WEIGHTS
from bot.guard.signals.learning import fit, fit_networks, kept, rows_of
from bot.guard.signals.matcher import Listener
from bot.guard.signals.meaning import joined

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bot.content.signals import ScamSignals

    Numbers = np.ndarray[Any, np.dtype[np.float32]]

ROOT: Final = Path(__file__).resolve().parents[3]
_LISTS_PENALTY: Final = 0.3
_PIECES_PENALTY: Final = 0.1
_TOLD_COUNTS: Final = 2.0
_ELSEWHERE_COUNTS: Final = 0.5
_SMALL_TALK_EACH: Final = 4
# Of what customers say to Rasa, every second line is learnt from; the others are for the bench.
_TOPICS_EACH: Final = 2
_ENCODED_AT_ONCE: Final = 64
_IN_PIECES_COUNT: Final = 1.0
_IN_A_ROW: Final = 4
_MARKS: Final = re.compile("[，,。.!！；;?？]")
# Intents whose lines may well tell of a robbery.
MAY_ALARM: Final = frozenset({"scam_in_progress", "funds_stolen", "report_scam", "verify_contact"})


@dataclass(frozen=True, slots=True, repr=False)
class Lesson:
    """One example: its text, the signal it tells of, or None, and how much it counts."""

    text: str
    signal: str | None
    weight: float = 1.0


@dataclass(frozen=True, slots=True, repr=False)
class Taught:
    """Lessons as the judge will see them: one row a lesson in each part."""

    lessons: Sequence[Lesson]
    lists: Sequence[Mapping[int, float]]
    pieces: Sequence[Mapping[int, float]]
    meanings: Numbers


def lessons(known: ScamSignals) -> Iterator[Lesson]:
    """Give all examples of the files as lessons."""
    for signal in known.signals.values():
        for texts in signal.yes.values():
            yield from (Lesson(text, signal.id, _TOLD_COUNTS) for text in texts)
        for texts in signal.no.values():
            yield from (Lesson(text, None) for text in texts)
    for texts in known.ordinary.values():
        yield from (Lesson(text, None) for text in texts)


def said_to_rasa(root: Path) -> Iterator[Lesson]:
    """Give what customers say that is no robbery: greetings, and half of each other subject."""
    for path in sorted((root / "data" / "shared").glob("*.*.yml")):
        for _, lines in intents(path):
            yield from (Lesson(text, None, _ELSEWHERE_COUNTS) for text in lines[::_SMALL_TALK_EACH])
    for path in sorted((root / "data" / "topics").glob("*/nlu.*.yml")):
        for intent, lines in intents(path):
            if intent not in MAY_ALARM:
                yield from (Lesson(text, None, _ELSEWHERE_COUNTS) for text in lines[::_TOPICS_EACH])


def intents(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Give the intents of a file for Rasa and the lines of each."""
    for row in read_yaml(path.read_text("utf-8"))["nlu"]:
        lines = str(row["examples"]).splitlines()
        yield row["intent"], [line.removeprefix("- ") for line in lines]


def told_in_pieces(known: ScamSignals) -> Iterator[Lesson]:
    """Give stories as several messages: those that tell a robbery, and ordinary ones in a row."""
    for signal in known.signals.values():
        for texts in signal.yes.values():
            for text in texts:
                parts = in_pieces(text)
                if len(parts) > 1:
                    yield Lesson("\n".join(parts), signal.id, _IN_PIECES_COUNT)
    for texts in known.ordinary.values():
        for at in range(0, len(texts), _IN_A_ROW):
            yield Lesson("\n".join(texts[at : at + _IN_A_ROW]), None)


def in_pieces(text: str) -> list[str]:
    """Cut a message at its commas and ends of sentences."""
    return [part.strip() for part in _MARKS.split(text) if part.strip()]


def seen(taught: Sequence[Lesson], listener: Listener) -> Taught:
    """Read the lessons as the judge will: a minute, nearly all for the encoder."""
    told = [listener.listen(lesson.text) for lesson in taught]
    parts = [lesson.text.split("\n") for lesson in taught]
    texts = [part for one in parts for part in one]
    encoder = load_encoder("use")
    rows = np.concatenate(
        [
            encoder.encode(texts[at : at + _ENCODED_AT_ONCE])
            for at in range(0, len(texts), _ENCODED_AT_ONCE)
        ]
    )
    ends = np.cumsum([len(one) for one in parts])
    meanings = [
        joined(rows[end - len(one) : end]) for one, end in zip(parts, ends.tolist(), strict=True)
    ]
    return Taught(
        taught,
        [features(one) for one in told],
        [pieces(one) for one in told],
        np.stack(meanings),
    )


def learn(taught: Taught, names: tuple[str, ...]) -> dict[str, Numbers]:
    """Learn all weights; what ``weights.npz`` holds, by name."""
    counts = np.array([lesson.weight for lesson in taught.lessons], np.float32)
    which = np.array(
        [[lesson.signal == name for name in names] for lesson in taught.lessons], np.float32
    )
    told = which.sum(axis=1)
    list_hashes, piece_hashes = kept(taught.lists), kept(taught.pieces)
    rows = rows_of(taught.pieces, piece_hashes)
    networks = fit_networks(taught.meanings, told, which, counts)
    return {
        "list_hashes": np.array(list_hashes, np.uint32),
        "list_table": _lists(taught, list_hashes, which, counts),
        "piece_hashes": np.array(piece_hashes, np.uint32),
        "piece_table": fit(rows, told, counts, _PIECES_PENALTY)[:, None],
        "centre": networks.centre,
        "first": networks.first,
        "first_bias": networks.first_bias,
        "second": networks.second,
        "second_bias": networks.second_bias,
    }


def _lists(taught: Taught, hashes: list[int], which: Numbers, counts: Numbers) -> Numbers:
    """The table of the lists: the alarm from all lessons, the signals from those that tell one."""
    told = which.sum(axis=1)
    every = rows_of(taught.lists, hashes)
    columns = [fit(every, told, counts, _LISTS_PENALTY)]
    is_told = told > 0
    robberies = rows_of(
        [one for one, yes in zip(taught.lists, is_told, strict=True) if yes], hashes
    )
    ones = np.ones(int(is_told.sum()), np.float32)
    columns += [fit(robberies, column, ones, _LISTS_PENALTY) for column in which[is_told].T]
    return np.stack(columns, axis=1)


def fingerprint(root: Path = ROOT) -> str:
    """Tell the examples apart from other ones: what the weights were learnt from."""
    parts = [(root / "data" / "knowledge" / name).read_bytes() for name in FILES]
    return sha256(b"\0".join(parts)).hexdigest()[:16]


def main() -> int:
    """Write ``weights.npz``."""
    known = load_signals(ROOT)
    names = tuple(known.signals)
    taught = seen([*lessons(known), *told_in_pieces(known), *said_to_rasa(ROOT)], Listener(known))
    weights = learn(taught, names)
    small: dict[str, Any] = {
        name: value.astype(np.float16) if value.dtype.kind == "f" else value
        for name, value in weights.items()
    }
    np.savez_compressed(
        WEIGHTS, names=np.array(names), learnt_from=np.array(fingerprint()), **small
    )
    sys.stdout.write(f"{len(taught.lessons)} examples: {WEIGHTS.name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
