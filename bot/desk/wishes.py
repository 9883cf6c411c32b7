"""A wish for a person from end to end: the queue where somebody can come, else the ticket alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bot.content.loader import Content
from bot.content.office_hours import OfficeHours
from bot.desk.handoff_models import CallPerson, Place
from bot.desk.waiting import back_told, queued


@dataclass(frozen=True, slots=True)
class Called:
    """What a wish came to: a place in the queue, a person who is there, or nobody for now.

    ``opens`` is when the team is back (UTC), where nobody can come before.
    """

    place: Place | None = None
    is_served: bool = False
    opens: datetime | None = None


class Callers(Protocol):
    """The part of the desk that calls people."""

    async def place(self, conversation_id: str) -> Place | None:
        """Tell where a waiting customer stands."""

    async def may_call(self) -> bool:
        """True when somebody could come."""

    def opens_later(self) -> datetime | None:
        """When office hours begin next; None while they last."""

    async def call_person(self, order: CallPerson) -> Place | None:
        """Put a conversation in the queue, once."""


async def ask_person(desk: Callers, order: CallPerson) -> Called:
    """Put the wish in the queue when somebody could come; harmless when repeated.

    Raises:
        NotFound, ConversationClosed: nobody can be called there.
    """
    waiting = await desk.place(order.conversation_id) is not None
    if not waiting and not await desk.may_call():
        return Called(opens=desk.opens_later())
    place = await desk.call_person(order)
    return Called(place, is_served=place is None)


def told(content: Content, office: OfficeHours, called: Called, reference: str) -> dict[str, Any]:
    """The reply that tells what a wish came to; ``reference`` is its ticket."""
    if called.is_served:
        return {"reply": "handoff_with_person", "params": {}}
    if called.place is None:
        params: dict[str, Any] = {"when": back_told(content, office, called.opens)}
        return {"reply": "handoff_requested", "params": params | {"reference": reference}}
    payload = queued(content, "handoff_queued", called.place.position, called.place.wait)
    payload["params"]["reference"] = reference
    return payload
