"""The desk: one method a use case, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.content.language import Language
from bot.desk import conversations, copies, once, outbox, robberies
from bot.desk.attachments import AttachmentDesk
from bot.desk.console_desk import ConsoleDesk
from bot.desk.copies import Pieces
from bot.desk.credentials import Seal
from bot.desk.database import wipe_journal
from bot.desk.door_desk import DoorDesk
from bot.desk.handoff_desk import HandoffDesk
from bot.desk.models import (
    Accepted,
    Choice,
    Conversation,
    Draft,
    Finished,
    Incoming,
    Message,
    TurnEnd,
)
from bot.desk.outbox_desk import OutboxDesk
from bot.desk.outside_desk import OutsideDesk
from bot.desk.proofs import Proofs
from bot.desk.rating_desk import RatingDesk
from bot.desk.record_desk import RecordDesk
from bot.desk.staff import Staff
from bot.desk.ticket_desk import TicketDesk
from bot.desk.units import utc_now
from bot.errors import DeskUnavailable
from bot.keys import Keys

__all__ = ["Desk", "utc_now"]


class Desk(
    TicketDesk,
    HandoffDesk,
    OutsideDesk,
    RecordDesk,
    ConsoleDesk,
    RatingDesk,
    OutboxDesk,
    AttachmentDesk,
    DoorDesk,
):
    """Conversations, messages, tickets and hand-offs; the only door to the database."""

    async def is_ready(self) -> bool:
        """True when the database answers."""
        try:
            async with self._session() as session:
                await session.execute(text("SELECT 1"))
        except DeskUnavailable:
            return False
        return True

    def staff(self, seal: Seal) -> Staff:
        """The support team, on the same database."""
        return Staff(self._engine, seal, clock=self._clock)

    def proofs(self, keys: Keys) -> Proofs:
        """Proof by e-mail, on the same database."""
        return Proofs(self._engine, keys, clock=self._clock)

    async def create_conversation(
        self, language: Language, *, is_chosen: bool, channel: str = "web"
    ) -> Conversation:
        """Begin a conversation that the bot owns."""
        async with self._work() as session:
            return await conversations.create(
                session, channel, language, is_chosen=is_chosen, now=self._clock()
            )

    async def conversation(self, conversation_id: str) -> Conversation:
        """Give a conversation as it stands; raises NotFound."""
        async with self._session() as session:
            return await conversations.load(session, conversation_id)

    async def standings(self, conversation_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Tell last number and epoch of conversations; one that is gone is left out."""
        async with self._session() as session:
            return await once.standings(session, conversation_ids)

    async def accept(
        self,
        conversation_id: str,
        incoming: Incoming,
        known: int | None = None,
        pieces: Pieces | None = None,
    ) -> Accepted:
        """Store a customer's message once; raises NotFound, and Overtaken as to ``known``.

        One that tells of a robbery under way makes the conversation's tickets urgent. ``pieces``
        are earlier messages that turned out to belong to its secret: they are overwritten, and it
        is noted that Rasa must forget them, in the same moment, so that no kill comes in between.
        """
        try:
            async with self._work() as session:
                if incoming.signal is not None:
                    await robberies.hurry(session, conversation_id, self._by("bot"))
                accepted = await conversations.accept(
                    session, conversation_id, incoming, self._clock(), known
                )
                if pieces is not None:
                    debt = await self._take_back(session, conversation_id, incoming, pieces)
                    accepted = replace(accepted, debt=debt)
        except IntegrityError:
            # The unique key decides, not a look before: two processes may ask at once.
            found = await self.find_accepted(conversation_id, incoming.client_id)
            if found is None:
                raise
            return found
        if pieces is not None:
            await wipe_journal(self._engine)
        return accepted

    async def _take_back(
        self, session: AsyncSession, conversation_id: str, incoming: Incoming, pieces: Pieces
    ) -> int:
        words, kind = incoming.text, incoming.findings[0]
        await copies.overwrite(session, conversation_id, pieces.message_ids, words, kind)
        return await outbox.add(session, pieces.owed, self._clock()) or 0

    async def look(
        self, conversation_id: str, client_id: str
    ) -> tuple[Conversation, Accepted | None]:
        """Give a conversation, and what was stored under a ``client_id``; raises NotFound."""
        async with self._session() as session:
            return await once.look(session, conversation_id, client_id)

    async def find_accepted(self, conversation_id: str, client_id: str) -> Accepted | None:
        """Give what was stored under a ``client_id``, or None."""
        async with self._session() as session:
            return await once.find(session, conversation_id, client_id)

    async def say(self, conversation_id: str, drafts: Sequence[Draft]) -> list[Message]:
        """Store messages that answer nothing; raises NotFound."""
        async with self._work() as session:
            return await conversations.say(session, conversation_id, drafts, self._clock())

    async def answer(
        self, conversation_id: str, drafts: Sequence[Draft], end: TurnEnd
    ) -> list[Message] | None:
        """Store a turn's replies once; None when the conversation changed hands meanwhile."""
        finished = await self.finish(conversation_id, drafts, end)
        return None if finished is None else list(finished.replies)

    async def finish(
        self, conversation_id: str, drafts: Sequence[Draft], end: TurnEnd
    ) -> Finished | None:
        """Store a turn's replies as ``answer`` does, and give the conversation as it is then.

        Of two processes that finished the same turn the second gets what the first one stored.
        """
        try:
            async with self._work() as session:
                return await conversations.answer(
                    session, conversation_id, drafts, end, self._clock()
                )
        except IntegrityError:
            async with self._session() as session:
                conversation = await conversations.load(session, conversation_id)
                replies = await once.replies_to(session, end.message_id)
                return Finished(conversation, tuple(replies))

    async def messages(
        self, conversation_id: str, after: int = 0, limit: int = 500
    ) -> list[Message]:
        """List messages above a sequence number, in order."""
        async with self._session() as session:
            return await conversations.messages(session, conversation_id, after, limit)

    async def offered_choices(self, conversation_id: str) -> list[Choice]:
        """List the choices the customer may click now."""
        async with self._session() as session:
            return await conversations.offered(session, conversation_id)

    async def change_language(
        self, conversation_id: str, language: Language, *, is_chosen: bool = True
    ) -> None:
        """Set the language in which the conversation goes on."""
        async with self._work() as session:
            await conversations.change_language(
                session, conversation_id, language, is_chosen=is_chosen
            )
