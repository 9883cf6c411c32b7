"""What processes learn of each other by the database: who wrote, what is answered, what moved."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.models import Message
from bot.desk.rows import message_from_row
from bot.desk.tables import ConversationRow, MessageRow


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
