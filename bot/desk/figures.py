"""The desk's figures over a span of days, counted by the database and not row by row here."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    Subquery,
    case,
    exists,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import audit
from bot.desk.figure_models import Day, Figures, ScamDay, Spread, TopicFigures
from bot.desk.handoff_tables import CaseBriefRow, HandoffRow
from bot.desk.moments import seconds
from bot.desk.page_tables import BrowserStopRow
from bot.desk.tables import (
    FOUND,
    AuditRow,
    ConversationRow,
    MessageRow,
    RatingRow,
    TicketRow,
    TurnRow,
)

SLOT: Final = 900
"""Seconds: days begin on a quarter of an hour in every time zone."""
PAUSE: Final = timedelta(hours=4)
"""A customer who writes after a longer silence has come back; sooner, they go on."""
AGAIN: Final = timedelta(days=7)
OTHER: Final = "other"


async def figures(
    session: AsyncSession, now: datetime, days: int, zone: tzinfo, topics: Sequence[str]
) -> Figures:
    """Count everything of the last days; days are those of ``zone``, the last one is today.

    ``topics`` are the intents that name what a conversation is about.
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
        topics=await _topics(session, since, topics, tickets),
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


def _needed_person() -> ColumnElement[bool]:
    """True for a conversation that a person was called for, or that left a ticket."""
    called = select(HandoffRow.conversation_id)
    filed = select(TicketRow.conversation_id)
    return ConversationRow.id.in_(called) | ConversationRow.id.in_(filed)


def _counted(since: datetime) -> list[ColumnElement[bool]]:
    # Each message of a customer leaves a turn; the turns' index holds all that is asked here.
    wrote = exists().where(TurnRow.conversation_id == ConversationRow.id)
    return [ConversationRow.created_at >= since, wrote]


async def _days(
    session: AsyncSession, since: datetime, span: Sequence[date], zone: tzinfo
) -> tuple[Day, ...]:
    slot = seconds(ConversationRow.created_at).op("/")(literal(SLOT))
    person = case((_needed_person(), 1), else_=0)
    rows = await session.execute(
        select(slot, person, func.count()).where(*_counted(since)).group_by(slot, person)
    )
    counted: Counter[tuple[date, bool]] = Counter()
    for at, is_persons, count in rows:
        counted[datetime.fromtimestamp(at * SLOT, zone).date(), bool(is_persons)] += count
    return tuple(Day(day, counted[day, False], counted[day, True]) for day in span)


async def _topics(
    session: AsyncSession,
    since: datetime,
    topics: Sequence[str],
    tickets: Iterable[tuple[str, float | None, float | None]],
) -> tuple[TopicFigures, ...]:
    spans: dict[str, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for topic, first, solved in tickets:
        for place, value in enumerate((first, solved)):
            if value is not None:
                spans[topic][place].append(value)
    rows = await session.execute(_by_topic(since, topics))
    return tuple(
        TopicFigures(
            topic=topic,
            conversations=count,
            alone=int(alone or 0),
            again=int(again or 0),
            rated=rated,
            stars=int(stars or 0),
            first_answer=Spread.of(spans[topic][0]),
            solution=Spread.of(spans[topic][1]),
        )
        for topic, count, alone, again, rated, stars in rows
    )


def _by_topic(since: datetime, topics: Sequence[str]) -> Select[Any]:
    again = _again(since)
    each = (
        select(
            _topic(topics).label("topic"),
            case((_needed_person(), 0), else_=1).label("alone"),
            case((again.c.conversation_id.is_not(None), 1), else_=0).label("again"),
            RatingRow.score.label("score"),
        )
        .select_from(ConversationRow)
        .outerjoin(CaseBriefRow, CaseBriefRow.conversation_id == ConversationRow.id)
        .outerjoin(RatingRow, RatingRow.conversation_id == ConversationRow.id)
        .outerjoin(again, again.c.conversation_id == ConversationRow.id)
        .where(*_counted(since))
        .subquery()
    )
    count = func.count()
    return (
        select(
            each.c.topic,
            count,
            func.sum(each.c.alone),
            func.sum(each.c.again),
            func.count(each.c.score),
            func.sum(each.c.score),
        )
        .group_by(each.c.topic)
        .order_by(count.desc(), each.c.topic)
    )


def _topic(topics: Sequence[str]) -> ColumnElement[str]:
    """What a conversation is about: its case, else its ticket, else what was last understood."""
    filed = (
        select(TicketRow.topic)
        .where(TicketRow.conversation_id == ConversationRow.id)
        .order_by(TicketRow.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    understood = (
        select(TurnRow.intent)
        .where(TurnRow.conversation_id == ConversationRow.id, TurnRow.intent.in_(topics))
        .order_by(TurnRow.at.desc())
        .limit(1)
        .scalar_subquery()
    )
    return func.coalesce(CaseBriefRow.topic, filed, understood, literal(OTHER, String))


def _again(since: datetime) -> Subquery:
    """Conversations whose customer came back after a pause, within seven days."""
    at = seconds(TurnRow.at)
    before = func.lag(at).over(partition_by=TurnRow.conversation_id, order_by=TurnRow.at)
    # Most conversations are over within the pause: only the others' turns are looked at.
    lasted = seconds(ConversationRow.updated_at) - seconds(ConversationRow.created_at)
    gaps = (
        select(TurnRow.conversation_id.label("conversation_id"), (at - before).label("gap"))
        .join(ConversationRow, ConversationRow.id == TurnRow.conversation_id)
        .where(
            ConversationRow.created_at >= since,
            lasted > PAUSE.total_seconds(),
        )
        .subquery()
    )
    return (
        select(gaps.c.conversation_id)
        .where(gaps.c.gap > PAUSE.total_seconds(), gaps.c.gap <= AGAIN.total_seconds())
        .distinct()
        .subquery()
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
        select(TurnRow.outcome, func.count()).where(TurnRow.at >= since).group_by(TurnRow.outcome)
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
