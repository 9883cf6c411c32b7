"""Answers "how is my case?" and "what will support need?"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from actions.tickets import tell_tickets
from actions.words import Literal
from bot.content import LANGUAGES

if TYPE_CHECKING:
    from actions.base import Turn

_FIELDS_SHOWN: Final = 10


class TicketStatus(Literal):
    """Tells where the tickets of this conversation stand."""

    id = "action_ticket_status"

    async def meant(self, turn: Turn) -> None:
        """List the conversation's tickets, or the one whose reference was named."""
        await tell_tickets(self.parts, turn)


class PrepareInfo(Literal):
    """Tells what a technician will ask, for the topic at hand or in general."""

    id = "action_prepare_info"

    async def meant(self, turn: Turn) -> None:
        """Name the fields of the case's topic; without a case what most cases need."""
        state = turn.case
        playbook = self.parts.content.playbooks.get(state.topic) if state is not None else None
        if playbook is None or not playbook.fields:
            turn.say("prepare_info")
            return
        shown = [field for field in playbook.fields if not field.when] or playbook.fields
        labels = [field.label for field in shown[:_FIELDS_SHOWN]]
        fields = [{tag: f"· {label.of(tag)}" for tag in LANGUAGES} for label in labels]
        turn.say("prepare_info__topic", topic=playbook.name.pair(), fields=fields)
