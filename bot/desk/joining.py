"""A second ticket about the same thing joins the first; both references lead to it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from bot.content.office_hours import OfficeHours
from bot.content.reference import new_reference
from bot.desk import searching
from bot.desk.life import OPEN
from bot.desk.models import Field, OpenTicket, Ticket
from bot.desk.rows import ticket_from_row
from bot.desk.tables import TicketAliasRow, TicketEventRow, TicketFieldRow, TicketRow

RANKS: Final = ("low", "normal", "high", "urgent")
_IDENTIFYING: Final = ("transaction_id", "serial", "order_number")
"""Facts that name one thing: where they differ, there are two things."""


async def find_same(session: AsyncSession, order: OpenTicket) -> TicketRow | None:
    """Find the open ticket of the same conversation that is about the same thing.

    The same means: one transaction id, or one topic and vendor with no fact that tells them
    apart. An emergency never disappears in a lesser ticket of another topic.
    """
    rows = await session.scalars(
        select(TicketRow)
        .where(TicketRow.conversation_id == order.conversation_id, TicketRow.status.in_(OPEN))
        .order_by(TicketRow.id)
        .options(
            selectinload(TicketRow.fields),
            selectinload(TicketRow.aliases),
            selectinload(TicketRow.history),
        )
    )
    return next((row for row in rows if _is_same(row, order)), None)


async def join(
    session: AsyncSession, row: TicketRow, order: OpenTicket, now: datetime, office: OfficeHours
) -> Ticket:
    """Add a case to a ticket under a reference of its own; the higher priority counts."""
    reference = new_reference()
    row.aliases.append(TicketAliasRow(reference=reference, case_id=order.case_id, at=now))
    _happened(row, now, "joined", reference)
    for field in order.fields:
        _add(row, field)
    if order.summary and order.summary not in row.summary:
        row.summary = f"{row.summary}\n{order.summary}".strip()
    if RANKS.index(order.priority) > RANKS.index(row.priority):
        _happened(row, now, "priority", f"{row.priority} → {order.priority}")
        row.priority = order.priority
        row.due_at = office.due(order.priority, now)
    if row.status == "waiting_for_customer":  # this is the answer that was waited for
        _happened(row, now, "status", f"{row.status} → in_progress")
        row.status, row.due_at = "in_progress", office.due(row.priority, now)
    row.updated_at = now
    row.search = findable(row)
    await session.flush()
    return ticket_from_row(row, joined_as=reference)


def findable(row: TicketRow) -> str:
    """The tokens by which a ticket is found."""
    references = (row.reference, *(alias.reference for alias in row.aliases))
    values = (field.value for field in row.fields)
    return searching.stored((*references, row.topic, row.vendor or "", row.summary, *values))


def _is_same(row: TicketRow, order: OpenTicket) -> bool:
    known = {field.name: field.value for field in row.fields}
    told = {field.name: field.value for field in order.fields}
    if row.topic != order.topic and RANKS.index(order.priority) > RANKS.index(row.priority):
        return False
    both = [name for name in _IDENTIFYING if name in known and name in told]
    if any(known[name] != told[name] for name in both):
        return False
    same_problem = row.topic == order.topic and row.vendor == order.vendor
    return same_problem or "transaction_id" in both


def _add(row: TicketRow, field: Field) -> None:
    """Keep what the later case tells: a new fact as it is, another value under a number."""
    present = {one.name: one.value for one in row.fields}
    name, number = field.name, 2
    while name in present and present[name] != field.value:
        name, number = f"{field.name[:60]}_{number}", number + 1
    if name not in present:
        row.fields.append(
            TicketFieldRow(name=name, position=len(row.fields), kind=field.kind, value=field.value)
        )


def _happened(row: TicketRow, now: datetime, kind: str, detail: str) -> None:
    row.history.append(TicketEventRow(at=now, actor="bot", kind=kind, detail=detail))
