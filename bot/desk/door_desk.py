"""The desk towards messengers: one method a use case, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy.exc import IntegrityError

from bot.desk import doors
from bot.desk.doors import Chat, Doomed, NewChat
from bot.desk.units import Units


class DoorDesk(Units):
    """Which chat is which conversation, and what it has to be told."""

    async def door_conversation(self, door: str, chats: Sequence[str]) -> str | None:
        """The conversation of a chat by any of its fingerprints, or None."""
        async with self._work() as session:
            return await doors.conversation_of(session, door, chats)

    async def door_open(self, new: NewChat) -> bool:
        """Tie a chat to its conversation; false when another process did it first."""
        try:
            async with self._work() as session:
                doors.open_chat(session, new, self._clock())
        except IntegrityError:
            return False
        return True

    async def door_due(self, door: str) -> list[Chat]:
        """List chats that were not told everything."""
        async with self._session() as session:
            return await doors.due(session, door, self._clock())

    async def door_lease(self, chat: Chat) -> Chat | None:
        """Take a chat to tell it; None when another process was first."""
        async with self._work() as session:
            return await doors.lease(session, chat, self._clock())

    async def door_told(self, chat: Chat, seq: int) -> bool:
        """Keep how far a chat was told; false when another process has it by now."""
        async with self._work() as session:
            return await doors.told(session, chat, seq, self._clock())

    async def door_let_go(self, chat: Chat, seq: int) -> None:
        """Give the lease back: the chat was told everything up to a number."""
        async with self._work() as session:
            await doors.let_go(session, chat, seq, self._clock())

    async def door_put_off(self, chat: Chat, wait: float | None = None) -> float:
        """Try a chat again later; gives the seconds."""
        async with self._work() as session:
            return await doors.put_off(session, chat, self._clock(), wait)

    async def door_give_up(self, chat: Chat, seq: int) -> None:
        """Send nothing more until the customer writes again."""
        async with self._work() as session:
            await doors.give_up(session, chat, seq, self._clock())

    async def door_message(self, conversation_id: str, message_id: str, their_id: str) -> None:
        """Keep the messenger's own number of a customer's message, once."""
        with suppress(IntegrityError):
            async with self._work() as session:
                doors.note_message(session, conversation_id, message_id, their_id)

    async def door_doom(self, conversation_id: str, their_id: str) -> None:
        """Have a message deleted in its chat that we never stored, once."""
        with suppress(IntegrityError):
            async with self._work() as session:
                doors.doom(session, conversation_id, their_id, self._clock())

    async def door_doom_stopped(self, conversation_id: str) -> None:
        """Have all messages with secrets deleted that still stand in the chat."""
        async with self._work() as session:
            await doors.doom_stopped(session, conversation_id, self._clock())

    async def door_doomed(self, door: str, conversation_id: str | None = None) -> list[Doomed]:
        """List what has to be deleted in chats now, for one attempt."""
        async with self._work() as session:
            return await doors.doomed(session, door, self._clock(), conversation_id)

    async def door_deleted(self, message_id: str) -> None:
        """A message was deleted in the chat."""
        async with self._work() as session:
            await doors.forget_message(session, message_id)

    async def door_was_taken(self, door: str, number: str) -> bool:
        """True when an update was carried out before."""
        async with self._session() as session:
            return await doors.was_taken(session, door, number)

    async def door_take(self, door: str, number: str, *, tidies: bool = False) -> None:
        """Note that an update was carried out, once; ``tidies`` deletes old ones as well."""
        with suppress(IntegrityError):
            async with self._work() as session:
                if tidies:
                    await doors.tidy(session, self._clock())
                doors.take(session, door, number, self._clock())
