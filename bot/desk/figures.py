"""The desk's figures over a span of days: waits, answers, solutions, ratings, guard hits."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.handoff_tables import HandoffRow
from bot.desk.rows import message_from_row
from bot.desk.tables import AuditRow, ConversationRow, MessageRow, RatingRow, TicketRow, TurnRow


@dataclass(frozen=True, slots=True)
class Spread:
    """How a span of time is spread, in seconds: None where nothing was measured."""

    count: int
    median: float | None
    ninth: float | None
    """Nine of ten were shorter."""


@dataclass(frozen=True, slots=True)
class Day:
    """Conversations that began on a day in which a customer wrote, by who ended up with them."""

    day: date
    bot: int
    person: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What the dashboard shows; ``waiting`` is now, everything else over the asked span."""

    waiting: int
    served: int
    wait: Spread
    first_answer: Spread
    solution: Spread
    days: tuple[Day, ...]
    ratings: tuple[int, ...]
    guard: dict[str, int]
    scams: dict[str, int]
    secrets: dict[str, int]

    @property
    def by_bot(self) -> float | None:
        """The share of conversations that needed no person, 0 to 1."""
        everybody = sum(day.bot + day.person for day in self.days)
        return sum(day.bot for day in self.days) / everybody if everybody else None

    @property
    def rating(self) -> float | None:
        """The mean rating, 1 to 5."""
        count = sum(self.ratings)
        total = sum(score * n for score, n in enumerate(self.ratings, 1))
        return total / count if count else None


async def figures(session: AsyncSession, now: datetime, days: int, zone: tzinfo) -> Figures:
    """Count everything of the last days; days are those of ``zone``."""
    since = now - timedelta(days=days)
    messages = await _findings(session, since)
    return Figures(
        waiting=await _handoffs(session, "waiting"),
        served=await _handoffs(session, "claimed"),
        wait=await _waits(session, since),
        first_answer=await _span(session, TicketRow.first_answered_at, since),
        solution=await _span(session, TicketRow.solved_at, since),
        days=await _days(session, now, days, zone),
        ratings=await _ratings(session, since),
        guard=await _guard(session, since),
        scams=messages[0],
        secrets=messages[1],
    )


async def _handoffs(session: AsyncSession, state: str) -> int:
    statement = select(func.count()).where(HandoffRow.state == state)
    return await session.scalar(statement) or 0


async def _waits(session: AsyncSession, since: datetime) -> Spread:
    rows = await session.execute(
        select(HandoffRow.requested_at, HandoffRow.claimed_at).where(
            HandoffRow.requested_at >= since,
            HandoffRow.claimed_at.is_not(None),
            HandoffRow.reason != "taken_over",
        )
    )
    return _spread([(claimed - asked).total_seconds() for asked, claimed in rows if claimed])


async def _span(session: AsyncSession, end: object, since: datetime) -> Spread:
    rows = await session.execute(
        select(TicketRow.created_at, end).where(TicketRow.created_at >= since)  # type: ignore[call-overload]
    )
    return _spread([(over - began).total_seconds() for began, over in rows if over])


def _spread(spans: Sequence[float]) -> Spread:
    if not spans:
        return Spread(0, None, None)
    ordered = sorted(spans)
    ninth = ordered[min(len(ordered) - 1, int(0.9 * len(ordered)))]
    return Spread(len(ordered), statistics.median(ordered), ninth)


async def _days(session: AsyncSession, now: datetime, days: int, zone: tzinfo) -> tuple[Day, ...]:
    wrote = select(MessageRow.conversation_id).where(MessageRow.author == "customer")
    called = select(HandoffRow.conversation_id)
    rows = await session.execute(
        select(ConversationRow.created_at, ConversationRow.id.in_(called)).where(
            ConversationRow.created_at >= now - timedelta(days=days),
            ConversationRow.id.in_(wrote),
        )
    )
    counted = Counter((at.astimezone(zone).date(), bool(person)) for at, person in rows)
    today = now.astimezone(zone).date()
    span = [today - timedelta(days=ago) for ago in reversed(range(days))]
    return tuple(Day(day, counted[day, False], counted[day, True]) for day in span)


async def _ratings(session: AsyncSession, since: datetime) -> tuple[int, ...]:
    rows = await session.execute(
        select(RatingRow.score, func.count()).where(RatingRow.at >= since).group_by(RatingRow.score)
    )
    counted = dict(iter(rows))
    return tuple(int(counted.get(score, 0)) for score in range(1, 6))


async def _guard(session: AsyncSession, since: datetime) -> dict[str, int]:
    """What was held back: a customer's secret, a reply of the bot, the words of an agent."""
    rows = await session.execute(
        select(TurnRow.outcome, func.count()).where(TurnRow.at >= since).group_by(TurnRow.outcome)
    )
    turns = dict(iter(rows))
    refused = await session.scalar(
        select(func.count()).where(AuditRow.action == "message_refused", AuditRow.at >= since)
    )
    return {
        "customer": int(turns.get("stopped_secret", 0)),
        "bot": int(turns.get("reply_withheld", 0)),
        "agent": refused or 0,
    }


async def _findings(
    session: AsyncSession, since: datetime
) -> tuple[dict[str, int], dict[str, int]]:
    rows = await session.scalars(
        select(MessageRow).where(MessageRow.at >= since, MessageRow.author == "customer")
    )
    scams: Counter[str] = Counter()
    secrets: Counter[str] = Counter()
    for row in rows:
        if row.findings:
            message = message_from_row(row)
            scams.update([message.signal] if message.signal else [])
            secrets.update(set(message.findings))
    return dict(scams.most_common()), dict(secrets.most_common())
