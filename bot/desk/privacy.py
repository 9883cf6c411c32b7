"""What happened to customers' data: erased, exported, deleted by age; figures and moments only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import audit
from bot.desk.models import Ticket
from bot.desk.tables import ConversationRow, ForgettingRow, MessageRow
from bot.errors import NotFound

TASKS: Final = ("erasure_asked", "erased", "exported", "retained")


@dataclass(frozen=True, slots=True)
class Found:
    """A conversation that shall be erased or exported: how much there is, nothing of it."""

    conversation_id: str
    begun_at: datetime
    last_at: datetime
    messages: int
    tickets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Privacy:
    """What was done, the newest first; ``to_forget`` conversations Rasa has yet to forget."""

    done: tuple[audit.Entry, ...]
    to_forget: int


async def done(session: AsyncSession) -> Privacy:
    """Tell what was done of late, and what is not finished."""
    waiting = await session.scalar(select(func.count()).select_from(ForgettingRow))
    return Privacy(tuple(await audit.listed(session, actions=TASKS)), waiting or 0)


async def found(session: AsyncSession, conversation_id: str, tickets: list[Ticket]) -> Found:
    """Tell how much there is of a conversation.

    Raises:
        NotFound: there is no such conversation.
    """
    row = await session.get(ConversationRow, conversation_id)
    if row is None:
        raise NotFound("conversation")
    counted = select(func.count()).where(MessageRow.conversation_id == conversation_id)
    return Found(
        conversation_id,
        row.created_at,
        row.updated_at,
        await session.scalar(counted) or 0,
        tuple(ticket.reference for ticket in tickets),
    )
