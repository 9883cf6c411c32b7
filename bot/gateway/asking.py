"""Asks how it was once a ticket is solved, wherever it was solved: in the console, by command."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.desk.asking import ticket
from bot.desk.outbox import Parcel
from bot.desk.service import Desk
from bot.errors import NotFound
from bot.gateway.hub import Happening, Hub
from bot.gateway.lanes import Lanes
from bot.gateway.outbox import TooEarly
from bot.gateway.rating import Rating

_LATER: Final = timedelta(minutes=5)
_DONE: Final = ("solved", "closed")


@dataclass(frozen=True, slots=True)
class AskRating:
    """Handles the outbox's ``ask_rating``: between two turns, and never while a person talks."""

    desk: Desk
    rating: Rating
    hub: Hub
    lanes: Lanes

    async def deliver(self, parcel: Parcel) -> None:
        """Put the question into the conversation, once a ticket."""
        if parcel.conversation_id is None:
            return
        try:
            await self._ask(parcel.conversation_id, str(parcel.payload["reference"]))
        except NotFound:
            return  # erased meanwhile

    async def _ask(self, conversation_id: str, reference: str) -> None:
        async with self.lanes.enter(conversation_id):
            conversation = await self.desk.conversation(conversation_id)
            if conversation.owner in {"human", "queue"}:
                raise TooEarly(_LATER)
            solved = await self.desk.ticket(reference)
            if solved.status not in _DONE:
                return
            lines = self.rating.lines(
                conversation.language, "rating__ask_ticket", reference=reference
            )
            await self.desk.ask_rating(conversation_id, [ticket(solved.reference)], lines)
        self.hub.tell(conversation_id, Happening("message"))
