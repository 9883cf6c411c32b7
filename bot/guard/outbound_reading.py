"""A reply as the outbound guard reads it: folded, and with what splits words taken out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.guard import request_words as words
from bot.guard.findings import Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.guard.normalise import Reading


@dataclass(frozen=True)
class Folded:
    """One way to read the reply, with the way back to its own characters."""

    text: str
    offsets: Sequence[int]

    def reason(self, rule: str, start: int, end: int) -> Reason:
        """Object to characters ``start`` to ``end``, given as characters of the reply."""
        return Reason(rule, self.offsets[start], self.offsets[end - 1] + 1)


def readings(reading: Reading) -> tuple[Folded, ...]:
    """Give the folded text, and once more without what splits words, where that differs."""
    folded = Folded(reading.folded, reading.offsets)
    joined = join(folded)
    return (folded, joined) if joined.text != folded.text else (folded,)


def join(reading: Folded) -> Folded:
    """Take out what splits words: "s-e-e-d", "助 记 词", "s33d"."""
    text = reading.text
    drop: set[int] = set()
    for pattern in (words.SPELLED, words.HAN_GAPS, words.SPLIT_WORD):
        for match in pattern.finditer(text):
            drop.update(i for i in range(*match.span()) if not text[i].isalnum())
    kept = [i for i in range(len(text)) if i not in drop]
    joined = "".join(text[i] for i in kept)
    joined = words.LEET_WORD.sub(lambda match: match.group().translate(words.LEET), joined)
    return Folded(joined, [reading.offsets[i] for i in kept])
