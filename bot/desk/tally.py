"""Tallying conversations for the dashboard: only those of which something changed.

Triggers note in ``tally_due`` whose turns, tickets, hand-offs or ratings changed; here their rows
of ``tally`` are made anew, some at a time, before the figures are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Select,
    String,
    cast,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.handoff_tables import CaseBriefRow, HandoffRow
from bot.desk.moments import seconds
from bot.desk.tables import ConversationRow, RatingRow, TicketRow, TurnRow
from bot.desk.tally_tables import TallyDueRow, TallyRow, TallyTopicsRow

SLOT: Final = 900
"""Seconds: days begin on a quarter of an hour in every time zone."""
PAUSE_SECONDS: Final = 4 * 3600
"""A customer who writes after a longer silence has come back; sooner, they go on."""
AGAIN_SECONDS: Final = 7 * 86_400
OTHER: Final = "other"
PACK: Final = 1_000
"""Changes at a time: on SQLite everybody else who writes waits for one pack."""
_TURN_OF_THE_ONE_WHO_COUNTS: Final = 7_411_120
"""PostgreSQL's lock under which one process at a time tallies."""


async def agree_on(session: AsyncSession, topics: Sequence[str]) -> None:
    """Make everything due when other intents name the topics than the last time."""
    wanted = sorted(topics)
    row = await session.get(TallyTopicsRow, 1)
    if row is not None and row.intents == wanted:
        return
    await _alone(session)
    await session.merge(TallyTopicsRow(id=1, intents=wanted))
    every = insert(TallyDueRow).from_select(["conversation_id"], select(ConversationRow.id))
    await session.execute(every)


async def tally(session: AsyncSession) -> bool:
    """Tally the conversations of the next changes; false when there were no more."""
    await _alone(session)
    agreed = await session.get(TallyTopicsRow, 1)
    if agreed is None:
        return False
    noted = select(TallyDueRow.id, TallyDueRow.conversation_id)
    rows = await session.execute(noted.order_by(TallyDueRow.id).limit(PACK))
    due: dict[int, str] = dict(iter(rows))
    if not due:
        return False
    still = (
        select(ConversationRow.id)
        .where(ConversationRow.id.in_(set(due.values())))
        # One that is just being erased stays due: nobody waits here for whoever waits for us.
        .with_for_update(read=True, key_share=True, skip_locked=True)
    )
    ids = set(await session.scalars(still))
    await session.execute(delete(TallyRow).where(TallyRow.conversation_id.in_(ids)))
    columns = [column.name for column in TallyRow.__table__.columns]
    await session.execute(insert(TallyRow).from_select(columns, _tallied(ids, agreed.intents)))
    done = [mark for mark, conversation_id in due.items() if conversation_id in ids]
    await session.execute(delete(TallyDueRow).where(TallyDueRow.id.in_(done)))
    return bool(done)


async def _alone(session: AsyncSession) -> None:
    # SQLite has one writer at a time anyway.
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(select(func.pg_advisory_xact_lock(_TURN_OF_THE_ONE_WHO_COUNTS)))


def _tallied(ids: set[str], topics: Sequence[str]) -> Select[Any]:
    return (
        select(
            ConversationRow.id,
            seconds(ConversationRow.created_at).op("/")(literal(SLOT)),
            _topic(topics),
            _of(HandoffRow) | _of(TicketRow),
            cast(ConversationRow.id.in_(_came_back(ids)), Boolean),
            RatingRow.score,
        )
        .outerjoin(CaseBriefRow, CaseBriefRow.conversation_id == ConversationRow.id)
        .outerjoin(RatingRow, RatingRow.conversation_id == ConversationRow.id)
        # Each message of a customer leaves a turn.
        .where(ConversationRow.id.in_(ids), _of(TurnRow))
    )


def _of(table: type[HandoffRow | TicketRow | TurnRow]) -> ColumnElement[bool]:
    return exists().where(table.conversation_id == ConversationRow.id)


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


def _came_back(ids: set[str]) -> Select[Any]:
    """Conversations whose customer came back after a pause, within seven days."""
    at = seconds(TurnRow.at)
    before = func.lag(at).over(partition_by=TurnRow.conversation_id, order_by=TurnRow.at)
    gaps = (
        select(TurnRow.conversation_id.label("conversation_id"), (at - before).label("gap"))
        .where(TurnRow.conversation_id.in_(ids))
        .subquery()
    )
    return select(gaps.c.conversation_id).where(
        gaps.c.gap > PAUSE_SECONDS, gaps.c.gap <= AGAIN_SECONDS
    )
