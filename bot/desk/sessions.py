"""Signing in and staying signed in: each function is one use case on an open session."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.audit import record
from bot.desk.credentials import Seal, digest, new_token, read_recovery_code, totp_step
from bot.desk.people import use_recovery_code, use_step
from bot.desk.people_models import LockedOut, SessionInvalid, SignedIn, agent_from_row
from bot.desk.people_tables import AgentRow, AgentSessionRow

LIFETIME: Final = timedelta(hours=12)
IDLE: Final = timedelta(hours=1)
BETWEEN_STEPS: Final = timedelta(minutes=5)
_SEEN_EVERY: Final = timedelta(seconds=30)
_FREE_ATTEMPTS: Final = 5
_FIRST_LOCK: Final = timedelta(seconds=30)
_LONGEST_LOCK: Final = timedelta(minutes=15)


async def by_login(session: AsyncSession, login: str) -> AgentRow | None:
    """The person who may sign in under a login, or None."""
    statement = select(AgentRow).where(
        AgentRow.login == login.strip().lower(), AgentRow.is_active, AgentRow.is_enrolled
    )
    return (await session.scalars(statement)).one_or_none()


def check_lock(row: AgentRow, now: datetime) -> None:
    """Refuse an attempt during a lock, whatever it brings.

    Raises:
        LockedOut: says for how many seconds.
    """
    if row.locked_until is not None and row.locked_until > now:
        raise LockedOut(math.ceil((row.locked_until - now).total_seconds()))


async def failed(session: AsyncSession, agent_id: str, now: datetime) -> None:
    """Count a failed attempt; from the fifth on each lock is twice as long, 15 minutes at most."""
    counted = await session.scalars(
        update(AgentRow)
        .where(AgentRow.id == agent_id)
        .values(failures=AgentRow.failures + 1)
        .returning(AgentRow)
        .execution_options(populate_existing=True)
    )
    row = counted.one()
    beyond = row.failures - _FREE_ATTEMPTS
    if beyond >= 0:
        row.locked_until = now + min(_FIRST_LOCK * 2 ** min(beyond, 10), _LONGEST_LOCK)
        record(session, now, actor=row.login, action="agent_locked", about=row.id)


def open_session(session: AsyncSession, row: AgentRow, now: datetime, *, is_full: bool) -> SignedIn:
    """Begin a session; its token exists nowhere but in what this gives."""
    token = new_token()
    ends = now + (LIFETIME if is_full else BETWEEN_STEPS)
    session.add(
        AgentSessionRow(
            digest=digest(token),
            agent_id=row.id,
            is_full=is_full,
            created_at=now,
            seen_at=now,
            expires_at=ends,
        )
    )
    return SignedIn(token, agent_from_row(row), is_full, ends)


async def second_step(
    session: AsyncSession, row: AgentRow, code: str, seal: Seal, now: datetime
) -> bool:
    """True when the code of the app or a recovery code fits and was not used before."""
    if row.totp_secret is None:
        return False
    step = totp_step(seal.open(row.totp_secret, row.id), code, now, row.totp_step)
    if step is not None:
        return await use_step(session, row, step)
    if await use_recovery_code(session, row.id, read_recovery_code(code)):
        record(session, now, actor=row.login, action="recovery_code_used", about=row.id)
        return True
    return False


async def pair(
    session: AsyncSession, token: str, now: datetime, *, is_full: bool
) -> tuple[AgentSessionRow, AgentRow]:
    """Find a session that still runs, with its person.

    Raises:
        SessionInvalid: unknown, run out, idle for too long, or the person was disabled.
    """
    statement = (
        select(AgentSessionRow, AgentRow)
        .join(AgentRow, AgentRow.id == AgentSessionRow.agent_id)
        .where(AgentSessionRow.digest == digest(token), AgentRow.is_active)
    )
    found = (await session.execute(statement)).one_or_none()
    if found is None or found[0].is_full is not is_full:
        raise SessionInvalid
    kept, person = found
    if kept.expires_at <= now or kept.seen_at + IDLE <= now:
        raise SessionInvalid
    return kept, person


async def seen(session: AsyncSession, kept: AgentSessionRow, now: datetime) -> None:
    """Note that a session is in use, twice a minute at most."""
    if now - kept.seen_at >= _SEEN_EVERY:
        await session.execute(
            update(AgentSessionRow).where(AgentSessionRow.digest == kept.digest).values(seen_at=now)
        )


async def close(session: AsyncSession, token: str) -> None:
    """End one session."""
    await session.execute(delete(AgentSessionRow).where(AgentSessionRow.digest == digest(token)))


async def sweep(session: AsyncSession, now: datetime) -> None:
    """Forget sessions that ran out."""
    await session.execute(delete(AgentSessionRow).where(AgentSessionRow.expires_at <= now))
