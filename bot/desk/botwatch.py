"""What the bot is talking about now: conversations of the last half hour, and who is in need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.content.language import Language
from bot.desk import alarms
from bot.desk.handoff_tables import CaseBriefRow, HandoffRow
from bot.desk.tables import ConversationRow, MessageRow, TurnRow

WINDOW: Final = timedelta(minutes=30)
HELP: Final = ("talk_to_human", "complaint", "funds_stolen", "report_scam", "scam_in_progress")
"""Intents by which a customer asks for help that the bot alone cannot give."""
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Watched:
    """A conversation that the bot has.

    ``unanswered`` is since when the customer waits for the bot's words, None where they came.
    """

    conversation_id: str
    language: Language
    topic: str | None
    vendor: str | None
    begun_at: datetime
    last_at: datetime
    unanswered: datetime | None
    risks: tuple[str, ...]
    asks_help: bool

    @property
    def in_need(self) -> bool:
        """True where something is wrong, or a person was asked for."""
        return self.asks_help or bool(self.risks)


async def listed(session: AsyncSession, now: datetime) -> list[Watched]:
    """List them: who is in need first, then who waits longest."""
    rows = (await session.execute(_statement(now))).all()
    ids = [row.ConversationRow.id for row in rows]
    risks = await alarms.noticed(session, ids)
    helped = set(await session.scalars(_asking(ids)))
    found = [
        Watched(
            conversation_id=row.ConversationRow.id,
            language=cast("Language", row.ConversationRow.language),
            topic=row.topic or row.intent,
            vendor=row.vendor,
            begun_at=row.ConversationRow.created_at,
            last_at=row.ConversationRow.updated_at,
            unanswered=row.unanswered,
            risks=tuple(risks.get(row.ConversationRow.id, ())),
            asks_help=row.ConversationRow.id in helped,
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (not one.in_need, one.unanswered or one.last_at))


async def is_in_need(session: AsyncSession, conversation_id: str, now: datetime) -> bool:
    """True for a conversation of the list with a risk signal, or that asks for help."""
    statement = select(ConversationRow.id).where(
        ConversationRow.id == conversation_id, *_with_the_bot(now)
    )
    if await session.scalar(statement) is None:
        return False
    if (await alarms.noticed(session, [conversation_id])).get(conversation_id):
        return True
    return await session.scalar(_asking([conversation_id])) is not None


def _with_the_bot(now: datetime) -> list[ColumnElement[bool]]:
    wrote = exists().where(
        MessageRow.conversation_id == ConversationRow.id, MessageRow.author == "customer"
    )
    return [ConversationRow.owner == "bot", ConversationRow.updated_at >= now - WINDOW, wrote]


def _statement(now: datetime) -> Select[tuple[ConversationRow, str, str, str, datetime]]:
    latest = (
        select(TurnRow.intent)
        .where(TurnRow.conversation_id == ConversationRow.id, TurnRow.intent.is_not(None))
        .order_by(TurnRow.at.desc())
        .limit(1)
        .scalar_subquery()
    )
    waits = (
        select(func.min(MessageRow.at))
        .where(
            MessageRow.conversation_id == ConversationRow.id,
            MessageRow.author == "customer",
            MessageRow.is_answered.is_(False),
        )
        .scalar_subquery()
    )
    return (
        select(
            ConversationRow,
            CaseBriefRow.topic.label("topic"),
            CaseBriefRow.vendor.label("vendor"),
            latest.label("intent"),
            waits.label("unanswered"),
        )
        .outerjoin(CaseBriefRow, CaseBriefRow.conversation_id == ConversationRow.id)
        .where(*_with_the_bot(now))
        .order_by(ConversationRow.updated_at.desc())
        .limit(_MOST)
    )


def _asking(ids: Sequence[str]) -> Select[str]:
    """Those whose customer asked for a person, or told of a theft; nobody came, or not yet."""
    asked = exists().where(
        and_(TurnRow.conversation_id == ConversationRow.id, TurnRow.intent.in_(HELP))
    )
    nobody_came = exists().where(
        and_(
            HandoffRow.conversation_id == ConversationRow.id,
            HandoffRow.outcome == "expired",
        )
    )
    return select(ConversationRow.id).where(ConversationRow.id.in_(ids), or_(asked, nobody_came))
