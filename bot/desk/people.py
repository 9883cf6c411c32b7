"""The support team: each function is one use case on an open session."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.audit import record
from bot.desk.credentials import (
    Seal,
    digest,
    new_badge,
    new_recovery_codes,
    new_token,
    new_totp_secret,
    totp_step,
    totp_uri,
)
from bot.desk.people_models import (
    PASSWORD_LENGTH,
    Agent,
    Enrolment,
    LastAdmin,
    LoginTaken,
    NewAgent,
    PasswordWeak,
    Setup,
    SetupInvalid,
    SignInRefused,
    agent_from_row,
)
from bot.desk.people_tables import AgentRow, AgentSessionRow, RecoveryCodeRow
from bot.errors import NotFound, SeedwardenError

SETUP_LIFETIME: Final = timedelta(hours=24)
_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,63}")


class LoginUnusable(SeedwardenError):
    """The login has signs that no login may have."""

    def __init__(self) -> None:
        super().__init__("A login has 2 to 64 of these: a-z, 0-9, dot, hyphen, underscore.")


async def add(session: AsyncSession, new: NewAgent, actor: str, now: datetime) -> Setup:
    """Add a person, who sets a password with the one-time token.

    Raises:
        LoginTaken, LoginUnusable: the login cannot be had.
    """
    login = new.login.strip().lower()
    if not _LOGIN.fullmatch(login):
        raise LoginUnusable
    if await _by_login(session, login) is not None:
        raise LoginTaken(login)
    row = AgentRow(
        id=uuid4().hex,
        login=login,
        name=new.name.strip()[:80],
        badge=await _free_badge(session),
        role=new.role,
        languages=list(new.languages),
        is_active=True,
        is_enrolled=False,
        totp_step=0,
        failures=0,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    record(session, now, actor=actor, action="agent_added", about=row.id, detail=new.role)
    return await _invited(session, row, now)


async def reset(session: AsyncSession, login: str, actor: str, now: datetime) -> Setup:
    """Take password, second step and sessions away and give a new set-up token; raises NotFound."""
    row = await _known(session, login)
    row.password = row.totp_secret = row.locked_until = None
    row.is_enrolled, row.is_active, row.failures = False, True, 0
    await sign_out_everywhere(session, row.id)
    record(session, now, actor=actor, action="agent_reset", about=row.id)
    return await _invited(session, row, now)


async def disable(session: AsyncSession, login: str, actor: str, now: datetime) -> Agent:
    """End a person's access at once; what they wrote stays.

    Raises:
        NotFound: there is no such person.
        LastAdmin: nobody could undo it.
    """
    row = await _known(session, login)
    if row.role == "admin" and row.is_active:
        others = select(func.count()).where(
            AgentRow.role == "admin", AgentRow.is_active, AgentRow.id != row.id
        )
        if not await session.scalar(others):
            raise LastAdmin
    row.is_active, row.setup, row.updated_at = False, None, now
    await sign_out_everywhere(session, row.id)
    record(session, now, actor=actor, action="agent_disabled", about=row.id)
    return agent_from_row(row)


async def listed(session: AsyncSession) -> list[Agent]:
    """List everybody, by login."""
    rows = await session.scalars(select(AgentRow).order_by(AgentRow.login))
    return [agent_from_row(row) for row in rows]


async def load(session: AsyncSession, agent_id: str) -> Agent:
    """Give a person; raises NotFound."""
    row = await session.get(AgentRow, agent_id)
    if row is None:
        raise NotFound("agent")
    return agent_from_row(row)


async def named(session: AsyncSession, login: str) -> Agent:
    """Give the person of a login; raises NotFound."""
    return agent_from_row(await _known(session, login))


async def has_admin(session: AsyncSession) -> bool:
    """True when somebody can manage people."""
    found = select(AgentRow.id).where(AgentRow.role == "admin", AgentRow.is_active).limit(1)
    return await session.scalar(found) is not None


async def invited(session: AsyncSession, token: str, now: datetime) -> AgentRow:
    """Find the person whom a set-up token belongs to.

    Raises:
        SetupInvalid: the token is unknown, used or too old.
    """
    statement = select(AgentRow).where(AgentRow.setup == digest(token), AgentRow.is_active)
    row = (await session.scalars(statement)).one_or_none()
    if row is None or row.setup_until is None or row.setup_until <= now:
        raise SetupInvalid
    return row


def check_password(password: str, login: str) -> None:
    """Refuse what would be guessed first.

    Raises:
        PasswordWeak: too short, too long, or it holds the login.
    """
    shortest, longest = PASSWORD_LENGTH
    repeated = len(set(password)) < 4
    if not shortest <= len(password) <= longest or login in password.lower() or repeated:
        raise PasswordWeak


async def choose_password(
    session: AsyncSession, token: str, hashed: str, seal: Seal, now: datetime
) -> Enrolment:
    """Keep a password's hash and begin the enrolment of the second step; raises SetupInvalid."""
    row = await invited(session, token, now)
    secret = new_totp_secret()
    row.password, row.totp_secret = hashed, seal.close(secret, row.id)
    row.is_enrolled, row.totp_step, row.updated_at = False, 0, now
    return Enrolment(secret, totp_uri(secret, row.login))


