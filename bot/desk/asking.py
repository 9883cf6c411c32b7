"""Asking for a rating once a case, and what comes of it; functions on an open session."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import conversations
from bot.desk.life import OPEN
from bot.desk.models import Choice, Draft, Message
from bot.desk.proof_tables import RatingAskRow
from bot.desk.records import Rating
from bot.desk.tables import ConversationRow, MessageRow, RatingRow, TicketRow, TurnRow
from bot.errors import NotFound
from bot.guard.safetext import SafeText

TALK: Final = "talk"
"""What a conversation without a case is asked about, once."""


async def ask(
    session: AsyncSession, conversation_id: str, about: Sequence[str], now: datetime
) -> bool:
    """Note that a rating is asked for; false when everything it is about was asked about before.

    The update first is the lock: of two processes the second one sees what the first noted.
    """
    locked = await session.execute(
        update(ConversationRow)
        .where(ConversationRow.id == conversation_id)
        .values(updated_at=ConversationRow.updated_at)
        .returning(ConversationRow.id)
        .execution_options(synchronize_session=False)
    )
    if locked.one_or_none() is None:
        return False
    before = await session.scalars(
        select(RatingAskRow.about).where(RatingAskRow.conversation_id == conversation_id)
    )
    new = sorted(set(about) - set(before))
    session.add_all(RatingAskRow(conversation_id=conversation_id, about=one, at=now) for one in new)
    await session.flush()
    return bool(new)


async def cases(session: AsyncSession, conversation_id: str) -> list[str]:
    """Name the tickets of a conversation as a rating is asked about them."""
    rows = await session.scalars(
        select(TicketRow.reference).where(TicketRow.conversation_id == conversation_id)
    )
    return [ticket(reference) for reference in rows]


def ticket(reference: str) -> str:
    """The name of a ticket as a rating is asked about it."""
    return f"ticket:{reference}"


async def helped(session: AsyncSession, conversation_id: str, intents: Collection[str]) -> bool:
    """True when one of ``intents`` was answered after the last question, and no ticket waits."""
    asked = select(func.max(RatingAskRow.at)).where(RatingAskRow.conversation_id == conversation_id)
    last = await session.scalar(asked)
    answered = select(TurnRow.message_id).where(
        TurnRow.conversation_id == conversation_id, TurnRow.intent.in_(intents)
    )
    if last is not None:
        answered = answered.where(TurnRow.at > last)
    waiting = select(TicketRow.id).where(
        TicketRow.conversation_id == conversation_id, TicketRow.status.in_(OPEN)
    )
    if await session.scalar(waiting.limit(1)) is not None:
        return False
    return await session.scalar(answered.limit(1)) is not None


async def comment(session: AsyncSession, conversation_id: str, words: SafeText) -> int | None:
    """Add a sentence to the rating; gives its score, or None where there is none."""
    row = await session.get(RatingRow, conversation_id)
    if row is None:
        return None
    row.comment = str(words)
    return row.score


async def rating(session: AsyncSession, conversation_id: str) -> Rating | None:
    """Give the rating of a conversation, or None."""
    row = await session.get(RatingRow, conversation_id)
    return None if row is None else Rating(row.score, row.comment, row.at)


async def offered_before(session: AsyncSession, conversation_id: str, seq: int) -> list[Choice]:
    """List the choices on the messages before ``seq``, back to what the customer wrote then."""
    rows = await session.scalars(
        select(MessageRow)
        .where(MessageRow.conversation_id == conversation_id, MessageRow.seq < seq)
        .order_by(MessageRow.seq.desc())
        .limit(20)
    )
    choices: list[Choice] = []
    for row in rows:
        if row.author == "customer":
            break
        choices.extend(Choice(**choice) for choice in row.choices)
    return choices


async def settle(
    session: AsyncSession, message: Message, drafts: Sequence[Draft], now: datetime
) -> list[Message]:
    """Store what is said to a message whoever owns the conversation.

    Raises:
        NotFound: it was erased meanwhile.
    """
    row = await conversations.advance(session, message.conversation_id, len(drafts), now)
    if row is None:
        raise NotFound("conversation")
    await session.execute(
        update(MessageRow).where(MessageRow.id == message.id).values(is_answered=True)
    )
    return conversations.store(session, row, drafts, answers=message.id, now=now)
