"""The desk towards an outside desk: one method a use case, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy.exc import IntegrityError

from bot.desk import outside, people
from bot.desk.audit import record
from bot.desk.outside import Due
from bot.desk.outside_tables import OutsideRemarkRow
from bot.desk.people_models import Agent
from bot.desk.units import Units
from bot.guard.safetext import SafeText


class OutsideDesk(Units):
    """Tells what an outside desk has to be told, and who is who there."""

    async def outside_due(self, provider: str) -> list[Due]:
        """List what the outside desk does not know yet and no other process is telling it."""
        try:
            async with self._work() as session:
                await outside.adopt(session, provider, self._clock())
        except IntegrityError:
            pass  # another process adopted the same hand-off; it is due all the same
        async with self._session() as session:
            return await outside.due(session, provider, self._clock())

    async def outside_lease(self, due: Due) -> Due | None:
        """Take a conversation to tell of it; None when another process was first."""
        async with self._work() as session:
            return await outside.lease(session, due, self._clock())

    async def outside_progress(self, due: Due, **values: str | int | None) -> None:
        """Keep how far the telling got; raises LeaseLost."""
        async with self._work() as session:
            await outside.note_progress(session, due, self._clock(), **values)

    async def outside_told(self, due: Due) -> None:
        """Give the lease back after all was told."""
        async with self._work() as session:
            await outside.let_go(session, due, self._clock())

    async def outside_put_off(self, due: Due) -> int:
        """Give the lease back after a failure; gives the seconds until the next attempt."""
        async with self._work() as session:
            return await outside.put_off(session, due, self._clock())

    async def outside_remark(self, conversation_id: str, text: SafeText) -> None:
        """Keep a sentence for the agents there."""
        async with self._work() as session:
            session.add(OutsideRemarkRow(conversation_id=conversation_id, text=text))

    async def outside_remarks(self, conversation_id: str) -> list[tuple[int, str]]:
        """List the sentences that wait to be posted, with their numbers."""
        async with self._session() as session:
            return await outside.remarks(session, conversation_id)

    async def outside_remarked(self, remark_id: int) -> None:
        """Forget a sentence; it was posted."""
        async with self._work() as session:
            await outside.drop_remark(session, remark_id)

    async def outside_conversation(self, provider: str, ref: str) -> str | None:
        """The conversation behind the outside desk's number, or None."""
        async with self._session() as session:
            return await outside.by_ref(session, provider, ref)

    async def outside_person(self, provider: str, ref: str) -> Agent | None:
        """Who of the team somebody there is, or None."""
        async with self._session() as session:
            return await outside.person(session, provider, ref)

    async def team_member(self, agent_id: str) -> Agent:
        """Give a person of the team; raises NotFound."""
        async with self._session() as session:
            return await people.load(session, agent_id)

    async def outside_outcome(self, conversation_id: str) -> str:
        """How the last hand-off of a conversation ended."""
        async with self._session() as session:
            return await outside.outcome(session, conversation_id)

    async def outside_link(self, provider: str, ref: str, login: str, actor: str) -> Agent:
        """Say who of the team somebody there is; raises NotFound."""
        async with self._work() as session:
            agent = await people.named(session, login)
            await outside.link(session, provider, ref, agent.id)
            record(
                session,
                self._clock(),
                actor=actor,
                action="linked_outside",
                about=agent.id,
                detail=f"{provider} {ref}",
            )
            return agent

    async def outside_was_taken(self, provider: str, delivery: str) -> bool:
        """True when a webhook was carried out before."""
        async with self._session() as session:
            return await outside.was_taken(session, provider, delivery)

    async def outside_take(self, provider: str, delivery: str) -> None:
        """Note that a webhook was carried out, once."""
        with suppress(IntegrityError):
            async with self._work() as session:
                await outside.take(session, provider, delivery, self._clock())

    async def written_outside(self, provider: str, message_ids: Sequence[str]) -> set[str]:
        """Which of these messages were written on the outside desk itself."""
        async with self._session() as session:
            return await outside.written_there(session, provider, message_ids)
