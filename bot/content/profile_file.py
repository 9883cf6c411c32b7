"""Reads a profile's YAML as texts, and says in which line each entry stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import jsonschema
import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

Where = tuple["str | int", ...]
"""The way to an entry: keys, and numbers of rows counted from 0."""


@dataclass(frozen=True)
class Problem:
    """What is wrong at one place of a file, and what to do about it."""

    file: str
    place: str
    what: str

    def __str__(self) -> str:
        """One line for the operator."""
        return f"{self.file}, {self.place}: {self.what}."


class Source:
    """A profile's file: its entries as texts, and their lines."""

    def __init__(self, file: Path) -> None:
        """Read the file.

        Raises:
            OSError, UnicodeDecodeError, yaml.YAMLError: it cannot be read, or is no YAML.
        """
        self.file = file
        self._node = yaml.compose(file.read_text(encoding="utf-8"), Loader=_Texts)
        self.raw: Any = None if self._node is None else _built(self._node)

    def problem(self, where: Where, what: str) -> Problem:
        """Say what is wrong at a place."""
        told = ".".join(str(part) for part in where) or "the file"
        return Problem(self.file.name, f"line {self._line(where)}, {told}", what)

    def _line(self, where: Where) -> int:
        """The line of an entry, or of the nearest one around it."""
        node, line = self._node, 1
        for part in where:
            found = next((inner for key, inner in _inside(node) if key == part), None)
            if found is None:
                break
            node, line = found, found.start_mark.line + 1
        return int(line)


class _Texts(yaml.BaseLoader):
    """Reads every plain value as text: a telephone number is none, and a day is checked by us."""


def _inside(node: Any) -> Iterator[tuple[str | int, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        yield from ((str(key.value), value) for key, value in node.value)
    elif isinstance(node, yaml.SequenceNode):
        yield from enumerate(node.value)


def _built(node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    pairs = list(_inside(node))
    if isinstance(node, yaml.SequenceNode):
        return [_built(value) for _, value in pairs]
    keys = [key for key, _ in pairs]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise yaml.MarkedYAMLError(problem=f"{twice} is given twice", problem_mark=node.start_mark)
    return {key: _built(value) for key, value in pairs}


def misshapen(source: Source, schema: Path) -> Iterator[tuple[Where, Problem]]:
    """Each place that breaks the schema."""
    validator = jsonschema.Draft202012Validator(json.loads(schema.read_text(encoding="utf-8")))
    for error in sorted(validator.iter_errors(source.raw), key=lambda one: str(one.absolute_path)):
        where = tuple(error.absolute_path)
        yield where, source.problem(where, _told(error))


_EXPECTED: Final[Mapping[str, str]] = {
    "required": "{message}; add it",
    "additionalProperties": "{message}; remove it or correct its spelling",
    "enum": "{instance!r} is not among: {value}",
    "const": "{instance!r} is not {value}",
    "type": "expected {value}, an entry is missing or out of place",
    "pattern": "{instance!r} is not written as it should be; docs/profile.md says how",
    "minProperties": "nothing is given here; give it in each language offered",
    "maxProperties": "give either a text or a link, not both",
    "minItems": "the list is empty; name at least one",
    "uniqueItems": "something is listed twice; remove one",
    "maxLength": "it is longer than {value} characters; shorten it",
    "minLength": "it is empty; fill it in or remove it",
}


def _told(error: jsonschema.ValidationError) -> str:
    template = _EXPECTED.get(str(error.validator), "{message}")
    value: Any = error.validator_value
    listed = ", ".join(map(str, value)) if isinstance(value, list) else value
    return template.format(message=error.message, instance=error.instance, value=listed)


def in_all(
    source: Source, where: Where, texts: Mapping[str, str], languages: Iterable[str]
) -> Iterator[Problem]:
    """Name the offered languages that a text lacks."""
    for language in languages:
        if not texts.get(language, "").strip():
            yield source.problem((*where, language), f"the text in {language} is missing; write it")