async def finish_setup(
    session: AsyncSession, token: str, code: str, seal: Seal, now: datetime
) -> list[str]:
    """Take the first code; gives the recovery codes, which are shown once.

    Raises:
        SetupInvalid: the token is not valid, or no password was chosen yet.
        SignInRefused: the code is wrong; the token stays valid.
    """
    row = await invited(session, token, now)
    if row.password is None or row.totp_secret is None:
        raise SetupInvalid
    step = totp_step(seal.open(row.totp_secret, row.id), code, now, row.totp_step)
    if step is None:
        raise SignInRefused
    row.totp_step, row.is_enrolled, row.updated_at = step, True, now
    row.setup = row.setup_until = None
    await session.execute(delete(RecoveryCodeRow).where(RecoveryCodeRow.agent_id == row.id))
    codes = new_recovery_codes()
    session.add_all(RecoveryCodeRow(agent_id=row.id, digest=digest(each)) for each in codes)
    record(session, now, actor=row.login, action="agent_enrolled", about=row.id)
    return codes


async def sign_out_everywhere(session: AsyncSession, agent_id: str) -> None:
    """End all sessions of a person."""
    await session.execute(delete(AgentSessionRow).where(AgentSessionRow.agent_id == agent_id))


async def _invited(session: AsyncSession, row: AgentRow, now: datetime) -> Setup:
    token = new_token()
    row.setup, row.setup_until, row.updated_at = digest(token), now + SETUP_LIFETIME, now
    await session.flush()
    return Setup(agent_from_row(row), token, now + SETUP_LIFETIME)


async def _known(session: AsyncSession, login: str) -> AgentRow:
    row = await _by_login(session, login.strip().lower())
    if row is None:
        raise NotFound("agent")
    return row


async def _by_login(session: AsyncSession, login: str) -> AgentRow | None:
    return (await session.scalars(select(AgentRow).where(AgentRow.login == login))).one_or_none()


async def _free_badge(session: AsyncSession) -> str:
    taken: Sequence[str] = (await session.scalars(select(AgentRow.badge))).all()
    while (badge := new_badge()) in taken:
        pass
    return badge


async def use_recovery_code(session: AsyncSession, agent_id: str, code: str) -> bool:
    """Take a recovery code, once: the deleted row decides, not a look before."""
    taken = await session.scalars(
        delete(RecoveryCodeRow)
        .where(RecoveryCodeRow.agent_id == agent_id, RecoveryCodeRow.digest == digest(code))
        .returning(RecoveryCodeRow.digest)
    )
    return taken.one_or_none() is not None


async def use_step(session: AsyncSession, row: AgentRow, step: int) -> bool:
    """Take a code's time step, once, whoever else shows the same code at the same moment."""
    taken = await session.scalars(
        update(AgentRow)
        .where(AgentRow.id == row.id, AgentRow.totp_step < step)
        .values(totp_step=step)
        .returning(AgentRow.id)
    )
    return taken.one_or_none() is not None
