"""What waits on the desk, counted for the operator's gauges: no row is opened, no text read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.handoff_tables import HandoffRow
from bot.desk.life import OURS
from bot.desk.outbox_tables import OutboxRow
from bot.desk.tables import TicketRow

DEAD_FOR: Final = timedelta(days=1)
"""How long a dead letter is told of: until somebody has surely been on duty."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits now: counts, by kind where there are kinds, and ages in seconds."""

    handoffs: int
    handoffs_oldest: float
    outbox: dict[str, int]
    outbox_oldest: float
    dead: dict[str, int]
    overdue: int


async def count(session: AsyncSession, now: datetime) -> Backlog:
    """Count what waits."""
    handoffs = select(func.count(), func.min(HandoffRow.requested_at))
    queued, first = (await session.execute(handoffs.where(HandoffRow.state == "waiting"))).one()
    waiting = OutboxRow.state == "waiting"
    due = select(func.min(OutboxRow.next_at)).where(waiting, OutboxRow.next_at <= now)
    overdue = select(func.count()).where(TicketRow.status.in_(OURS), TicketRow.due_at < now)
    dead = OutboxRow.state == "dead", OutboxRow.ended_at >= now - DEAD_FOR
    return Backlog(
        handoffs=queued,
        handoffs_oldest=_age(first, now),
        outbox=await _by_kind(session, waiting),
        outbox_oldest=_age(await session.scalar(due), now),
        dead=await _by_kind(session, *dead),
        overdue=await session.scalar(overdue) or 0,
    )


async def _by_kind(session: AsyncSession, *conditions: ColumnElement[bool]) -> dict[str, int]:
    statement = select(OutboxRow.kind, func.count()).where(*conditions).group_by(OutboxRow.kind)
    return {row[0]: row[1] for row in await session.execute(statement)}


def _age(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
