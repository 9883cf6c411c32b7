"""What only the agents' pages ask of the desk: canned replies, noticed risks, figures."""

from __future__ import annotations

from collections.abc import Sequence

from bot.desk import alarms, canned, tally
from bot.desk.canned import CannedReply, NewCannedReply
from bot.desk.figure_models import Figures
from bot.desk.figures import figures
from bot.desk.page_desk import PageDesk


class ConsoleDesk(PageDesk):
    """One method a use case, each in a transaction of its own."""

    async def canned(self) -> list[CannedReply]:
        """List the canned replies by title."""
        async with self._session() as session:
            return await canned.listed(session)

    async def keep_canned(self, new: NewCannedReply, actor: str) -> None:
        """Keep a canned reply; one of the same title is replaced."""
        async with self._work() as session:
            await canned.keep(session, new, actor, self._clock())

    async def drop_canned(self, reply_id: int, actor: str) -> None:
        """Delete a canned reply; raises NotFound."""
        async with self._work() as session:
            await canned.drop(session, reply_id, actor, self._clock())

    async def noticed(self, conversation_ids: Sequence[str]) -> dict[str, list[str]]:
        """Name the risks that were noticed in conversations."""
        async with self._session() as session:
            return await alarms.noticed(session, conversation_ids)

    async def figures(self, days: int, topics: Sequence[str] = ()) -> Figures:
        """Give the figures of the last days, in the team's time zone; ``topics`` are intents."""
        async with self._work() as session:
            await tally.agree_on(session, topics)
        await self.tally()
        async with self._session() as session:
            return await figures(session, self._clock(), days, self.office.zone)

    async def tally(self) -> None:
        """Tally what changed, by the topics of the last figures; nothing before the first ones."""
        while await self._tallied():
            pass

    async def _tallied(self) -> bool:
        async with self._work() as session:
            return await tally.tally(session)
