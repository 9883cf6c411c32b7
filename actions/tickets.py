"""Tells where a conversation's tickets stand; of other conversations it knows nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import structlog

from bot.content.reference import read_reference
from bot.desk.telling import Telling

if TYPE_CHECKING:
    from actions.base import Turn
    from actions.parts import Parts
    from bot.content import Content

_SHOWN: Final = 5
_log = structlog.get_logger(__name__)


async def tell_tickets(parts: Parts, turn: Turn) -> None:
    """List the conversation's tickets, or the one whose reference was named."""
    try:
        tickets = await parts.desk().tickets(conversation_id=turn.conversation)
    except Exception as error:  # noqa: BLE001 - the customer must hear that it could not be read
        _log.error("tickets_failed", kind=type(error).__name__)
        turn.say("ticket_status__failed")
        return
    named = turn.heard.entity("ticket_reference")
    if named is not None:
        wanted = read_reference(named.value)
        tickets = [one for one in tickets if wanted in {one.reference, *one.also}]
    if tickets:
        told = telling(parts)
        lines = [
            told.line(ticket, _topic(parts.content, ticket.topic)) for ticket in tickets[:_SHOWN]
        ]
        turn.say("ticket_status__list", tickets=lines)
    else:
        turn.say("ticket_status__elsewhere" if named else "ticket_status__none")


def telling(parts: Parts) -> Telling:
    """Words tickets as they stand now."""
    return Telling(parts.content, parts.desk().office, datetime.now(UTC))


def _topic(content: Content, topic: str) -> dict[str, str]:
    playbook = content.playbooks.get(topic)
    text = playbook.name if playbook is not None else content.reply("handoff_topic").text
    return text.pair()
