"""A text as contacts are read in it: width folded, invisible characters gone, letters kept.

Unlike the reading for secrets this one keeps case and look-alike letters: both tell a
genuine name from an imitation.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_SPELLED: Final = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Za-z0-9]([ _*|~]{1,2}))(?:[A-Za-z0-9.@/-]\1){3,}"
    r"[A-Za-z0-9](?![A-Za-z0-9])"
)


@dataclass(frozen=True, slots=True, repr=False)
class Folded:
    """Folded text; ``offsets[i]`` is where its character ``i`` stood in the text as given."""

    text: str
    offsets: list[int] | range

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``text[start:end]`` stood; ``end`` must be after ``start``."""
        return self.offsets[start], self.offsets[end - 1] + 1


def fold(text: str) -> Folded:
    """Fold a text; plain ASCII keeps its offsets."""
    if text.isascii():
        return Folded(text, range(len(text)))
    chars: list[str] = []
    offsets: list[int] = []
    for position, char in enumerate(text):
        form = _fold_char(char)
        chars.append(form)
        offsets.extend([position] * len(form))
    return Folded("".join(chars), offsets)


@lru_cache(maxsize=20_000)
def _fold_char(char: str) -> str:
    if char.isascii():
        return char
    category = unicodedata.category(char)
    if category in {"Cf", "Cs"} or "\ufe00" <= char <= "\ufe0f":
        return ""
    form = unicodedata.normalize("NFKC", char)
    return " " if category == "Zs" else form


def despelled(folded: Folded) -> Folded | None:
    """Join names spelled letter by letter ("l e d g e r . c o m"); None where there are none."""
    runs = list(_SPELLED.finditer(folded.text))
    if not runs:
        return None
    keep = bytearray(b"\x01" * len(folded.text))
    for run in runs:
        gap = run.group(1)
        for i in range(run.start(), run.end()):
            keep[i] = folded.text[i] not in gap
    text = "".join(c for c, kept in zip(folded.text, keep, strict=True) if kept)
    return Folded(text, [o for o, kept in zip(folded.offsets, keep, strict=True) if kept])
