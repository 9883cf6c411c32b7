"""Lets the updates of one chat through one at a time, the earlier ones first."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Final

GRACE_SECONDS: Final = 0.05
"""How long an update waits for an earlier one that comes on another connection."""


@dataclass(slots=True)
class _Line:
    waiting: list[tuple[int, int, asyncio.Event]] = field(default_factory=list)
    is_busy: bool = False


class Turnstile:
    """A line per chat; it is gone when nobody waits."""

    def __init__(self, grace: float = GRACE_SECONDS) -> None:
        self._grace = grace
        self._lines: dict[str, _Line] = {}
        self._arrivals = count()

    @asynccontextmanager
    async def enter(self, chat: str, order: int) -> AsyncIterator[None]:
        """Wait for one's turn; of those who wait the lowest ``order`` goes first."""
        line = self._lines.setdefault(chat, _Line())
        ready = asyncio.Event()
        heapq.heappush(line.waiting, (order, next(self._arrivals), ready))
        if not line.is_busy:
            line.is_busy = True
            await self._next(line)
        await ready.wait()
        try:
            yield
        finally:
            if line.waiting:
                await self._next(line)
            else:
                line.is_busy = False
                self._lines.pop(chat, None)

    async def _next(self, line: _Line) -> None:
        await asyncio.sleep(self._grace)
        heapq.heappop(line.waiting)[2].set()
