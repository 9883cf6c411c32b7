"""Risks that were noticed in conversations: which robbery, which kinds of secret."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.rows import message_from_row
from bot.desk.tables import FOUND, MessageRow


async def noticed(session: AsyncSession, conversation_ids: Sequence[str]) -> dict[str, list[str]]:
    """Name what was noticed in each conversation, in the order it came."""
    statement = (
        select(MessageRow)
        .where(
            MessageRow.conversation_id.in_(conversation_ids),
            MessageRow.author == "customer",
            text(FOUND),
        )
        .order_by(MessageRow.conversation_id, MessageRow.seq)
    )
    found: dict[str, dict[str, None]] = {}
    for row in await session.scalars(statement):
        message = message_from_row(row)
        marks = found.setdefault(message.conversation_id, {})
        if message.signal is not None:
            marks["scam"] = None
        marks.update(dict.fromkeys(message.findings))
    return {conversation_id: list(marks) for conversation_id, marks in found.items()}
