"""The queue: who waits, where, for how long; each function is one use case on an open session."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import conversations
from bot.desk.audit import record
from bot.desk.handoff_models import (
    RANKS,
    CallPerson,
    Handoff,
    Moved,
    Place,
    Queued,
    card_from_row,
    handoff_from_row,
)
from bot.desk.handoff_tables import CaseBriefRow, HandoffRow
from bot.desk.models import Draft
from bot.desk.owning import end, held, move, moved
from bot.desk.people_tables import AgentRow
from bot.errors import ConversationClosed

WINDOW: Final = timedelta(days=7)
FEWEST: Final = 5
"""Fewer waits than these say nothing about the next one."""
_MOST: Final = 2000


async def request(session: AsyncSession, order: CallPerson, now: datetime) -> bool:
    """Put a conversation in the queue; false when it is there, or with a person, already.

    Raises:
        NotFound: there is no such conversation.
        ConversationClosed: it has ended.
        IntegrityError: another process was first; ask again.
    """
    conversation = await conversations.load(session, order.conversation_id)
    if conversation.owner == "closed":
        raise ConversationClosed("The conversation has ended.")
    if conversation.owner != "bot" or not await move(session, conversation, "queue", now):
        await _add_to(session, order)
        return False
    session.add(
        HandoffRow(
            conversation_id=order.conversation_id,
            reason=order.reason,
            rank=RANKS.index(order.priority),
            language=order.language,
            reference=order.reference,
            state="waiting",
            requested_at=now,
        )
    )
    await session.flush()
    record(
        session,
        now,
        actor="bot",
        action="person_called",
        about=order.conversation_id,
        detail=order.reason,
    )
    return True


async def _add_to(session: AsyncSession, order: CallPerson) -> None:
    """Let a later call make an earlier one more urgent, and give it its ticket."""
    waiting = update(HandoffRow).where(
        HandoffRow.conversation_id == order.conversation_id, HandoffRow.state == "waiting"
    )
    rank = RANKS.index(order.priority)
    await session.execute(waiting.where(HandoffRow.rank > rank).values(rank=rank))
    if order.reference is not None:
        without = waiting.where(HandoffRow.reference.is_(None))
        await session.execute(without.values(reference=order.reference))


async def leave_queue(
    session: AsyncSession,
    conversation_id: str,
    outcome: str,
    lines: Sequence[Draft],
    now: datetime,
) -> Moved:
    """Give a waiting conversation back to the bot: withdrawn by the customer, or expired."""
    conversation = await conversations.load(session, conversation_id)
    if conversation.owner != "queue" or not await move(session, conversation, "bot", now):
        return Moved(await held(session, conversation_id), is_new=False)
    await end(session, conversation_id, outcome, now)
    record(session, now, actor="bot", action=f"queue_{outcome}", about=conversation_id)
    return await moved(session, conversation_id, lines, now)


async def place(session: AsyncSession, conversation_id: str, now: datetime) -> Place | None:
    """Tell where a waiting customer stands; None when the conversation is not in the queue."""
    statement = select(HandoffRow).where(
        HandoffRow.conversation_id == conversation_id, HandoffRow.state == "waiting"
    )
    mine = (await session.scalars(statement)).one_or_none()
    if mine is None:
        return None
    same_rank = and_(
        HandoffRow.rank == mine.rank,
        or_(
            HandoffRow.requested_at < mine.requested_at,
            and_(HandoffRow.requested_at == mine.requested_at, HandoffRow.id < mine.id),
        ),
    )
    before = select(func.count()).where(
        HandoffRow.state == "waiting", or_(HandoffRow.rank < mine.rank, same_rank)
    )
    ahead = await session.scalar(before) or 0
    return Place(handoff_from_row(mine), ahead + 1, await usual_wait(session, now))


async def usual_wait(session: AsyncSession, now: datetime) -> int | None:
    """The median of the waits of the last seven days, in seconds; None when too few are known.

    Whoever waited in vain counts with the time until they were told so: leaving them out would
    make the wait look shorter than it is. Nobody queues outside office hours.
    """
    statement = (
        select(HandoffRow.requested_at, HandoffRow.claimed_at, HandoffRow.ended_at)
        .where(
            HandoffRow.requested_at >= now - WINDOW,
            HandoffRow.reason != "taken_over",
            or_(HandoffRow.claimed_at.is_not(None), HandoffRow.outcome == "expired"),
        )
        .order_by(HandoffRow.id.desc())
        .limit(_MOST)
    )
    waits = [
        (over - requested).total_seconds()
        for requested, claimed, ended in await session.execute(statement)
        if (over := claimed or ended) is not None
    ]
    return math.ceil(statistics.median(waits)) if len(waits) >= FEWEST else None


async def listed(session: AsyncSession, *, limit: int = 200) -> list[Queued]:
    """List hand-offs that are not ended: by priority, then the one that waits longest first."""
    statement = (
        select(HandoffRow, AgentRow, CaseBriefRow)
        .outerjoin(AgentRow, AgentRow.id == HandoffRow.agent_id)
        .outerjoin(CaseBriefRow, CaseBriefRow.conversation_id == HandoffRow.conversation_id)
        .where(HandoffRow.state != "ended")
        .order_by(HandoffRow.rank, HandoffRow.requested_at, HandoffRow.id)
        .limit(limit)
    )
    return [
        Queued(
            handoff_from_row(row),
            card_from_row(agent),
            None if brief is None else brief.topic,
            None if brief is None else brief.vendor,
            "" if brief is None else brief.summary,
        )
        for row, agent, brief in await session.execute(statement)
    ]


async def overdue(session: AsyncSession, requested_before: datetime) -> list[Handoff]:
    """List who has waited since before a moment."""
    statement = select(HandoffRow).where(
        HandoffRow.state == "waiting", HandoffRow.requested_at <= requested_before
    )
    return [handoff_from_row(row) for row in await session.scalars(statement)]


async def orphaned(session: AsyncSession) -> list[Handoff]:
    """List claimed conversations whose person no longer works here."""
    statement = (
        select(HandoffRow)
        .outerjoin(AgentRow, AgentRow.id == HandoffRow.agent_id)
        .where(
            HandoffRow.state == "claimed",
            or_(AgentRow.id.is_(None), AgentRow.is_active.is_(False)),
        )
    )
    return [handoff_from_row(row) for row in await session.scalars(statement)]


async def put_back(
    session: AsyncSession, conversation_id: str, lines: Sequence[Draft], now: datetime
) -> Moved:
    """Put a conversation whose person has gone back in the queue, at its old place."""
    conversation = await conversations.load(session, conversation_id)
    if conversation.owner != "human" or not await move(session, conversation, "queue", now):
        return Moved(await held(session, conversation_id), is_new=False)
    await session.execute(
        update(HandoffRow)
        .where(HandoffRow.conversation_id == conversation_id, HandoffRow.state == "claimed")
        .values(state="waiting", agent_id=None, agent_since=None)
    )
    record(session, now, actor="bot", action="put_back", about=conversation_id)
    return await moved(session, conversation_id, lines, now)


async def was_called(session: AsyncSession, conversation_id: str, reason: str) -> bool:
    """True when a person was called for this reason before: a rule calls once."""
    statement = (
        select(HandoffRow.id)
        .where(HandoffRow.conversation_id == conversation_id, HandoffRow.reason == reason)
        .limit(1)
    )
    return await session.scalar(statement) is not None


async def somebody_serves(session: AsyncSession) -> bool:
    """True when there is anybody who could answer."""
    statement = (
        select(AgentRow.id)
        .where(
            AgentRow.is_active,
            AgentRow.is_enrolled,
            AgentRow.role.in_(("agent", "lead", "admin")),
        )
        .limit(1)
    )
    return await session.scalar(statement) is not None
