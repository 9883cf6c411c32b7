"""Chats of messengers and what they have to be told; functions on an open session.

As with an outside desk nothing is pushed: what is due is read from the messages each time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.door_tables import DoorChatRow, DoorMessageRow, DoorUpdateRow
from bot.desk.tables import ConversationRow, MessageRow

LEASE: Final = timedelta(seconds=60)
_KEPT: Final = timedelta(days=2)
_LONGEST_PAUSE: Final = 300
_PAUSES: Final = (timedelta(seconds=1), timedelta(minutes=5))
_DELETABLE: Final = timedelta(hours=47)
"""Telegram lets a bot delete a customer's message for two days."""
_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat that has something to be told; ``address`` is encrypted.

    ``lease`` is the name of the lease under which it is told, once it is taken.
    """

    conversation_id: str
    address: str
    told_seq: int
    attempts: int
    lease: str = ""


@dataclass(frozen=True, slots=True)
class NewChat:
    """A chat that becomes a conversation."""

    door: str
    chat: str
    address: str
    conversation_id: str


async def conversation_of(session: AsyncSession, door: str, chats: Sequence[str]) -> str | None:
    """The conversation of a chat, or None; a customer who writes again is back.

    ``chats`` are the fingerprints of one chat under the keys that we have.
    """
    row = await session.scalar(
        select(DoorChatRow).where(DoorChatRow.door == door, DoorChatRow.chat.in_(chats))
    )
    if row is None:
        return None
    row.state = "open"
    return row.conversation_id


def open_chat(session: AsyncSession, new: NewChat, now: datetime) -> None:
    """Tie a chat to its conversation; raises IntegrityError at the flush when it is tied."""
    session.add(
        DoorChatRow(
            conversation_id=new.conversation_id,
            door=new.door,
            chat=new.chat,
            address=new.address,
            state="open",
            told_seq=0,
            attempts=0,
            due_at=now,
            leased_until=now,
            lease="",
        )
    )


async def due(session: AsyncSession, door: str, now: datetime) -> list[Chat]:
    """List chats that were not told everything and are not being told by another process."""
    rows = await session.execute(
        select(
            DoorChatRow.conversation_id,
            DoorChatRow.address,
            DoorChatRow.told_seq,
            DoorChatRow.attempts,
        )
        .join(ConversationRow, ConversationRow.id == DoorChatRow.conversation_id)
        .where(
            DoorChatRow.door == door,
            DoorChatRow.state == "open",
            DoorChatRow.due_at <= now,
            DoorChatRow.leased_until <= now,
            ConversationRow.last_seq > DoorChatRow.told_seq,
        )
        .order_by(DoorChatRow.due_at)
        .limit(_AT_ONCE)
    )
    return [Chat(*row) for row in rows.all()]


async def lease(session: AsyncSession, chat: Chat, now: datetime) -> Chat | None:
    """Take a chat to tell it; None when another process was first, or told it meanwhile."""
    taken = replace(chat, lease=uuid4().hex)
    found = await session.scalars(
        update(DoorChatRow)
        .where(
            DoorChatRow.conversation_id == chat.conversation_id,
            DoorChatRow.leased_until <= now,
            DoorChatRow.told_seq == chat.told_seq,
        )
        .values(leased_until=now + LEASE, lease=taken.lease)
        .returning(DoorChatRow.conversation_id)
    )
    return taken if found.one_or_none() is not None else None


async def told(session: AsyncSession, chat: Chat, seq: int, now: datetime) -> bool:
    """Keep how far a chat was told, and hold on to the lease; false when it was lost."""
    return await _change(session, chat, told_seq=seq, attempts=0, leased_until=now + LEASE)


async def let_go(session: AsyncSession, chat: Chat, seq: int, now: datetime) -> None:
    """Keep how far a chat was told, and give the lease back."""
    await _change(session, chat, told_seq=seq, attempts=0, leased_until=now)


async def put_off(session: AsyncSession, chat: Chat, now: datetime, wait: float | None) -> float:
    """Try a chat again after ``wait`` seconds, or after more each time; gives the seconds."""
    row = await session.get(DoorChatRow, chat.conversation_id, populate_existing=True)
    if row is None or row.lease != chat.lease:
        return 0
    pause = float(min(_LONGEST_PAUSE, 2**row.attempts)) if wait is None else wait
    row.attempts = min(row.attempts + 1, 16)
    row.due_at, row.leased_until = now + timedelta(seconds=pause), now
    return pause


async def give_up(session: AsyncSession, chat: Chat, seq: int, now: datetime) -> None:
    """The customer blocked us: nothing is sent any more until they write again."""
    await _change(session, chat, state="gone", told_seq=seq, leased_until=now)


async def _change(session: AsyncSession, chat: Chat, **values: Any) -> bool:
    """Change a chat under its lease; false when another process has it by now."""
    found = await session.scalars(
        update(DoorChatRow)
        .where(DoorChatRow.conversation_id == chat.conversation_id, DoorChatRow.lease == chat.lease)
        .values(**values)
        .returning(DoorChatRow.conversation_id)
    )
    return found.one_or_none() is not None


def note_message(
    session: AsyncSession, conversation_id: str, message_id: str, their_id: str
) -> None:
    """Keep the messenger's own number of a customer's message."""
    session.add(
        DoorMessageRow(message_id=message_id, conversation_id=conversation_id, their_id=their_id)
    )


@dataclass(frozen=True, slots=True)
class Doomed:
    """A message that has to be deleted in its chat; ``address`` is encrypted."""

    message_id: str
    conversation_id: str
    their_id: str
    address: str


def doom(session: AsyncSession, conversation_id: str, their_id: str, now: datetime) -> None:
    """Have a message deleted that we never stored; raises IntegrityError at the second time."""
    name = hashlib.sha256(f"{conversation_id}/{their_id}".encode()).hexdigest()[:32]
    session.add(
        DoorMessageRow(
            message_id=name,
            conversation_id=conversation_id,
            their_id=their_id,
            doomed_at=now,
            due_at=now,
        )
    )


async def doom_stopped(session: AsyncSession, conversation_id: str, now: datetime) -> None:
    """Have every message deleted that held a secret, with earlier pieces that turned out so."""
    rows = await session.execute(
        select(MessageRow.findings, DoorMessageRow)
        .join(DoorMessageRow, DoorMessageRow.message_id == MessageRow.id)
        .where(
            DoorMessageRow.conversation_id == conversation_id, DoorMessageRow.doomed_at.is_(None)
        )
    )
    for findings, row in rows.all():
        if any("kind" in found for found in findings):
            row.doomed_at = row.due_at = now


async def doomed(
    session: AsyncSession, door: str, now: datetime, conversation_id: str | None
) -> list[Doomed]:
    """List what has to be deleted now, everywhere or in one conversation.

    Each is put off at once, for as long as it was tried already: a failure needs no second step.
    """
    message, chat = DoorMessageRow, DoorChatRow
    wanted = (
        select(message, chat.address)
        .join(chat, chat.conversation_id == message.conversation_id)
        .where(chat.door == door, message.due_at <= now)
        .order_by(message.due_at)
        .limit(_AT_ONCE)
    )
    if conversation_id is not None:
        wanted = wanted.where(message.conversation_id == conversation_id)
    found = []
    for row, address in (await session.execute(wanted)).all():
        tried = now - (row.doomed_at or now)
        again = now + min(_PAUSES[1], max(_PAUSES[0], tried))
        row.due_at = again if tried < _DELETABLE else None
        found.append(Doomed(row.message_id, row.conversation_id, row.their_id, address))
    return found


async def forget_message(session: AsyncSession, message_id: str) -> None:
    """A message was deleted in the chat."""
    await session.execute(delete(DoorMessageRow).where(DoorMessageRow.message_id == message_id))


async def was_taken(session: AsyncSession, door: str, number: str) -> bool:
    """True when an update was carried out before."""
    return await session.get(DoorUpdateRow, (door, number)) is not None


async def tidy(session: AsyncSession, now: datetime) -> None:
    """Delete updates so old that no messenger brings them again."""
    await session.execute(delete(DoorUpdateRow).where(DoorUpdateRow.at < now - _KEPT))


def take(session: AsyncSession, door: str, number: str, now: datetime) -> None:
    """Note that an update was carried out; raises IntegrityError when it was noted before."""
    session.add(DoorUpdateRow(door=door, number=number, at=now))
