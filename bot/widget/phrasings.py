"""How customers put what a page of the site answers: the lines that the assistant learns from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from bot.content.faq import examples
from bot.content.language import LANGUAGES
from bot.content.yaml_files import read_yaml

if TYPE_CHECKING:
    from pathlib import Path

    from bot.content import Content

SERVICES: Final[Mapping[str, str]] = {
    "channels": "find_official_channel",
    "verify": "verify_contact",
    "status": "ticket_status",
}
"""Pages of the site that answer an intent of their own."""

_MOST: Final = 60  # an entry with many more lines than the others would come up too often
_ENTITY: Final = re.compile(r"\[([^\]]+)\](?:\{[^}]*\}|\([^)]*\))")  # [Nano X](model)


def phrasings(content: Content, root: Path) -> dict[str, tuple[str, ...]]:
    """Give lines in both languages by entry: a question's id, a topic, a page of ``SERVICES``.

    Raises:
        OSError, yaml.YAMLError: a file of examples is missing or is no YAML.
    """
    found: dict[str, list[str]] = {name: [] for name in content.faq.questions}
    for asked in examples(root).values():
        for name in found:
            found[name] += asked.get(name, ())
    intents = {**{name: name for name in content.playbooks}, **SERVICES}
    for name, intent in intents.items():
        found[name] = [
            line for tag in LANGUAGES for line in _evenly(_lines(root, intent, tag), _MOST)
        ]
    return {name: tuple(_ENTITY.sub(r"\1", line) for line in found[name]) for name in found}


def _lines(root: Path, intent: str, language: str) -> list[str]:
    path = root / "data" / "topics" / intent / f"nlu.{language}.yml"
    return list(_of_intent(read_yaml(path.read_text(encoding="utf-8"))["nlu"], intent))


def _of_intent(entries: Sequence[Mapping[str, str]], intent: str) -> Iterator[str]:
    for entry in entries:
        if entry.get("intent") == intent:
            yield from (line.removeprefix("- ") for line in entry["examples"].splitlines())


def _evenly(lines: Sequence[str], most: int) -> Sequence[str]:
    """At most ``most`` lines, from all over the file."""
    return lines[:: -(-len(lines) // most) or 1]
