"""Deleting what is older than its class of data may be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, CursorResult, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import records
from bot.desk.attachment_tables import AttachmentRow
from bot.desk.handoff_tables import AgentMessageRow, CaseBriefRow, NoteRow, ReportRow
from bot.desk.life import OPEN
from bot.desk.tables import (
    AuditRow,
    ConversationRow,
    MessageRow,
    RatingRow,
    TicketRow,
    TurnRow,
)

_WITH_MESSAGES: Final = (AttachmentRow, AgentMessageRow, CaseBriefRow, NoteRow, ReportRow)
"""What tells of a conversation's content and goes with its messages."""


@dataclass(frozen=True, slots=True)
class Periods:
    """How many days each class of data is kept."""

    messages: int
    tickets: int
    turns: int
    audit: int


@dataclass(frozen=True, slots=True)
class Retained:
    """How many rows of each class were deleted, or would have been."""

    conversations: int
    messages: int
    tickets: int
    turns: int
    audit: int


async def retain(session: AsyncSession, periods: Periods, now: datetime) -> Retained:
    """Delete what is too old; a conversation with an open ticket is never touched."""
    tickets = await _deleted(
        session,
        TicketRow,
        TicketRow.status.not_in(OPEN),
        TicketRow.updated_at < now - timedelta(days=periods.tickets),
    )
    is_quiet = (
        ConversationRow.updated_at < now - timedelta(days=periods.messages),
        ~_has_ticket(TicketRow.status.in_(OPEN)),
    )
    quiet = select(ConversationRow.id).where(*is_quiet)
    messages = await _deleted(session, MessageRow, MessageRow.conversation_id.in_(quiet))
    await _clear(session, quiet)
    ended = await session.scalars(quiet.where(~_has_ticket()))
    ids = list(ended)
    await records.remove(session, ids, now)
    turns = await _deleted(session, TurnRow, TurnRow.at < now - timedelta(days=periods.turns))
    lines = await _deleted(session, AuditRow, AuditRow.at < now - timedelta(days=periods.audit))
    return Retained(len(ids), messages, tickets, turns, lines)


async def _clear(session: AsyncSession, quiet: Any) -> None:
    """Take what tells of the content out of conversations whose tickets stay."""
    for table in _WITH_MESSAGES:
        await session.execute(delete(table).where(table.conversation_id.in_(quiet)))
    await session.execute(
        update(RatingRow).where(RatingRow.conversation_id.in_(quiet)).values(comment="")
    )


def _has_ticket(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    statement = select(TicketRow.id).where(TicketRow.conversation_id == ConversationRow.id)
    return statement.where(*conditions).exists()


async def _deleted(session: AsyncSession, table: Any, *conditions: ColumnElement[bool]) -> int:
    done = await session.execute(
        delete(table).where(*conditions).execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", done).rowcount
