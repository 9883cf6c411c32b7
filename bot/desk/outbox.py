"""The outbox: what is to be sent waits here until it is done; functions on an open session.

A row is claimed by one conditional update that gives a lease, and ended by whoever still holds
that lease: of two processes one sends it, and after a crash another takes it up when the lease
is over. A crash between sending and ending sends it again: nothing can rule that out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, cast
from uuid import uuid4

from sqlalchemy import CursorResult, delete, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.outbox_tables import OutboxRow

LEASE: Final = timedelta(minutes=2)
"""Longer than any handler may take; a crash delays what it was sending by so much."""
KEPT: Final = timedelta(days=7)
"""How long an ended row is kept, without recipient and payload, for whoever looks for a fault."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be sent, and from when on.

    ``key`` keeps a second one of the same from waiting; ``recipient`` must be encrypted already;
    ``payload`` holds ids and safe text only; after ``expires_at`` it is no use to anybody.
    """

    kind: str
    next_at: datetime
    conversation_id: str | None = None
    key: str | None = None
    recipient: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Parcel:
    """One row that is being worked on, under its lease."""

    id: int
    lease: str
    kind: str
    conversation_id: str | None
    recipient: str | None
    payload: Mapping[str, Any]
    attempts: int
    expires_at: datetime | None
    created_at: datetime


async def add(session: AsyncSession, order: Order, now: datetime) -> int | None:
    """Put something into the outbox, in the transaction of what it tells of; gives its number.

    One of the same ``key`` that waits takes over the new payload; None while it is being sent.
    """
    values = {
        "kind": order.kind,
        "conversation_id": order.conversation_id,
        "key": order.key,
        "recipient": order.recipient,
        "payload": dict(order.payload),
        "state": "waiting",
        "attempts": 0,
        "next_at": order.next_at,
        "expires_at": order.expires_at,
        "created_at": now,
    }
    # A second one of the same is no error: two processes may notice the same thing.
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    statement = (postgresql if is_postgresql else sqlite).insert(OutboxRow).values(values)
    waits_unsent = or_(OutboxRow.leased_until.is_(None), OutboxRow.leased_until < now)
    number: int | None = await session.scalar(
        statement.on_conflict_do_update(
            index_elements=["key"],
            index_where=text("state = 'waiting'"),
            set_={"payload": statement.excluded.payload},
            where=waits_unsent,
        ).returning(OutboxRow.id)
    )
    return number


async def claim(session: AsyncSession, kinds: Sequence[str], now: datetime) -> Parcel | None:
    """Take the next row that is due under a lease; None when there is none."""
    due = (
        OutboxRow.state == "waiting",
        OutboxRow.next_at <= now,
        or_(OutboxRow.leased_until.is_(None), OutboxRow.leased_until < now),
    )
    first = (
        select(OutboxRow.id)
        .where(*due, OutboxRow.kind.in_(kinds))
        .order_by(OutboxRow.next_at, OutboxRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    claimed = await session.scalars(
        update(OutboxRow)
        .where(OutboxRow.id == first.scalar_subquery(), *due)
        .values(lease=uuid4().hex, leased_until=now + LEASE, attempts=OutboxRow.attempts + 1)
        .returning(OutboxRow)
        .execution_options(populate_existing=True, synchronize_session=False)
    )
    row = claimed.one_or_none()
    return None if row is None else _parcel(row)


async def end(session: AsyncSession, parcel: Parcel, state: str, error: str, now: datetime) -> bool:
    """End a row as ``sent`` or ``dead``; false when the lease was lost. It forgets to whom."""
    return await _change(
        session,
        parcel,
        state=state,
        error=error[:64] or None,
        ended_at=now,
        recipient=None,
        payload={},
        leased_until=None,
    )


async def put_off(
    session: AsyncSession, parcel: Parcel, until: datetime, error: str, *, counts: bool = True
) -> bool:
    """Try a row again later; false when the lease was lost."""
    attempts = parcel.attempts if counts else parcel.attempts - 1
    return await _change(
        session,
        parcel,
        next_at=until,
        error=error[:64] or None,
        attempts=attempts,
        leased_until=None,
    )


async def settle(
    session: AsyncSession, kind: str, conversation_id: str, last: int, now: datetime
) -> None:
    """End as sent what waits of a kind in a conversation, up to the row ``last``."""
    await session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.state == "waiting",
            OutboxRow.kind == kind,
            OutboxRow.conversation_id == conversation_id,
            OutboxRow.id <= last,
        )
        .values(state="sent", ended_at=now, payload={}, lease=None, leased_until=None)
        .execution_options(synchronize_session=False)
    )


async def waits(session: AsyncSession, number: int) -> bool:
    """Tell whether a row is still to be sent."""
    found = await session.scalar(select(OutboxRow.state).where(OutboxRow.id == number))
    return found == "waiting"


async def tidy(session: AsyncSession, now: datetime) -> None:
    """Delete what ended long ago."""
    await session.execute(
        delete(OutboxRow).where(OutboxRow.state != "waiting", OutboxRow.ended_at < now - KEPT)
    )


async def _change(session: AsyncSession, parcel: Parcel, **values: Any) -> bool:
    done = await session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.id == parcel.id, OutboxRow.lease == parcel.lease, OutboxRow.state == "waiting"
        )
        .values(lease=None, **values)
        .execution_options(synchronize_session=False)
    )
    return cast("CursorResult[Any]", done).rowcount == 1


def _parcel(row: OutboxRow) -> Parcel:
    return Parcel(
        id=row.id,
        lease=row.lease or "",
        kind=row.kind,
        conversation_id=row.conversation_id,
        recipient=row.recipient,
        payload=row.payload,
        attempts=row.attempts,
        expires_at=row.expires_at,
        created_at=row.created_at,
    )
