"""What an outside desk was told and has to be told; functions on an open session.

Nothing is pushed: what is due is read from hand-offs and messages each time, so a process that is
killed in the middle leaves nothing behind but a lease that runs out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal, cast
from uuid import uuid4

from sqlalchemy import Select, and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.content.language import Language
from bot.desk.handoff_models import Handoff, handoff_from_row
from bot.desk.handoff_tables import AgentMessageRow, HandoffRow
from bot.desk.models import Owner
from bot.desk.outside_tables import (
    OutsideConversationRow,
    OutsideDeliveryRow,
    OutsidePersonRow,
    OutsideRemarkRow,
)
from bot.desk.people_models import Agent, agent_from_row
from bot.desk.people_tables import AgentRow
from bot.desk.tables import ConversationRow
from bot.errors import SeedwardenError

LEASE: Final = timedelta(seconds=60)
_KEPT: Final = timedelta(days=1)
_LONGEST_PAUSE: Final = 300
_AT_ONCE: Final = 20

OutsideState = Literal["open", "ended"]


@dataclass(frozen=True, slots=True)
class Counterpart:
    """A conversation as the outside desk knows it, and how far it was told there."""

    contact: str | None
    ref: str | None
    handoff_id: int
    state: OutsideState
    told_seq: int
    telling_seq: int
    told_ref: int
    attempts: int


@dataclass(frozen=True, slots=True)
class Due:
    """A conversation of which the outside desk does not know all yet.

    ``handoff`` is the open one, or None when none is open (any more); ``lease`` is the name of the
    lease under which it is told, once it is taken.
    """

    conversation_id: str
    owner: Owner
    language: Language
    last_seq: int
    handoff: Handoff | None
    counterpart: Counterpart
    lease: str = ""


class LeaseLost(SeedwardenError):
    """Another process goes on with this conversation; nothing is lost."""


async def adopt(session: AsyncSession, provider: str, now: datetime) -> None:
    """Give every open hand-off a counterpart, to be filled by the first call."""
    rows = await session.execute(
        select(HandoffRow.id, HandoffRow.conversation_id)
        .outerjoin(
            OutsideConversationRow,
            OutsideConversationRow.conversation_id == HandoffRow.conversation_id,
        )
        .where(HandoffRow.state != "ended", OutsideConversationRow.conversation_id.is_(None))
        .limit(_AT_ONCE)
    )
    for handoff_id, conversation_id in rows.all():
        session.add(
            OutsideConversationRow(
                conversation_id=conversation_id,
                provider=provider,
                handoff_id=handoff_id,
                state="open",
                told_seq=0,
                telling_seq=0,
                told_ref=0,
                attempts=0,
                due_at=now,
                leased_until=now,
                lease="",
            )
        )


async def due(session: AsyncSession, provider: str, now: datetime) -> list[Due]:
    """List what has to be told and nobody else is telling."""
    rows = await session.execute(_due(provider, now).limit(_AT_ONCE))
    return [_due_from(conversation, row, handoff) for conversation, row, handoff in rows.all()]


def _due(
    provider: str, now: datetime
) -> Select[ConversationRow, OutsideConversationRow, HandoffRow]:
    row, conversation, handoff = OutsideConversationRow, ConversationRow, HandoffRow
    something = or_(
        and_(row.ref.is_(None), handoff.id.is_not(None)),
        select(OutsideRemarkRow.id)
        .where(OutsideRemarkRow.conversation_id == conversation.id)
        .exists(),
        and_(row.state == "open", handoff.id.is_(None)),
        and_(row.state == "ended", handoff.id.is_not(None)),
        and_(handoff.id.is_not(None), handoff.id != row.handoff_id),
        and_(handoff.id.is_not(None), conversation.last_seq > row.told_seq),
    )
    return (
        select(conversation, row, handoff)
        .join(row, row.conversation_id == conversation.id)
        .outerjoin(
            handoff,
            (handoff.conversation_id == conversation.id) & (handoff.state != "ended"),
        )
        .where(row.provider == provider, row.due_at <= now, row.leased_until <= now, something)
        .order_by(row.due_at)
        .execution_options(populate_existing=True)
    )


def _due_from(
    conversation: ConversationRow, row: OutsideConversationRow, handoff: HandoffRow | None
) -> Due:
    return Due(
        conversation.id,
        cast("Owner", conversation.owner),
        cast("Language", conversation.language),
        conversation.last_seq,
        None if handoff is None else handoff_from_row(handoff),
        Counterpart(
            row.contact,
            row.ref,
            row.handoff_id,
            cast("OutsideState", row.state),
            row.told_seq,
            row.telling_seq,
            row.told_ref,
            row.attempts,
        ),
    )


async def lease(session: AsyncSession, due: Due, now: datetime) -> Due | None:
    """Take a conversation to tell of it; None when another process was first or told it since."""
    taken, known, row = replace(due, lease=uuid4().hex), due.counterpart, OutsideConversationRow
    found = await session.scalars(
        update(row)
        .where(
            row.conversation_id == due.conversation_id,
            row.leased_until <= now,
            row.ref.is_not_distinct_from(known.ref),
            row.handoff_id == known.handoff_id,
            row.state == known.state,
            row.told_seq == known.told_seq,
            row.telling_seq == known.telling_seq,
        )
        .values(leased_until=now + LEASE, lease=taken.lease)
        .returning(row.conversation_id)
    )
    return taken if found.one_or_none() is not None else None


async def note_progress(session: AsyncSession, due: Due, now: datetime, **values: Any) -> None:
    """Keep how far the telling got, and hold on to the lease; raises LeaseLost."""
    if not await _change(session, due, leased_until=now + LEASE, **values):
        raise LeaseLost("Another process tells of this conversation.")


async def let_go(session: AsyncSession, due: Due, now: datetime) -> None:
    """Give the lease back after all was told."""
    await _change(session, due, leased_until=now, due_at=now, attempts=0)


async def _change(session: AsyncSession, due: Due, **values: Any) -> bool:
    row = OutsideConversationRow
    found = await session.scalars(
        update(row)
        .where(row.conversation_id == due.conversation_id, row.lease == due.lease)
        .values(**values)
        .returning(row.conversation_id)
    )
    return found.one_or_none() is not None


async def put_off(session: AsyncSession, due: Due, now: datetime) -> int:
    """Give the lease back after a failure; gives the seconds until the next attempt."""
    row = await session.get(OutsideConversationRow, due.conversation_id, populate_existing=True)
    if row is None or row.lease != due.lease:
        return 0
    pause: int = min(_LONGEST_PAUSE, 2**row.attempts)
    row.attempts = min(row.attempts + 1, 16)
    row.due_at, row.leased_until = now + timedelta(seconds=pause), now
    return pause


async def remarks(session: AsyncSession, conversation_id: str) -> list[tuple[int, str]]:
    """List the sentences that wait to be posted, the oldest first."""
    rows = await session.execute(
        select(OutsideRemarkRow.id, OutsideRemarkRow.text)
        .where(OutsideRemarkRow.conversation_id == conversation_id)
        .order_by(OutsideRemarkRow.id)
    )
    return [(number, text) for number, text in rows]


async def drop_remark(session: AsyncSession, remark_id: int) -> None:
    """Forget a sentence; it was posted."""
    await session.execute(delete(OutsideRemarkRow).where(OutsideRemarkRow.id == remark_id))


async def by_ref(session: AsyncSession, provider: str, ref: str) -> str | None:
    """The conversation behind the outside desk's number, or None."""
    return await session.scalar(
        select(OutsideConversationRow.conversation_id).where(
            OutsideConversationRow.provider == provider, OutsideConversationRow.ref == ref
        )
    )


