"""What the guard remembers of each conversation: in RAM, for a quarter of an hour."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from bot.guard import Memory, SignalMemory

QUIET_SECONDS: Final = 15 * 60
MOST: Final = 20_000


class Memories:
    """Gives each conversation its memory; the quiet ones are forgotten, the oldest first."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, tuple[float, Memory, SignalMemory]] = OrderedDict()

    def of(self, conversation_id: str) -> Memory:
        """Give the conversation's memory, a fresh one after a quiet time."""
        return self._both(conversation_id)[0]

    def signals_of(self, conversation_id: str) -> SignalMemory:
        """Give what the conversation told of a robbery, kept and forgotten as ``of``."""
        return self._both(conversation_id)[1]

    def _both(self, conversation_id: str) -> tuple[Memory, SignalMemory]:
        now = self._clock()
        self._forget_quiet(now)
        kept = self._kept.pop(conversation_id, None)
        memory, signals = (Memory(), SignalMemory()) if kept is None else kept[1:]
        self._kept[conversation_id] = (now, memory, signals)
        return memory, signals

    def _forget_quiet(self, now: float) -> None:
        while self._kept:
            conversation_id, (used, *_) = next(iter(self._kept.items()))
            if now - used < QUIET_SECONDS and len(self._kept) < MOST:
                return
            del self._kept[conversation_id]
