"""The training examples as they stand in the files, with file and line, for benches and reports."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import yaml

from bot.nlu.ngrams import normal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ANNOTATION: Final = re.compile(r"\[([^\]]+)\](?:\{[^}]*\}|\([^)]*\))")
_NLU: Final = re.compile(r"^nlu:", re.MULTILINE)


@dataclass(frozen=True)
class Example:
    """One line of training data; ``label`` is the intent with the question of the FAQ."""

    text: str
    label: str
    language: str
    file: str
    line: int

    @property
    def intent(self) -> str:
        """The label without the question."""
        return self.label.split("/", maxsplit=1)[0]

    @property
    def place(self) -> str:
        """File and line."""
        return f"{self.file}:{self.line}"


def read_examples(root: Path) -> list[Example]:
    """Every example under ``root``/data in the order of the files, doublets among them."""
    found: list[Example] = []
    for path in sorted((root / "data").glob("*/**/*.yml")):
        source = path.read_text(encoding="utf-8")
        if _NLU.search(source):
            found.extend(_read(source, path.relative_to(root).as_posix()))
    return found


def distinct(examples: list[Example]) -> list[Example]:
    """The first of those that differ only in width, case or traditional characters."""
    kept: dict[str, Example] = {}
    for example in examples:
        kept.setdefault(normal(example.text), example)
    return list(kept.values())


def _read(source: str, name: str) -> Iterator[Example]:
    language = "zh" if ".zh." in name else "en"
    labels = {block["intent"] for block in yaml.safe_load(source)["nlu"] if "intent" in block}
    label = ""
    for number, line in enumerate(source.splitlines(), start=1):
        plain = line.strip()
        if plain.startswith("- intent:"):
            label = plain.removeprefix("- intent:").strip()
        elif plain.startswith("- ") and label in labels:
            text = _ANNOTATION.sub(r"\1", plain.removeprefix("- "))
            yield Example(text, label, language, name, number)
