"""Tickets: each function is one use case on an open session."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from bot.content.reference import new_reference, read_reference
from bot.desk.models import Field, OpenTicket, Ticket
from bot.desk.tables import ConversationRow, TicketEventRow, TicketFieldRow, TicketRow
from bot.errors import NotFound


async def open_ticket(session: AsyncSession, order: OpenTicket, now: datetime) -> Ticket:
    """Open the ticket of a case, or give the one that is already open for it.

    Raises:
        NotFound: there is no such conversation.
    """
    present = await _of_case(session, order.conversation_id, order.case_id)
    if present is not None:
        return _ticket(present)
    if await session.get(ConversationRow, order.conversation_id) is None:
        raise NotFound("conversation")
    row = _new_row(order, now)
    session.add(row)
    await session.flush()
    return _ticket(row)


async def by_reference(session: AsyncSession, reference: str) -> Ticket:
    """Give the ticket under a reference, however it was typed.

    Raises:
        NotFound: it is no reference, or nothing is filed under it.
    """
    known = read_reference(reference)
    row = await _one(session, TicketRow.reference == known) if known else None
    if row is None:
        raise NotFound("ticket")
    return _ticket(row)


async def listed(session: AsyncSession, *, limit: int, conversation_id: str = "") -> list[Ticket]:
    """List tickets, the newest first."""
    statement = (
        select(TicketRow)
        .options(selectinload(TicketRow.fields))
        .order_by(TicketRow.created_at.desc(), TicketRow.id.desc())
        .limit(limit)
    )
    if conversation_id:
        statement = statement.where(TicketRow.conversation_id == conversation_id)
    return [_ticket(row) for row in await session.scalars(statement)]


async def _of_case(session: AsyncSession, conversation_id: str, case_id: str) -> TicketRow | None:
    return await _one(
        session, TicketRow.conversation_id == conversation_id, TicketRow.case_id == case_id
    )


async def _one(session: AsyncSession, *conditions: object) -> TicketRow | None:
    statement = select(TicketRow).options(selectinload(TicketRow.fields))
    for condition in conditions:
        statement = statement.where(condition)  # type: ignore[arg-type]  # column comparisons
    return (await session.scalars(statement)).one_or_none()


def _new_row(order: OpenTicket, now: datetime) -> TicketRow:
    return TicketRow(
        reference=new_reference(),
        conversation_id=order.conversation_id,
        case_id=order.case_id,
        topic=order.topic,
        vendor=order.vendor,
        language=order.language,
        priority=order.priority,
        status="new",
        summary=order.summary,
        created_at=now,
        updated_at=now,
        fields=[
            TicketFieldRow(name=field.name, position=position, kind=field.kind, value=field.value)
            for position, field in enumerate(order.fields)
        ],
        history=[TicketEventRow(at=now, actor="bot", kind="opened", detail=order.topic)],
    )


def _ticket(row: TicketRow) -> Ticket:
    return Ticket(
        reference=row.reference,
        conversation_id=row.conversation_id,
        case_id=row.case_id,
        topic=row.topic,
        vendor=row.vendor,
        language=row.language,
        priority=row.priority,
        status=row.status,
        summary=row.summary,
        fields=tuple(Field(field.name, field.kind, field.value) for field in row.fields),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
