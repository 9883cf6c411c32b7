"""What the desk's pages ask for besides conversations: one method a use case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import IntegrityError

from bot.desk import access, audit, botwatch, calendar, privacy, teaching, tickets
from bot.desk.botwatch import Watched
from bot.desk.calendar import CalendarChanged, Kept
from bot.desk.page_tables import BrowserStopRow
from bot.desk.people_models import Agent
from bot.desk.privacy import Found, Privacy
from bot.desk.teaching import Beside
from bot.desk.units import Units
from bot.errors import NotFound
from bot.guard.findings import SecretKind
from bot.guard.safetext import SafeText


class PageDesk(Units):
    """Keeps the calendar, says who may open what, notes corrections, tends privacy tasks."""

    async def calendar(self) -> Kept:
        """Give the calendar that counts, as it is written."""
        async with self._session() as session:
            return await calendar.kept(session)

    async def keep_calendar(
        self, content: Mapping[str, Any] | None, version: int, actor: str
    ) -> None:
        """Keep a new calendar and use it at once; raises CalendarInvalid, CalendarChanged."""
        try:
            async with self._work() as session:
                await calendar.keep(session, content, version, actor, self._clock())
        except IntegrityError:
            raise CalendarChanged from None
        await self._calendar.refresh(at_once=True)

    async def place_of(self, agent: Agent, conversation_id: str) -> access.Place:
        """Tell why this person may open a conversation; raises NotFound."""
        async with self._session() as session:
            return await access.place(session, agent, conversation_id, self._clock())

    async def may_open(self, agent: Agent, conversation_id: str) -> bool:
        """True when this person may open a conversation."""
        try:
            await self.place_of(agent, conversation_id)
        except NotFound:
            return False
        return True

    async def opened(self, agent: Agent, conversation_id: str, action: str) -> access.Place:
        """Let a person open a conversation, and write it down; raises NotFound."""
        async with self._work() as session:
            return await access.opened(session, agent, conversation_id, action, self._clock())

    async def with_the_bot(self) -> list[Watched]:
        """List what the bot is talking about now."""
        async with self._session() as session:
            return await botwatch.listed(session, self._clock())

    async def correct(self, agent: Agent, message_id: str, intent: str) -> None:
        """Note what a customer's message should have been understood as; raises NotFound."""
        async with self._work() as session:
            await teaching.correct(session, agent, message_id, intent, self._clock())

    async def write_beside(self, agent: Agent, message_id: str, words: SafeText | None) -> None:
        """Keep a customer's message in an agent's own words; raises NotFound."""
        async with self._work() as session:
            await teaching.write_beside(session, agent, message_id, words, self._clock())

    async def beside(self, conversation_id: str) -> dict[str, Beside]:
        """Give what stands beside the messages of a conversation, by the message's id."""
        async with self._session() as session:
            return await teaching.beside(session, conversation_id)

    async def conversation_of(self, message_id: str) -> str:
        """Give the conversation of a customer's message; raises NotFound."""
        async with self._session() as session:
            return await teaching.conversation_of(session, message_id)

    async def stopped_in_browser(self, conversation_id: str, kind: SecretKind) -> None:
        """Count a secret that a browser did not send."""
        async with self._work() as session:
            row = BrowserStopRow(conversation_id=conversation_id, kind=kind, at=self._clock())
            session.add(row)

    async def privacy(self) -> Privacy:
        """Tell what was erased and exported of late, and what is not finished."""
        async with self._session() as session:
            return await privacy.done(session)

    async def find(self, name: str) -> Found:
        """Find a conversation by its id or a ticket's reference; raises NotFound."""
        async with self._session() as session:
            try:
                name = (await tickets.by_reference(session, name)).conversation_id
            except NotFound:
                name = name.strip().lower()
            filed = await tickets.listed(session, tickets.Wanted(limit=50, conversation_id=name))
            return await privacy.found(session, name, filed)

    async def exported(self, conversation_id: str, actor: str, detail: str = "") -> None:
        """Write down that a customer's record was given out: to whom and why, not what."""
        async with self._work() as session:
            audit.record(
                session,
                self._clock(),
                actor=actor,
                action="exported",
                about=conversation_id,
                detail=detail,
            )
