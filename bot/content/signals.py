"""The signs of a robbery under way: what they are called, and how customers tell them."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import jsonschema
import yaml

from bot.content.yaml_files import read_yaml
from bot.errors import SeedwardenError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

Severity = Literal["notice", "warning", "emergency"]

_FILE: Final = "scam_signals.yml"
_STORIES: Final = {"zh": "scam_stories.zh.yml", "en": "scam_stories.en.yml"}
FILES: Final = (_FILE, *_STORIES.values())
"""Names of the files below ``data/knowledge`` that are read."""

_SCHEMA: Final = "schema/scam_signals.schema.json"
_STORIES_SCHEMA: Final = "schema/scam_stories.schema.json"
_GROUP: Final = re.compile(r"\{([^{}]*)\}")


class SignalsError(SeedwardenError):
    """The file of signals cannot be used; no signal is watched for until it is corrected."""


@dataclass(frozen=True)
class SignalKind:
    """One trick of thieves: words that may point at it, and examples of what does and does not.

    ``words`` are phrases, expanded; ``together`` names shared lists that point at the trick
    when they meet in a message; ``yes`` and ``no`` hold whole messages by language.
    """

    id: str
    severity: Severity
    name: Mapping[str, str]
    words: tuple[str, ...]
    together: tuple[frozenset[str], ...]
    yes: Mapping[str, tuple[str, ...]]
    no: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class ScamSignals:
    """All signals by id in the order of the file, and what they share.

    ``words`` are phrases by what they show (``demand``, ``asking`` …); ``same`` gives one
    spelling for several; ``ordinary`` are messages by language that tell of no robbery.
    """

    signals: Mapping[str, SignalKind]
    words: Mapping[str, tuple[str, ...]]
    same: Mapping[str, str]
    ordinary: Mapping[str, tuple[str, ...]]


def load_signals(root: Path) -> ScamSignals:
    """Read and check ``scam_signals.yml`` and the stories, below ``data/knowledge``.

    Args:
        root: the project's root.

    Raises:
        SignalsError: a file is missing, is no YAML, or breaks its schema.
    """
    folder = root / "data" / "knowledge"
    raw = _read(folder, _FILE, _SCHEMA)
    stories = {tag: _read(folder, name, _STORIES_SCHEMA) for tag, name in _STORIES.items()}
    words = {name: tuple(_expanded(row)) for name, row in raw["words"].items()}
    signals = {name: _signal(name, row, stories) for name, row in raw["signals"].items()}
    for signal in signals.values():
        for name in sorted(frozenset[str]().union(*signal.together) - set(words)):
            raise SignalsError(f"{_FILE}: {signal.id} names the list {name}, which is not there.")
    return ScamSignals(
        signals=signals,
        words=words,
        same=raw["same"],
        ordinary={
            tag: (*raw["ordinary"][tag], *_lines(stories[tag]["quiet"].values())) for tag in stories
        },
    )


def _read(folder: Path, name: str, schema: str) -> dict[str, Any]:
    try:
        text = (folder / name).read_text("utf-8")
        raw = read_yaml(text)
        jsonschema.validate(raw, json.loads((folder / schema).read_text("utf-8")))
    except (OSError, yaml.YAMLError) as error:
        problem = f"cannot be read ({type(error).__name__})"
    except jsonschema.ValidationError as error:
        where = "/".join(str(part) for part in error.absolute_path) or "top"
        problem = f"at {where}: {error.message[:200]}"
    else:
        return dict(raw)
    raise SignalsError(f"{name}: {problem}. Correct the file and start again.")


def _signal(name: str, row: Mapping[str, Any], stories: Mapping[str, Any]) -> SignalKind:
    return SignalKind(
        id=name,
        severity=row["severity"],
        name=row["name"],
        words=tuple(_expanded(row["words"])),
        together=tuple(frozenset(names) for names in row.get("together", ())),
        yes={
            tag: (*row["yes"][tag], *_lines([stories[tag]["told"].get(name, "")]))
            for tag in stories
        },
        no=_by_language(row["no"]),
    )


def _lines(blocks: Iterable[str]) -> Iterator[str]:
    for block in blocks:
        yield from block.splitlines()


def _by_language(row: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {language: tuple(lines) for language, lines in row.items()}


def _expanded(row: Mapping[str, list[str]]) -> Iterator[str]:
    for line in itertools.chain.from_iterable(row.values()):
        yield from expand(line)


def expand(line: str) -> Iterator[str]:
    """Give every phrase that a line with ``{a,b}`` stands for; ``{a,}`` also for nothing."""
    parts = _GROUP.split(line)
    choices = [part.split(",") if index % 2 else [part] for index, part in enumerate(parts)]
    for chosen in itertools.product(*choices):
        phrase = " ".join("".join(chosen).split())
        if phrase:
            yield phrase
