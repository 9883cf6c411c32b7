"""The support team's service: one method a use case, each in a transaction of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from bot.desk import people, sessions
from bot.desk.audit import record
from bot.desk.credentials import Passwords, Seal
from bot.desk.people_models import (
    Agent,
    Enrolment,
    NewAgent,
    SessionInvalid,
    Setup,
    SignedIn,
    SignInRefused,
    agent_from_row,
)
from bot.desk.units import Units, utc_now


class Staff(Units):
    """Agents, their passwords, second steps and sessions."""

    def __init__(
        self,
        engine: AsyncEngine,
        seal: Seal,
        *,
        passwords: Passwords | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(engine, clock)
        self._seal = seal
        self._passwords = passwords or Passwords()

    async def add(self, new: NewAgent, actor: str) -> Setup:
        """Add a person; raises LoginTaken, LoginUnusable."""
        async with self._work() as session:
            return await people.add(session, new, actor, self._clock())

    async def reset(self, login: str, actor: str) -> Setup:
        """Let a person set up anew; raises NotFound."""
        async with self._work() as session:
            return await people.reset(session, login, actor, self._clock())

    async def disable(self, login: str, actor: str) -> Agent:
        """End a person's access at once; raises NotFound, LastAdmin."""
        async with self._work() as session:
            return await people.disable(session, login, actor, self._clock())

    async def people(self) -> list[Agent]:
        """List everybody."""
        async with self._session() as session:
            return await people.listed(session)

    async def person(self, agent_id: str) -> Agent:
        """Give a person; raises NotFound."""
        async with self._session() as session:
            return await people.load(session, agent_id)

    async def has_admin(self) -> bool:
        """True when somebody can manage people."""
        async with self._session() as session:
            return await people.has_admin(session)

    async def choose_password(self, token: str, password: str) -> Enrolment:
        """First step of a set-up; raises SetupInvalid, PasswordWeak."""
        async with self._session() as session:
            login = (await people.invited(session, token, self._clock())).login
        people.check_password(password, login)
        hashed = await asyncio.to_thread(self._passwords.hash, password)
        async with self._work() as session:
            return await people.choose_password(session, token, hashed, self._seal, self._clock())

    async def finish_setup(self, token: str, code: str) -> list[str]:
        """Last step of a set-up; gives the recovery codes; raises SetupInvalid, SignInRefused."""
        async with self._work() as session:
            return await people.finish_setup(session, token, code, self._seal, self._clock())

    async def sign_in(self, login: str, password: str) -> SignedIn:
        """First step: login and password open a session that is good for the second step only.

        Raises:
            SignInRefused: they do not fit; unknown people are refused in the same way and time.
            LockedOut: too many failed attempts.
        """
        now = self._clock()
        async with self._session() as session:
            row = await sessions.by_login(session, login)
        if row is not None:
            sessions.check_lock(row, now)
        stored = row.password if row is not None else None
        right = await asyncio.to_thread(self._passwords.is_right, stored, password)
        async with self._work() as session:
            if row is not None and right:
                return sessions.open_session(session, row, now, is_full=False)
            if row is not None:
                await sessions.failed(session, row.id, now)
        raise SignInRefused

    async def second_step(self, token: str, code: str) -> SignedIn:
        """Second step: a code opens the session proper, under a new token.

        Raises:
            SessionInvalid: the first step was not taken, or too long ago.
            SignInRefused: the code is wrong or was used before.
            LockedOut: too many failed attempts.
        """
        now = self._clock()
        async with self._work() as session:
            _, row = await sessions.pair(session, token, now, is_full=False)
            sessions.check_lock(row, now)
            if await sessions.second_step(session, row, code, self._seal, now):
                row.failures, row.locked_until = 0, None
                await sessions.close(session, token)
                await sessions.sweep(session, now)
                record(session, now, actor=row.login, action="signed_in", about=row.id)
                return sessions.open_session(session, row, now, is_full=True)
            await sessions.failed(session, row.id, now)
        raise SignInRefused

    async def signed_in(self, token: str) -> Agent:
        """Give the person of a session; raises SessionInvalid."""
        now = self._clock()
        async with self._session() as session:
            kept, row = await sessions.pair(session, token, now, is_full=True)
        async with self._work() as session:
            await sessions.seen(session, kept, now)
        return agent_from_row(row)

    async def is_open(self, token: str) -> bool:
        """True while a session runs; asking does not keep it from growing idle."""
        try:
            async with self._session() as session:
                await sessions.pair(session, token, self._clock(), is_full=True)
        except SessionInvalid:
            return False
        return True

    async def sign_out(self, token: str) -> None:
        """End one session."""
        async with self._work() as session:
            await sessions.close(session, token)

    async def sign_out_everywhere(self, agent: Agent) -> None:
        """End all sessions of a person."""
        async with self._work() as session:
            await people.sign_out_everywhere(session, agent.id)
            record(
                session,
                self._clock(),
                actor=agent.login,
                action="signed_out_everywhere",
                about=agent.id,
            )
