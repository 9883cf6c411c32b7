"""Where people sit: the built-in desk, or another product behind the same interface."""

from __future__ import annotations

from typing import Protocol

from bot.desk.handoff_models import Handoff, HandoffOutcome
from bot.desk.models import Message
from bot.gateway.hub import QUEUE, Happening, Hub


class HandoffProvider(Protocol):
    """What we tell the place where people sit.

    What comes from there are the calls of ``bot.gateway.handing.Handing``: ``claim`` (assigned),
    ``says`` (message), ``note``, ``give_back`` (returned) and ``close`` (closed).
    """

    async def open(self, handoff: Handoff) -> None:
        """A conversation waits for a person; called again it changes nothing."""

    async def append(self, message: Message) -> None:
        """A message was stored in a conversation that waits or is served."""

    async def close(self, conversation_id: str, outcome: HandoffOutcome) -> None:
        """A hand-off ended; nobody needs to come (any more)."""


class BuiltInDesk:
    """Our own console: it reads the same database, so it only needs to be woken."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def open(self, handoff: Handoff) -> None:  # noqa: ARG002 - the interface
        """Wake the agents' lists."""
        self._hub.tell(QUEUE, Happening("queue"))

    async def append(self, message: Message) -> None:
        """Nothing: the conversation's own stream brings it."""

    async def close(self, conversation_id: str, outcome: HandoffOutcome) -> None:  # noqa: ARG002
        """Wake the agents' lists."""
        self._hub.tell(QUEUE, Happening("queue"))
