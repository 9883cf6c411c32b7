"""The desk's records: one method a use case, each in a transaction of its own."""

from __future__ import annotations

from dataclasses import asdict

from bot.desk import audit, records, retention
from bot.desk.database import wipe_journal
from bot.desk.records import Left
from bot.desk.retention import Periods, Retained
from bot.desk.units import Units
from bot.guard.safetext import SafeText


class RecordDesk(Units):
    """Rates, exports, erases and keeps no longer than allowed."""

    async def rate(self, conversation_id: str, score: int, comment: SafeText | None) -> None:
        """Note how a customer rates a conversation; the latest counts; raises NotFound."""
        async with self._work() as session:
            await records.rate(session, conversation_id, score, comment, self._clock())

    async def left(self, conversation_id: str) -> Left:
        """Give everything that is kept of a conversation; raises NotFound."""
        async with self._session() as session:
            return await records.left(session, conversation_id)

    async def erase(self, conversation_id: str, actor: str) -> None:
        """Delete a conversation and all that hangs on it, from the file too; raises NotFound."""
        async with self._work() as session:
            await records.erase(session, conversation_id, actor, self._clock())
        await wipe_journal(self._engine)

    async def to_forget(self) -> list[str]:
        """List erased conversations that Rasa has yet to forget."""
        async with self._session() as session:
            return await records.to_forget(session)

    async def forgotten(self, conversation_id: str) -> None:
        """Note that Rasa forgot an erased conversation."""
        async with self._work() as session:
            await records.forgotten(session, conversation_id)
        await wipe_journal(self._engine)

    async def retain(self, periods: Periods, *, dry_run: bool = False) -> Retained:
        """Delete what is older than allowed and count it; a dry run counts and undoes it."""
        async with self._work() as session:
            retained = await retention.retain(session, periods, self._clock())
            if dry_run:
                await session.rollback()
                return retained
            counts = " ".join(f"{name}={number}" for name, number in asdict(retained).items())
            audit.record(session, self._clock(), actor="system", action="retained", detail=counts)
        await wipe_journal(self._engine)
        return retained
