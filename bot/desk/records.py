"""What a customer left with us: rated, read whole, erased; each function is one use case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import audit, tickets
from bot.desk.models import Message, Ticket
from bot.desk.rows import message_from_row
from bot.desk.tables import (
    ConversationRow,
    ForgettingRow,
    MessageRow,
    RatingRow,
    TicketRow,
)
from bot.errors import NotFound
from bot.guard.safetext import SafeText

_ALL: Final = 100_000


@dataclass(frozen=True, slots=True)
class Rating:
    """A customer's judgement, 1 to 5, with a sentence or without."""

    score: int
    comment: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Left:
    """Everything the desk keeps of one conversation."""

    conversation_id: str
    language: str
    begun_at: datetime
    messages: tuple[Message, ...]
    tickets: tuple[Ticket, ...]
    rating: Rating | None


async def rate(
    session: AsyncSession, conversation_id: str, score: int, comment: SafeText | None, now: datetime
) -> None:
    """Note a rating; a later one takes its place.

    Raises:
        NotFound: there is no such conversation.
    """
    if await session.get(ConversationRow, conversation_id) is None:
        raise NotFound("conversation")
    words = "" if comment is None else str(comment)
    row = RatingRow(conversation_id=conversation_id, score=score, comment=words, at=now)
    await session.merge(row)


async def left(session: AsyncSession, conversation_id: str) -> Left:
    """Give everything that is kept of a conversation.

    Raises:
        NotFound: there is no such conversation.
    """
    row = await session.get(ConversationRow, conversation_id)
    if row is None:
        raise NotFound("conversation")
    messages = await session.scalars(
        select(MessageRow)
        .where(MessageRow.conversation_id == conversation_id)
        .order_by(MessageRow.seq)
    )
    wanted = tickets.Wanted(limit=_ALL, conversation_id=conversation_id)
    rating = await session.get(RatingRow, conversation_id)
    return Left(
        conversation_id=row.id,
        language=row.language,
        begun_at=row.created_at,
        messages=tuple(message_from_row(message) for message in messages),
        tickets=tuple(reversed(await tickets.listed(session, wanted))),
        rating=None if rating is None else Rating(rating.score, rating.comment, rating.at),
    )


async def erase(session: AsyncSession, conversation_id: str, actor: str, now: datetime) -> None:
    """Delete a conversation with all that hangs on it; the audit keeps that it happened.

    Raises:
        NotFound: there is no such conversation.
    """
    if await session.get(ConversationRow, conversation_id) is None:
        raise NotFound("conversation")
    messages = await _count(session, MessageRow, conversation_id)
    cases = await _count(session, TicketRow, conversation_id)
    await remove(session, [conversation_id], now)
    audit.record(
        session,
        now,
        actor=actor,
        action="erased",
        about=conversation_id,
        detail=f"messages={messages} tickets={cases}",
    )


async def remove(session: AsyncSession, ids: list[str], now: datetime) -> None:
    """Delete conversations, everything that refers to them with them; Rasa is told later."""
    await session.execute(delete(ConversationRow).where(ConversationRow.id.in_(ids)))
    for conversation_id in ids:
        await session.merge(ForgettingRow(conversation_id=conversation_id, at=now))


async def to_forget(session: AsyncSession, limit: int = 100) -> list[str]:
    """List conversations that Rasa has yet to forget, the oldest first."""
    rows = await session.scalars(
        select(ForgettingRow.conversation_id).order_by(ForgettingRow.at).limit(limit)
    )
    return list(rows)


async def forgotten(session: AsyncSession, conversation_id: str) -> None:
    """Note that Rasa forgot a conversation: then its id is gone as well."""
    await session.execute(
        delete(ForgettingRow).where(ForgettingRow.conversation_id == conversation_id)
    )


async def _count(
    session: AsyncSession, table: type[MessageRow | TicketRow], conversation_id: str
) -> int:
    statement = select(func.count()).where(table.conversation_id == conversation_id)
    return (await session.scalar(statement.select_from(table))) or 0
