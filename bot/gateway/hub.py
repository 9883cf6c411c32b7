"""Tells open event streams that something happened; the database says what."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from bot.desk.models import Message

_LONGEST: Final = 100

Kind = Literal["message", "owner", "typing", "resync", "erased", "note", "queue", "look"]
KINDS: Final[Mapping[str, Kind]] = {kind: kind for kind in get_args(Kind)}


@dataclass(frozen=True, slots=True)
class Happening:
    """A wake-up: ``message`` is read from the database, ``erased`` ends the stream.

    ``look`` says only that the database may know more; ``data`` holds who types, and no words.
    ``stored`` spares the streams of this process the reading; no other process is told of it.
    """

    kind: Kind
    data: dict[str, Any] = field(default_factory=dict)
    stored: tuple[Message, ...] = ()


QUEUE: Final = "queue"
"""The subject of the agents' list."""
_BEHIND: Final = "desk:"


def behind(conversation_id: str) -> str:
    """The subject of what only agents hear of a conversation."""
    return f"{_BEHIND}{conversation_id}"


class Hub:
    """Fan-out to the streams of one subject, a conversation as a rule.

    ``relay`` hands what happens here to the other gateways, when there are any.
    """

    def __init__(self) -> None:
        self.relay: Callable[[str, Happening], None] | None = None
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
        """Wake every stream, here and at the other gateways."""
        self.deliver(subject, happening)
        if self.relay is not None:
            self.relay(subject, happening)

    def deliver(self, subject: str, happening: Happening) -> None:
        """Wake the streams here; one that lags behind finds the messages in the database."""
        for inbox in self._inboxes.get(subject, ()):
            if not inbox.full():
                inbox.put_nowait(happening)

    def look(self, *, anew: bool = False) -> None:
        """Let every stream here read the database; ``anew`` also what its client has already."""
        for subject in list(self._inboxes):
            self.deliver(subject, Happening("look"))
            if anew:
                self.deliver(subject, Happening("resync"))

    def conversations(self) -> list[str]:
        """The conversations that somebody listens to."""
        return [one for one in self._inboxes if one != QUEUE and not one.startswith(_BEHIND)]

    def listeners(self) -> int:
        """How many streams are open."""
        return sum(len(inboxes) for inboxes in self._inboxes.values())
