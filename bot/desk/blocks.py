"""A record as a list of blocks, so that Markdown and PDF say the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal

from bot.content.language import Language
from bot.content.wording import Text, text_of
from bot.content.yaml_files import read_yaml

_WORDS: Final = Path(__file__).resolve().parents[2] / "data" / "shared" / "record.yml"


@dataclass(frozen=True, slots=True)
class Block:
    """A title, heading, paragraph, fact (``label`` and ``text``) or quoted words."""

    kind: Literal["title", "heading", "paragraph", "fact", "quote"]
    text: str
    label: str = ""


class Words:
    """The authored words of a record in one language."""

    def __init__(self, language: Language) -> None:
        self._language: Language = language

    def __call__(self, name: str) -> str:
        """Give a word by its name."""
        return _words()[name].of(self._language)

    def or_else(self, name: str, other: str) -> str:
        """Give a word, or the other where there is none of this name."""
        known = _words().get(name)
        return other if known is None else known.of(self._language)


@lru_cache(maxsize=1)
def _words() -> Mapping[str, Text]:
    raw = read_yaml(_WORDS.read_text(encoding="utf-8"))["words"]
    return {name: text_of(pair) for name, pair in raw.items()}


def markdown(blocks: list[Block]) -> str:
    """Render as Markdown; what people wrote stands as code, so that nothing of it is a link."""
    return "\n\n".join(_marked(block) for block in blocks) + "\n"


def _marked(block: Block) -> str:
    if block.kind == "quote":
        lines = block.text.splitlines() or [""]
        return f"**{block.label}**\n\n" + "\n".join(f"    {line}" for line in lines)
    if block.kind == "fact":
        ticks = "``" if "`" in block.text else "`"
        return f"- {block.label}: {ticks}{' '.join(block.text.split())}{ticks}"
    return {"title": "# ", "heading": "## ", "paragraph": ""}[block.kind] + block.text
