"""What customers said and what came of it, for those who teach the assistant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.tables import MessageRow, TurnRow


@dataclass(frozen=True, slots=True)
class Heard:
    """A customer's message in safe text, what it was taken for, and what followed.

    ``replies`` are the texts it was answered with; ``chosen`` is what the choice sends that the
    customer took next, empty where they went on in words.
    """

    text: str
    language: str
    intent: str
    replies: tuple[str, ...]
    chosen: str


async def heard_since(session: AsyncSession, since: datetime, limit: int) -> list[Heard]:
    """List what the assistant heard and answered, the newest first; nothing with a secret in it."""
    rows = await session.execute(
        select(MessageRow, TurnRow.intent)
        .join(TurnRow, TurnRow.message_id == MessageRow.id)
        .where(MessageRow.author == "customer", MessageRow.at >= since, TurnRow.intent.is_not(None))
        .order_by(MessageRow.at.desc())
        .limit(limit)
    )
    return [
        await _followed(session, message, str(intent))
        for message, intent in rows.all()
        if not message.findings
    ]


async def _followed(session: AsyncSession, message: MessageRow, intent: str) -> Heard:
    """Read on until the customer's next message."""
    later = await session.scalars(
        select(MessageRow)
        .where(
            MessageRow.conversation_id == message.conversation_id,
            MessageRow.seq > message.seq,
        )
        .order_by(MessageRow.seq)
        .limit(10)
    )
    replies: list[MessageRow] = []
    following = ""
    for row in later:
        if row.author == "customer":
            following = row.text
            break
        if row.answers == message.id:
            replies.append(row)
    offered = {choice["label"]: choice["send"] for row in replies for choice in row.choices}
    return Heard(
        text=message.text,
        language=message.language,
        intent=intent,
        replies=tuple(row.text for row in replies),
        chosen=str(offered.get(following, "")),
    )
