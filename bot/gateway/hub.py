"""Tells open event streams that something happened; the database says what."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Literal

_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Happening:
    """A wake-up: ``message`` is read from the database, ``erased`` ends the stream."""

    kind: Literal["message", "owner", "typing", "resync", "erased", "note", "queue"]
    data: dict[str, Any] = field(default_factory=dict)


QUEUE: Final = "queue"
"""The subject of the agents' list."""


def behind(conversation_id: str) -> str:
    """The subject of what only agents hear of a conversation."""
    return f"desk:{conversation_id}"


class Hub:
    """In-process fan-out to the streams of one subject, a conversation as a rule."""

    def __init__(self) -> None:
        self._inboxes: dict[str, set[asyncio.Queue[Happening]]] = defaultdict(set)

    @contextmanager
    def subscribe(self, *subjects: str) -> Iterator[asyncio.Queue[Happening]]:
        """Listen to subjects for as long as the block lasts."""
        inbox: asyncio.Queue[Happening] = asyncio.Queue(_LONGEST)
        for subject in subjects:
            self._inboxes[subject].add(inbox)
        try:
            yield inbox
        finally:
            for subject in subjects:
                self._inboxes[subject].discard(inbox)
                if not self._inboxes[subject]:
                    del self._inboxes[subject]

    def tell(self, subject: str, happening: Happening) -> None:
        """Wake every stream; a stream that lags behind finds the messages in the database."""
        for inbox in self._inboxes.get(subject, ()):
            if not inbox.full():
                inbox.put_nowait(happening)

    def listeners(self) -> int:
        """How many streams are open."""
        return sum(len(inboxes) for inboxes in self._inboxes.values())
