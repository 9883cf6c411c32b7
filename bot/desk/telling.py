"""How a ticket stands, in a customer's words: last step, next step, by when, the parcel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.content import LANGUAGES, Content
from bot.content.office_hours import OfficeHours
from bot.desk.models import Ticket

Pair = dict[str, str]
_DONE: Final[Mapping[str, str]] = {
    "waiting_for_customer": "ticket_next__waiting_for_customer",
    "solved": "ticket_next__solved",
    "closed": "ticket_next__closed",
}
_LAST: Final[Mapping[str, str]] = {
    "opened": "ticket_last__opened",
    "status": "ticket_last__status",
    "reopened": "ticket_last__reopened",
    "joined": "ticket_last__joined",
    "priority": "ticket_last__priority",
    "carrier": "ticket_last__parcel",
    "tracking_number": "ticket_last__parcel",
    "progress": "ticket_last__parcel",
}
_PROGRESS: Final[Mapping[str | None, str]] = {
    None: "ticket_progress__unknown",
    "awaited": "ticket_progress__awaited",
    "received": "ticket_progress__received",
    "examined": "ticket_progress__examined",
    "repaired": "ticket_progress__repaired",
    "sent_back": "ticket_progress__sent_back",
    "refunded": "ticket_progress__refunded",
}


@dataclass(frozen=True, slots=True)
class Telling:
    """Words a ticket's state in both languages, at one moment and by one calendar."""

    content: Content
    office: OfficeHours
    now: datetime

    def next_step(self, ticket: Ticket) -> Pair:
        """What happens next; a time only where the calendar is known that far."""
        reply = _DONE.get(ticket.status)
        if reply is not None:
            return self._worded(reply)
        due = ticket.due_at
        if due is None or not self.office.promises(due):
            return self._worded("ticket_next__sometime")
        name = "ticket_next__overdue" if ticket.is_overdue(self.now) else "ticket_next__by"
        return self._worded(name, by={tag: self.office.told(due, tag) for tag in LANGUAGES})

    def last_step(self, ticket: Ticket) -> Pair:
        """What happened last."""
        kinds = [event.kind for event in ticket.history if event.kind in _LAST]
        return self._worded(_LAST[kinds[-1] if kinds else "opened"])

    def status(self, ticket: Ticket) -> Pair:
        """The name of a ticket's status."""
        return self._worded(f"ticket_status__{ticket.status}")

    def line(self, ticket: Ticket, topic: Pair) -> Pair:
        """Everything about a ticket that its customer wants to know."""
        line = self._worded(
            "ticket_status__line",
            reference=ticket.reference,
            topic=topic,
            status=self.status(ticket),
            day=self.day(ticket.created_at),
            updated=self.day(ticket.updated_at),
            last=self.last_step(ticket),
            next=self.next_step(ticket),
        )
        parcel = ticket.parcel
        if parcel.carrier is None and parcel.tracking_number is None and parcel.progress is None:
            return line
        named = " ".join(part for part in (parcel.carrier, parcel.tracking_number) if part)
        progress = self._worded(_PROGRESS[parcel.progress])
        return self._worded("ticket_status__parcel", line=line, progress=progress, parcel=named)

    def day(self, moment: datetime) -> str:
        """The day of a moment by the office's clocks."""
        return moment.astimezone(self.office.zone).date().isoformat()

    def _worded(self, reply: str, **params: str | Pair) -> Pair:
        template = self.content.reply(reply)
        return {tag: template.render(tag, params) for tag in LANGUAGES}
