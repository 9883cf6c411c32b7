"""Authored texts as a page sets them: paragraphs, points, numbered steps."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final, Literal

Shape = Literal["p", "ul", "ol"]

_POINT: Final = re.compile(r"[·•]\s*")
_STEP: Final = re.compile(r"\d{1,2}\. ")
_LONGEST_QUESTION: Final = 60


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph (one line), or the items of a list."""

    shape: Shape
    lines: list[str] = field(default_factory=list)


def blocks_of(text: str) -> Iterator[Block]:
    """Set a text: lines with a point or a number become lists, all others paragraphs."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    for shape, group in groupby(lines, _shape):
        if shape == "p":
            yield from (Block("p", [line]) for line in group)
        else:
            mark = _POINT if shape == "ul" else _STEP
            yield Block(shape, [mark.sub("", line, count=1) for line in group])


def _shape(line: str) -> Shape:
    if _POINT.match(line):
        return "ul"
    return "ol" if _STEP.match(line) else "p"


def without_closing_question(text: str) -> str:
    """Leave out the short last line with which the chat asks how it went; a page cannot hear."""
    lines = text.strip().splitlines()
    last = lines[-1] if lines else ""
    asks = last.endswith(("?", "？")) and len(last) <= _LONGEST_QUESTION
    return "\n".join(lines[:-1]) if asks and len(lines) > 1 else text
