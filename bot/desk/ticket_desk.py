"""The desk's tickets: one method a use case, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError

from bot.content.language import Language
from bot.desk import life, news, tickets
from bot.desk.models import Field, OpenTicket, Parcel, Priority, Status, Ticket
from bot.desk.tickets import Wanted
from bot.desk.units import Units


class TicketDesk(Units):
    """Opens, finds and changes tickets."""

    async def open_ticket(self, order: OpenTicket) -> Ticket:
        """Open a case's ticket once, however often it is asked for; raises NotFound."""
        try:
            async with self._work() as session:
                return await tickets.open_ticket(session, order, self._clock(), self.office)
        except IntegrityError:
            # The same case was filed by another process at the same moment: take that one.
            async with self._work() as session:
                return await tickets.open_ticket(session, order, self._clock(), self.office)

    async def request_handoff(
        self,
        conversation_id: str,
        case_id: str,
        language: Language,
        reason: str,
        fields: Sequence[Field] = (),
    ) -> Ticket:
        """File the wish for a person; raises NotFound.

        Its priority is high, or urgent where a robbery under way was told.
        """
        return await self.open_ticket(
            OpenTicket(
                conversation_id=conversation_id,
                case_id=case_id,
                topic="talk_to_human",
                language=language,
                priority="high",
                fields=(Field("reason", "text", reason), *fields),
                summary=reason,
            )
        )

    async def ticket(self, reference: str) -> Ticket:
        """Give the ticket under a reference; raises NotFound."""
        async with self._session() as session:
            return await tickets.by_reference(session, reference)

    async def tickets(self, *, limit: int = 50, conversation_id: str = "") -> list[Ticket]:
        """List tickets, the newest first; those of one conversation with their history."""
        return await self.find_tickets(Wanted(limit=limit, conversation_id=conversation_id))

    async def find_tickets(self, wanted: Wanted) -> list[Ticket]:
        """List the tickets that fit, the newest first."""
        async with self._session() as session:
            return await tickets.listed(session, wanted)

    async def overdue_tickets(self, *, limit: int = 50) -> list[Ticket]:
        """List the tickets whose answer should have been given by now, the newest first."""
        return await self.find_tickets(Wanted(limit=limit, due_before=self._clock()))

    async def move_ticket(self, reference: str, to: Status, actor: str) -> Ticket:
        """Change a ticket's status; raises NotFound, MoveRefused."""
        async with self._work() as session:
            row = await tickets.row_of(session, reference)
            await life.move(session, row, to, self._by(actor))
            await news.moved(session, row, to, self._clock())
            return await tickets.by_reference(session, reference)

    async def change_priority(self, reference: str, to: Priority, actor: str) -> Ticket:
        """Change a ticket's priority; raises NotFound, MoveRefused."""
        async with self._work() as session:
            row = await tickets.row_of(session, reference)
            await life.change_priority(session, row, to, self._by(actor))
            return await tickets.by_reference(session, reference)

    async def note_parcel(self, reference: str, parcel: Parcel, actor: str) -> Ticket:
        """Note where a returned device is; raises NotFound, ParcelInvalid."""
        async with self._work() as session:
            row = await tickets.row_of(session, reference)
            await life.note_parcel(session, row, parcel, self._by(actor))
            return await tickets.by_reference(session, reference)

    def _by(self, actor: str) -> life.Change:
        return life.Change(actor, self._clock(), self.office)
