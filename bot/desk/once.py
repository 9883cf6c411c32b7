"""What processes learn of each other by the database: who wrote, what is answered, what moved."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.models import Accepted, Conversation, Message
from bot.desk.rows import conversation_from_row, message_from_row
from bot.desk.tables import ConversationRow, MessageRow
from bot.errors import NotFound

# Each message asks this first, so it is put together once.
_LOOK: Final = (
    select(ConversationRow, MessageRow)
    .outerjoin(
        MessageRow,
        (MessageRow.conversation_id == ConversationRow.id)
        & (MessageRow.client_id == bindparam("key")),
    )
    .where(ConversationRow.id == bindparam("conversation"))
)


async def look(
    session: AsyncSession, conversation_id: str, client_id: str
) -> tuple[Conversation, Accepted | None]:
    """Give the conversation, and what was stored under this ``client_id``; raises NotFound."""
    keys = {"conversation": conversation_id, "key": digest(conversation_id, client_id)}
    found = (await session.execute(_LOOK, keys)).one_or_none()
    if found is None:
        raise NotFound("conversation")
    row, message = found
    conversation = conversation_from_row(row)
    before = None if message is None else await _as_before(session, conversation, message)
    return conversation, before


async def find(session: AsyncSession, conversation_id: str, client_id: str) -> Accepted | None:
    """Give the message that was stored under this ``client_id``, or None."""
    try:
        return (await look(session, conversation_id, client_id))[1]
    except NotFound:
        return None


async def wrote_since(session: AsyncSession, conversation_id: str, known: int) -> bool:
    """True when the customer wrote after number ``known``; call it under the conversation's lock.

    The message on its way in is not stored yet, so every one that is found is another one.
    """
    statement = select(MessageRow.seq).where(
        MessageRow.conversation_id == conversation_id,
        MessageRow.seq > known,
        MessageRow.author == "customer",
    )
    return (await session.scalars(statement.limit(1))).first() is not None


async def replies_to(session: AsyncSession, message_id: str) -> list[Message]:
    """List what a customer's message was answered with."""
    rows = await session.scalars(
        select(MessageRow).where(MessageRow.answers == message_id).order_by(MessageRow.seq)
    )
    return [message_from_row(row) for row in rows]


async def standings(
    session: AsyncSession, conversation_ids: Sequence[str]
) -> dict[str, tuple[int, int]]:
    """Tell last number and epoch of each conversation that is still there."""
    rows = await session.execute(
        select(ConversationRow.id, ConversationRow.last_seq, ConversationRow.epoch).where(
            ConversationRow.id.in_(conversation_ids)
        )
    )
    return {conversation_id: (last, epoch) for conversation_id, last, epoch in rows}


async def _as_before(
    session: AsyncSession, conversation: Conversation, row: MessageRow
) -> Accepted:
    replies = tuple(await replies_to(session, row.id)) if row.is_answered else None
    return Accepted(conversation, message_from_row(row), replies, is_new=False)


def digest(conversation_id: str, client_id: str) -> str:
    """Keep only a fingerprint of ``client_id``: a client may put anything into it."""
    return hashlib.sha256(f"{conversation_id}\n{client_id}".encode()).hexdigest()
