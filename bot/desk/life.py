"""The life of a ticket: which moves there are, and what each change leaves in its history."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.content.office_hours import OfficeHours
from bot.desk.models import Parcel, Priority, Status
from bot.desk.tables import TicketEventRow, TicketRow
from bot.errors import MoveRefused, SeedwardenError

MOVES: Final[Mapping[str, frozenset[str]]] = {
    "new": frozenset({"in_progress", "waiting_for_customer", "solved", "closed"}),
    "in_progress": frozenset({"waiting_for_customer", "solved", "closed"}),
    "waiting_for_customer": frozenset({"in_progress", "solved", "closed"}),
    "solved": frozenset({"closed", "new"}),
    "closed": frozenset({"new"}),
}
"""From each status to the next ones; going back to ``new`` reopens the ticket."""
OPEN: Final = ("new", "in_progress", "waiting_for_customer")
OURS: Final = ("new", "in_progress")
"""While it is our turn there is a time until which an answer is due."""
_CARRIER: Final = re.compile(r"[^\W_](?:[\w .&()-]{0,62}[\w.)])?")
_TRACKING: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{3,39}")


@dataclass(frozen=True, slots=True)
class Change:
    """Who changes a ticket, when, and by which calendar."""

    actor: str
    now: datetime
    office: OfficeHours


class ParcelInvalid(SeedwardenError):
    """A carrier's name or a tracking number is not written as one."""


async def move(session: AsyncSession, row: TicketRow, to: Status, change: Change) -> None:
    """Change the status; the clock starts anew when the ticket comes back to us.

    Raises:
        MoveRefused: there is no such move, or somebody else moved the ticket meanwhile.
    """
    before = row.status
    if to not in MOVES[before]:
        raise MoveRefused(before, to)
    values: dict[str, Any] = {"status": to, "updated_at": change.now}
    values["due_at"] = _due(row, to, change)
    values["solved_at"] = (row.solved_at or change.now) if to in {"solved", "closed"} else None
    if before == "new" and row.first_answered_at is None:
        values["first_answered_at"] = change.now
    await _change(session, row, values)
    kind = "reopened" if before not in OPEN and to == "new" else "status"
    session.add(_event(row, change, kind, f"{before} → {to}"))


async def change_priority(
    session: AsyncSession, row: TicketRow, to: Priority, change: Change
) -> None:
    """Change the priority; the answer is due as if the ticket came with the new one now."""
    if to == row.priority:
        return
    due = change.office.due(to, change.now) if row.status in OURS else None
    await _change(session, row, {"priority": to, "due_at": due, "updated_at": change.now})
    session.add(_event(row, change, "priority", f"{row.priority} → {to}"))


async def note_parcel(
    session: AsyncSession, row: TicketRow, parcel: Parcel, change: Change
) -> None:
    """Note carrier, tracking number and progress of a return, as far as they are given.

    Raises:
        ParcelInvalid: the carrier or the number is not written as one.
    """
    if parcel.carrier is not None and not _CARRIER.fullmatch(parcel.carrier):
        raise ParcelInvalid("The carrier's name is letters and digits, 64 at most.")
    if parcel.tracking_number is not None and not _TRACKING.fullmatch(parcel.tracking_number):
        raise ParcelInvalid("The tracking number is 4 to 40 letters, digits and dashes.")
    given = {
        name: value
        for name in ("carrier", "tracking_number", "progress")
        if (value := getattr(parcel, name)) is not None and value != getattr(row, name)
    }
    if not given:
        return
    await _change(session, row, {**given, "updated_at": change.now})
    session.add_all(_event(row, change, name, value) for name, value in given.items())


def _due(row: TicketRow, to: str, change: Change) -> datetime | None:
    if to not in OURS:
        return None
    # Taking a new ticket up does not put its answer off.
    return row.due_at if row.status in OURS else change.office.due(row.priority, change.now)


async def _change(session: AsyncSession, row: TicketRow, values: dict[str, Any]) -> None:
    """Change a ticket that is still as it was read, or refuse: two people may act at once."""
    changed = await session.execute(
        update(TicketRow)
        .where(TicketRow.id == row.id, TicketRow.status == row.status)
        .values(values)
        .returning(TicketRow.id)
        .execution_options(synchronize_session=False)
    )
    if changed.one_or_none() is None:
        raise MoveRefused(row.status, str(values.get("status", row.status)))


def _event(row: TicketRow, change: Change, kind: str, detail: str) -> TicketEventRow:
    return TicketEventRow(
        ticket_id=row.id, at=change.now, actor=change.actor, kind=kind, detail=detail
    )
