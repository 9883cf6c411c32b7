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
    """A wake-up: ``message`` is read from the database, the others carry their own data."""

    kind: Literal["message", "owner", "typing", "resync"]
    data: dict[str, Any] = field(default_factory=dict)


class Hub:
    """In-process fan-out to the streams of one conversation."""

    def __init__(self) -> None:
        self._inboxes: dict[str, set[asyncio.Queue[Happening]]] = defaultdict(set)

    @contextmanager
    def subscribe(self, conversation_id: str) -> Iterator[asyncio.Queue[Happening]]:
        """Listen to a conversation for as long as the block lasts."""
        inbox: asyncio.Queue[Happening] = asyncio.Queue(_LONGEST)
        self._inboxes[conversation_id].add(inbox)
        try:
            yield inbox
        finally:
            self._inboxes[conversation_id].discard(inbox)
            if not self._inboxes[conversation_id]:
                del self._inboxes[conversation_id]

    def tell(self, conversation_id: str, happening: Happening) -> None:
        """Wake every stream; a stream that lags behind finds the messages in the database."""
        for inbox in self._inboxes.get(conversation_id, ()):
            if not inbox.full():
                inbox.put_nowait(happening)

    def listeners(self) -> int:
        """How many streams are open."""
        return sum(len(inboxes) for inboxes in self._inboxes.values())
