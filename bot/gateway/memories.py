"""What the guard remembers of each conversation: in RAM, for a quarter of an hour.

Nothing of it leaves the process. What another gateway heard, or this one before it was started
anew, is read back from the stored safe texts (``bot.guard.recall``, docs/adr/0007).
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog

from bot.content.contact_replies import FALSE
from bot.desk.models import Message
from bot.guard import Memory, SignalMemory, find_contacts
from bot.guard.findings import Contact
from bot.guard.recall import Stored, recall
from bot.guard.signals.recall import recall_signals

QUIET_SECONDS: Final = 15 * 60
MOST: Final = 20_000

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Kept:
    """One conversation's memories, when they were last asked for, and up to which message."""

    used: float
    seq: int = 0
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

    def heard_up_to(self, conversation_id: str) -> int:
        """The number of the last message that the memory knows of; 0 when it knows nothing."""
        return self._of(conversation_id).seq

    def heard(self, conversation_id: str, seq: int) -> None:
        """Note that the memory knows of every customer's message up to a number."""
        self._of(conversation_id).seq = seq

    def answered(self, conversation_id: str, replies: Sequence[Message]) -> None:
        """Note replies that follow on what is known: nobody else can have written in between."""
        kept = self._of(conversation_id)
        if replies and replies[0].seq == kept.seq + 1:
            kept.seq = replies[-1].seq

    def recall(self, conversation_id: str, messages: Sequence[Message]) -> None:
        """Read a customer's stored messages back into the memory, in their order.

        Raises:
            GuardBroken: the guard failed; the message to come must be held.
        """
        kept = self._of(conversation_id)
        recall(kept.memory, [Stored(one.id, one.text, one.findings) for one in messages])
        try:
            recall_signals(kept.signals, [(one.text, one.signal) for one in messages])
            kept.warned_of.update(
                contact
                for message in messages
                for contact in find_contacts(message.text)
                if contact.verdict in FALSE
            )
        except Exception as error:  # noqa: BLE001 - as in watching.py: no safe message is held back
            _log.error("recall_failed", conversation=conversation_id, kind=type(error).__name__)

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
