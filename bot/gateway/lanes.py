"""One message of a conversation at a time: the next ones queue in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Final

from bot.errors import TooManyWaiting

RETRY_AFTER: Final = 5

Shared = Callable[[str], AbstractAsyncContextManager[None]]
"""Waits for one's turn among all gateways."""


@dataclass(slots=True)
class _Lane:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


class Lanes:
    """A queue per conversation, first come first served; it is gone when nobody waits.

    ``shared`` orders the messages of all gateways. Our own lock is taken after it, never before:
    it matters only to messages that came while the other gateways were out of reach.
    """

    def __init__(self, longest: int, shared: Shared | None = None) -> None:
        self._longest = longest
        self._shared: Shared = shared or (lambda _: nullcontext())
        self._lanes: dict[str, _Lane] = {}

    @asynccontextmanager
    async def enter(self, conversation_id: str) -> AsyncIterator[None]:
        """Wait for one's turn in the conversation.

        Raises:
            TooManyWaiting: the queue is full; says after how many seconds to try again.
        """
        lane = self._lanes.setdefault(conversation_id, _Lane())
        if lane.users > self._longest:
            raise TooManyWaiting(RETRY_AFTER)
        lane.users += 1
        try:
            async with self._shared(conversation_id), lane.lock:
                yield
        finally:
            lane.users -= 1
            if not lane.users:
                del self._lanes[conversation_id]
