"""The desk's figures over a span of days, counted by the database from the conversations' tally."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final

from sqlalchemy import ColumnElement, case, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import audit
from bot.desk.figure_models import Day, Figures, ScamDay, Spread, TopicFigures
from bot.desk.handoff_tables import HandoffRow
from bot.desk.moments import seconds
from bot.desk.page_tables import BrowserStopRow
from bot.desk.tables import (
    FOUND,
    AuditRow,
    MessageRow,
    RatingRow,
    TicketRow,
    TurnRow,
)
from bot.desk.tally import SLOT
from bot.desk.tally_tables import TallyRow

_HELD_BACK: Final = ("stopped_secret", "reply_withheld")


async def figures(session: AsyncSession, now: datetime, days: int, zone: tzinfo) -> Figures:
    """Count everything of the last days; days are those of ``zone``, the last one is today.

    What is told of conversations comes from their tally, which must be up to date.
    """
    span = _span(now, days, zone)
    since = datetime.combine(span[0], datetime.min.time(), zone).astimezone(UTC)
    tickets = await _tickets(session, since)
    scams, secrets = await _findings(session, since, span, zone)
    return Figures(
        waiting=await _handoffs(session, "waiting"),
        served=await _handoffs(session, "claimed"),
        wait=await _waits(session, since),
        first_answer=Spread.of([first for _, first, _ in tickets if first is not None]),
        solution=Spread.of([solved for _, _, solved in tickets if solved is not None]),
        days=await _days(session, since, span, zone),
        topics=await _topics(session, since, tickets),
        ratings=await _ratings(session, since),
        guard=await _guard(session, since),
        scams=scams,
        secrets=secrets,
        refusals=await audit.counted(session, "message_refused", since),
    )


def _span(now: datetime, days: int, zone: tzinfo) -> list[date]:
    today = now.astimezone(zone).date()
    return [today - timedelta(days=ago) for ago in reversed(range(days))]


async def _handoffs(session: AsyncSession, state: str) -> int:
    statement = select(func.count()).where(HandoffRow.state == state)
    return await session.scalar(statement) or 0


async def _waits(session: AsyncSession, since: datetime) -> Spread:
    waited = seconds(HandoffRow.claimed_at) - seconds(HandoffRow.requested_at)
    rows = await session.scalars(
        select(waited).where(
            HandoffRow.requested_at >= since,
            HandoffRow.claimed_at.is_not(None),
            HandoffRow.reason != "taken_over",
        )
    )
    return Spread.of(list(rows))


async def _tickets(session: AsyncSession, since: datetime) -> list[tuple[str, Any, Any]]:
    """Topic, seconds to the first answer, seconds to the solution, of each ticket."""
    opened = seconds(TicketRow.created_at)
    rows = await session.execute(
        select(
            TicketRow.topic,
            seconds(TicketRow.first_answered_at) - opened,
            seconds(TicketRow.solved_at) - opened,
        ).where(TicketRow.created_at >= since)
    )
    return [(topic, first, solved) for topic, first, solved in rows]


async def _days(
    session: AsyncSession, since: datetime, span: Sequence[date], zone: tzinfo
) -> tuple[Day, ...]:
    rows = await session.execute(
        select(TallyRow.slot, TallyRow.needed_person, func.count())
        .where(_tallied_since(since))
        .group_by(TallyRow.slot, TallyRow.needed_person)
    )
    counted: Counter[tuple[date, bool]] = Counter()
    for slot, is_persons, count in rows:
        counted[datetime.fromtimestamp(slot * SLOT, zone).date(), is_persons] += count
    return tuple(Day(day, counted[day, False], counted[day, True]) for day in span)


def _tallied_since(since: datetime) -> ColumnElement[bool]:
    return TallyRow.slot >= int(since.timestamp()) // SLOT


async def _topics(
    session: AsyncSession,
    since: datetime,
    tickets: Iterable[tuple[str, float | None, float | None]],
) -> tuple[TopicFigures, ...]:
    spans: dict[str, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for topic, first, solved in tickets:
        for place, value in enumerate((first, solved)):
            if value is not None:
                spans[topic][place].append(value)
    count = func.count()
    rows = await session.execute(
        select(
            TallyRow.topic,
            count,
            func.sum(case((TallyRow.needed_person, 0), else_=1)),
            func.sum(case((TallyRow.came_back, 1), else_=0)),
            func.count(TallyRow.score),
            func.coalesce(func.sum(TallyRow.score), 0),
        )
        .where(_tallied_since(since))
        .group_by(TallyRow.topic)
        .order_by(count.desc(), TallyRow.topic)
    )
    return tuple(
        TopicFigures(topic, *counts, *(Spread.of(values) for values in spans[topic]))
        for topic, *counts in rows
    )


async def _ratings(session: AsyncSession, since: datetime) -> tuple[int, ...]:
    rows = await session.execute(
        select(RatingRow.score, func.count()).where(RatingRow.at >= since).group_by(RatingRow.score)
    )
    counted = dict(iter(rows))
    return tuple(int(counted.get(score, 0)) for score in range(1, 6))


async def _guard(session: AsyncSession, since: datetime) -> dict[str, int]:
    """What was held back: in the browser, at the gateway, of the bot, of an agent."""
    rows = await session.execute(
        select(TurnRow.outcome, func.count())
        .where(TurnRow.at >= since, TurnRow.outcome.in_(_HELD_BACK))
        .group_by(TurnRow.outcome)
    )
    turns = dict(iter(rows))
    browser = select(func.count()).where(BrowserStopRow.at >= since)
    agent = select(func.count()).where(AuditRow.action == "message_refused", AuditRow.at >= since)
    return {
        "browser": await session.scalar(browser) or 0,
        "gateway": int(turns.get("stopped_secret", 0)),
        "bot": int(turns.get("reply_withheld", 0)),
        "agent": await session.scalar(agent) or 0,
    }


async def _findings(
    session: AsyncSession, since: datetime, span: Sequence[date], zone: tzinfo
) -> tuple[tuple[ScamDay, ...], dict[str, int]]:
    rows = await session.execute(
        select(MessageRow.at, MessageRow.findings).where(
            MessageRow.at >= since, MessageRow.author == "customer", text(FOUND)
        )
    )
    scams: dict[date, Counter[str]] = {day: Counter() for day in span}
    secrets: Counter[str] = Counter()
    for at, findings in rows:
        secrets.update({found["kind"] for found in findings if "kind" in found})
        signal = next((found["signal"] for found in findings if "signal" in found), None)
        day = at.astimezone(zone).date()
        if signal is not None and day in scams:
            scams[day][signal] += 1
    by_day = tuple(ScamDay(day, dict(kinds.most_common())) for day, kinds in scams.items())
    return by_day, dict(secrets.most_common())
