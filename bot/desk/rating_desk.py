"""The desk's ratings: one method a use case, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.desk import asking, conversations
from bot.desk.models import Choice, Draft, Message
from bot.desk.records import Rating
from bot.desk.units import Units
from bot.guard.safetext import SafeText


class RatingDesk(Units):
    """Asks for ratings once a case, and keeps what comes of it."""

    async def ask_rating(
        self, conversation_id: str, about: Sequence[str], lines: Sequence[Draft] = ()
    ) -> bool:
        """Note that a rating is asked for, with the question; false when it was asked before."""
        async with self._work() as session:
            is_new = await asking.ask(session, conversation_id, about, self._clock())
            if is_new and lines:
                await conversations.say(session, conversation_id, lines, self._clock())
            return is_new

    async def ask_rating_of_help(self, conversation_id: str, intents: Collection[str]) -> bool:
        """The same after help without a case: true once, where one of ``intents`` was answered."""
        async with self._work() as session:
            if not await asking.helped(session, conversation_id, intents):
                return False
            return await asking.ask(session, conversation_id, [asking.TALK], self._clock())

    async def ask_rating_of_cases(
        self, conversation_id: str, otherwise: str, lines: Sequence[Draft]
    ) -> bool:
        """Ask about all tickets of a conversation at once; without one about ``otherwise``."""
        async with self._session() as session:
            cases = await asking.cases(session, conversation_id)
        return await self.ask_rating(conversation_id, cases or [otherwise], lines)

    async def rating(self, conversation_id: str) -> Rating | None:
        """Give the rating of a conversation, or None."""
        async with self._session() as session:
            return await asking.rating(session, conversation_id)

    async def comment_rating(self, conversation_id: str, words: SafeText) -> int | None:
        """Add a sentence to a rating; gives its score, or None where there is none."""
        async with self._work() as session:
            return await asking.comment(session, conversation_id, words)

    async def offered_before(self, conversation_id: str, seq: int) -> list[Choice]:
        """List the choices that the customer could click when message ``seq`` was written."""
        async with self._session() as session:
            return await asking.offered_before(session, conversation_id, seq)

    async def settle(self, message: Message, drafts: Sequence[Draft]) -> list[Message]:
        """Store what is said to a message whoever owns the conversation; raises NotFound."""
        async with self._work() as session:
            return await asking.settle(session, message, drafts, self._clock())
