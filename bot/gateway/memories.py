"""What the guard remembers of each conversation: in RAM, for a quarter of an hour."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from bot.guard import Memory, SignalMemory
from bot.guard.findings import Contact

QUIET_SECONDS: Final = 15 * 60
MOST: Final = 20_000


@dataclass(slots=True)
class _Kept:
    """One conversation's memories, and when they were last asked for."""

    used: float
    memory: Memory = field(default_factory=Memory)
    signals: SignalMemory = field(default_factory=SignalMemory)
    warned_of: set[Contact] = field(default_factory=set)


class Memories:
    """Gives each conversation its memory; the quiet ones are forgotten, the oldest first."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: OrderedDict[str, _Kept] = OrderedDict()

    def of(self, conversation_id: str) -> Memory:
        """Give the conversation's memory, a fresh one after a quiet time."""
        return self._of(conversation_id).memory

    def signals_of(self, conversation_id: str) -> SignalMemory:
        """Give what the conversation told of a robbery, kept and forgotten as ``of``."""
        return self._of(conversation_id).signals

    def warned_of(self, conversation_id: str) -> set[Contact]:
        """Give the false contacts of which the customer was warned; the caller adds to it."""
        return self._of(conversation_id).warned_of

    def forget(self, conversation_id: str) -> None:
        """Drop what is remembered of a conversation."""
        self._kept.pop(conversation_id, None)

    def _of(self, conversation_id: str) -> _Kept:
        now = self._clock()
        self._forget_quiet(now)
        kept = self._kept.pop(conversation_id, None) or _Kept(now)
        kept.used = now
        self._kept[conversation_id] = kept
        return kept

    def _forget_quiet(self, now: float) -> None:
        while self._kept:
            conversation_id, oldest = next(iter(self._kept.items()))
            if now - oldest.used < QUIET_SECONDS and len(self._kept) < MOST:
                return
            del self._kept[conversation_id]