async def outcome(session: AsyncSession, conversation_id: str) -> str:
    """How the last hand-off of a conversation ended; ``closed`` where nothing else is known."""
    found = await session.scalar(
        select(HandoffRow.outcome)
        .where(HandoffRow.conversation_id == conversation_id)
        .order_by(HandoffRow.id.desc())
        .limit(1)
    )
    return found or "closed"


async def person(session: AsyncSession, provider: str, ref: str) -> Agent | None:
    """Who of the team somebody on the outside desk is; None for strangers and who has left."""
    row = await session.scalar(
        select(AgentRow)
        .join(OutsidePersonRow, OutsidePersonRow.agent_id == AgentRow.id)
        .where(OutsidePersonRow.provider == provider, OutsidePersonRow.ref == ref)
    )
    return None if row is None or not row.is_active else agent_from_row(row)


async def link(session: AsyncSession, provider: str, ref: str, agent_id: str) -> None:
    """Say who of the team somebody on the outside desk is, from now on."""
    await session.execute(
        delete(OutsidePersonRow).where(
            OutsidePersonRow.provider == provider,
            or_(OutsidePersonRow.ref == ref, OutsidePersonRow.agent_id == agent_id),
        )
    )
    session.add(OutsidePersonRow(provider=provider, ref=ref, agent_id=agent_id))


async def was_taken(session: AsyncSession, provider: str, delivery: str) -> bool:
    """True when a webhook was carried out before."""
    return await session.get(OutsideDeliveryRow, (provider, delivery)) is not None


async def take(session: AsyncSession, provider: str, delivery: str, now: datetime) -> None:
    """Note that a webhook was carried out; raises IntegrityError when it was noted before."""
    await session.execute(delete(OutsideDeliveryRow).where(OutsideDeliveryRow.at < now - _KEPT))
    session.add(OutsideDeliveryRow(provider=provider, delivery=delivery, at=now))


async def written_there(
    session: AsyncSession, provider: str, message_ids: Sequence[str]
) -> set[str]:
    """Which of these messages were written on the outside desk itself."""
    found = await session.scalars(
        select(AgentMessageRow.message_id).where(
            AgentMessageRow.message_id.in_(message_ids), AgentMessageRow.origin == provider
        )
    )
    return set(found)
