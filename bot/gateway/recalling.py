"""Brings the guard's memory up to what was stored by another gateway, or before a restart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from bot.desk.models import Conversation, Message
from bot.desk.service import Desk
from bot.gateway.expectations import Expectations
from bot.gateway.memories import QUIET_SECONDS, Memories
from bot.guard.memory import MESSAGES_REMEMBERED

_LOOKED_AT: Final = 200
"""Messages of all sides; a customer's last thirty are among them as a rule."""


async def recalled(
    desk: Desk, memories: Memories, expectations: Expectations, conversation: Conversation
) -> None:
    """Let the memory hear what it missed, before the next message is inspected.

    Raises:
        GuardBroken: the guard failed on what was stored; the message must be held.
    """
    known, last = memories.heard_up_to(conversation.id), conversation.last_seq
    if known >= last:
        return
    stored = await desk.messages(conversation.id, max(known, last - _LOOKED_AT))
    missed = [message for message in stored if message.author == "customer"]
    if known == 0:
        missed = _fresh(missed, datetime.now(UTC))
    if missed:
        memories.recall(conversation.id, missed[-MESSAGES_REMEMBERED:])
        brief = await desk.brief(conversation.id)
        if brief is not None:
            expectations.recall(conversation.id, brief.topic)
    memories.heard(conversation.id, last)


def _fresh(messages: Sequence[Message], now: datetime) -> list[Message]:
    """The messages since the customer was last quiet for so long that a memory is forgotten."""
    fresh: list[Message] = []
    after = now
    for message in reversed(messages):
        if after - message.at >= timedelta(seconds=QUIET_SECONDS):
            break
        fresh.insert(0, message)
        after = message.at
    return fresh
