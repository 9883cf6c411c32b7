"""Tells where a conversation's tickets stand; of other conversations it knows nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import structlog

from bot.content import LANGUAGES
from bot.content.reference import read_reference

if TYPE_CHECKING:
    from actions.base import Turn
    from actions.parts import Parts
    from bot.content import Content
    from bot.desk.models import Ticket

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
        tickets = [ticket for ticket in tickets if ticket.reference == wanted]
    if tickets:
        lines = [_line(parts.content, ticket) for ticket in tickets[:_SHOWN]]
        turn.say("ticket_status__list", tickets=lines)
    else:
        turn.say("ticket_status__elsewhere" if named else "ticket_status__none")


def _line(content: Content, ticket: Ticket) -> dict[str, str]:
    params: dict[str, Any] = {
        "reference": ticket.reference,
        "topic": _topic(content, ticket.topic),
        "status": content.reply(f"ticket_status__{ticket.status}").text.pair(),
        "day": ticket.created_at.date().isoformat(),
        "updated": ticket.updated_at.date().isoformat(),
    }
    reply = content.reply("ticket_status__line")
    return {language: reply.render(language, params) for language in LANGUAGES}


def _topic(content: Content, topic: str) -> dict[str, str]:
    playbook = content.playbooks.get(topic)
    text = playbook.name if playbook is not None else content.reply("handoff_topic").text
    return text.pair()
