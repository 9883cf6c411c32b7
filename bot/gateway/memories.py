"""What the guard remembers of each conversation: in RAM, for a quarter of an hour."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from bot.guard import Memory

QUIET_SECONDS: Final = 15 * 60
MOST: Final = 20_000


class Memories:
    """Gives each conversation its memory; the quiet ones are forgotten, the oldest first."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, Memory]] = OrderedDict()

    def of(self, conversation_id: str) -> Memory:
        """Give the conversation's memory, a fresh one after a quiet time."""
        now = self._clock()
        self._forget_quiet(now)
        _, memory = self._kept.pop(conversation_id, (now, Memory()))
        self._kept[conversation_id] = (now, memory)
        return memory

    def _forget_quiet(self, now: float) -> None:
        while self._kept:
            conversation_id, (used, _) = next(iter(self._kept.items()))
            if now - used < QUIET_SECONDS and len(self._kept) < MOST:
                return
            del self._kept[conversation_id]
