"""Tickets: opening, finding and listing them; each function is one use case on an open session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, cast, literal, or_, select
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, selectinload

from bot.content.office_hours import OfficeHours
from bot.content.reference import new_reference, read_reference
from bot.desk import joining, robberies, searching
from bot.desk.models import OpenTicket, Status, Ticket
from bot.desk.rows import ticket_from_row
from bot.desk.tables import (
    ConversationRow,
    TicketAliasRow,
    TicketEventRow,
    TicketFieldRow,
    TicketRow,
)
from bot.errors import NotFound


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which tickets a list shall show: all of them, unless something is asked for."""

    limit: int = 50
    conversation_id: str = ""
    statuses: Sequence[Status] = ()
    due_before: datetime | None = None
    words: str = ""
    topic: str = ""
    vendor: str = ""
    language: str = ""


async def open_ticket(
    session: AsyncSession, order: OpenTicket, now: datetime, office: OfficeHours
) -> Ticket:
    """Open the ticket of a case, or give the one that is open for it or for the same thing.

    Raises:
        NotFound: there is no such conversation.
    """
    present = await of_case(session, order.conversation_id, order.case_id)
    if present is not None:
        return present
    if await session.get(ConversationRow, order.conversation_id) is None:
        raise NotFound("conversation")
    order = await robberies.hurried(session, order)
    same = await joining.find_same(session, order)
    if same is not None:
        return await joining.join(session, same, order, now, office)
    row = _new_row(order, now, office)
    session.add(row)
    await session.flush()
    return ticket_from_row(row)


async def of_case(session: AsyncSession, conversation_id: str, case_id: str) -> Ticket | None:
    """Give the ticket that was opened for a case or that the case joined, or None."""
    row = await _one(
        session, TicketRow.conversation_id == conversation_id, TicketRow.case_id == case_id
    )
    if row is not None:
        return ticket_from_row(row)
    row = await _one(
        session,
        TicketRow.conversation_id == conversation_id,
        TicketRow.aliases.any(TicketAliasRow.case_id == case_id),
    )
    if row is None:
        return None
    joined = next(alias.reference for alias in row.aliases if alias.case_id == case_id)
    return ticket_from_row(row, joined_as=joined)


async def row_of(session: AsyncSession, reference: str) -> TicketRow:
    """Give the row under a reference, its own or that of a case which joined it.

    Raises:
        NotFound: it is no reference, or nothing is filed under it.
    """
    known = read_reference(reference)
    joined = select(TicketAliasRow.ticket_id).where(TicketAliasRow.reference == known)
    row = await _one(session, or_(TicketRow.reference == known, TicketRow.id.in_(joined)))
    if row is None or known is None:
        raise NotFound("ticket")
    return row


async def owner_of(session: AsyncSession, reference: str) -> str | None:
    """Give the conversation of a ticket, or None; the same work for every reference."""
    known = read_reference(reference)
    joined = select(TicketAliasRow.ticket_id).where(TicketAliasRow.reference == known)
    statement = select(TicketRow.conversation_id).where(
        or_(TicketRow.reference == known, TicketRow.id.in_(joined))
    )
    return await session.scalar(statement)


async def by_reference(session: AsyncSession, reference: str) -> Ticket:
    """Give the ticket under a reference, however it was typed, with its history.

    Raises:
        NotFound: it is no reference, or nothing is filed under it.
    """
    row = await row_of(session, reference)
    known = read_reference(reference)
    joined_as = None if known == row.reference else known
    return ticket_from_row(row, joined_as=joined_as, with_history=True)


async def listed(session: AsyncSession, wanted: Wanted) -> list[Ticket]:
    """List tickets, the newest first; those of one conversation with their history."""
    with_history = bool(wanted.conversation_id)
    statement = _chosen(wanted, session.get_bind().dialect.name)
    statement = _whole(statement, with_history=with_history)
    rows = await session.scalars(statement)
    return [ticket_from_row(row, with_history=with_history) for row in rows]


def _chosen(wanted: Wanted, dialect: str) -> Select[TicketRow]:
    statement = (
        select(TicketRow)
        .order_by(TicketRow.created_at.desc(), TicketRow.id.desc())
        .limit(wanted.limit)
    )
    if wanted.conversation_id:
        statement = statement.where(TicketRow.conversation_id == wanted.conversation_id)
    if wanted.statuses:
        statement = statement.where(TicketRow.status.in_(wanted.statuses))
    if wanted.due_before is not None:
        statement = statement.where(TicketRow.due_at < wanted.due_before)
    for column, value in _equal(wanted):
        if value:
            statement = statement.where(column == value)
    if wanted.words.strip():
        statement = statement.where(*_matches(wanted.words, dialect))
    return statement


def _equal(wanted: Wanted) -> list[tuple[InstrumentedAttribute[Any], str]]:
    return [
        (TicketRow.topic, wanted.topic),
        (TicketRow.vendor, wanted.vendor),
        (TicketRow.language, wanted.language),
    ]


def _matches(words: str, dialect: str) -> list[ColumnElement[bool]]:
    """Every wanted word stands in the ticket; without a usable word nothing matches."""
    tokens = searching.wanted(words)
    if not tokens:
        return [literal(1) == 0]
    if dialect == "postgresql":
        query = " & ".join(f"{one.text}:*" if one.is_prefix else one.text for one in tokens)
        return [TicketRow.search.op("@@", is_comparison=True)(cast(query, TSQUERY))]
    stored = literal(" ") + TicketRow.search + literal(" ")
    return [stored.like(f"% {one.text}%" if one.is_prefix else f"% {one.text} %") for one in tokens]


async def _one(session: AsyncSession, *conditions: ColumnElement[bool]) -> TicketRow | None:
    statement = _whole(select(TicketRow).where(*conditions), with_history=True)
    return (await session.scalars(statement)).one_or_none()


def _whole(statement: Select[TicketRow], *, with_history: bool) -> Select[TicketRow]:
    parts = [selectinload(TicketRow.fields), selectinload(TicketRow.aliases)]
    if with_history:
        parts.append(selectinload(TicketRow.history))
    return statement.options(*parts).execution_options(populate_existing=True)


def _new_row(order: OpenTicket, now: datetime, office: OfficeHours) -> TicketRow:
    row = TicketRow(
        reference=new_reference(),
        conversation_id=order.conversation_id,
        case_id=order.case_id,
        topic=order.topic,
        vendor=order.vendor,
        language=order.language,
        priority=order.priority,
        status="new",
        summary=order.summary,
        due_at=office.due(order.priority, now),
        created_at=now,
        updated_at=now,
        fields=[
            TicketFieldRow(name=field.name, position=position, kind=field.kind, value=field.value)
            for position, field in enumerate(order.fields)
        ],
        aliases=[],
        history=[TicketEventRow(at=now, actor="bot", kind="opened", detail=order.topic)],
    )
    row.search = joining.findable(row)
    return row
