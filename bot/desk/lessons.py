"""What customers said and what came of it, for those who teach the assistant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.page_tables import CorrectionRow
from bot.desk.tables import MessageRow, TurnRow


@dataclass(frozen=True, slots=True)
class Heard:
    """A customer's message in safe text, what it was taken for, and what followed.

    ``corrected`` is the intent that a person at the desk says it should have been, ``replies`` are
    the texts it was answered with; ``chosen`` is what the choice sends that the customer took next,
    empty where they went on in words.
    """

    text: str
    language: str
    intent: str
    replies: tuple[str, ...]
    chosen: str
    corrected: str = ""


async def heard_since(session: AsyncSession, since: datetime, limit: int) -> list[Heard]:
    """List what the assistant heard and answered; nothing with a secret in it.

    What a person corrected comes first, whatever its age, then the newest. A message that a person
    answered has no intent of the bot; corrected, it is listed all the same.
    """
    heard = MessageRow.at >= since, TurnRow.intent.is_not(None)
    rows = await session.execute(
        select(MessageRow, TurnRow.intent, CorrectionRow.intent)
        .outerjoin(TurnRow, TurnRow.message_id == MessageRow.id)
        .outerjoin(CorrectionRow, CorrectionRow.message_id == MessageRow.id)
        .where(
            MessageRow.author == "customer",
            or_(and_(*heard), CorrectionRow.at >= since),
        )
        .order_by(CorrectionRow.at.is_(None), MessageRow.at.desc())
        .limit(limit)
    )
    return [
        await _followed(session, message, str(intent or ""), str(corrected or ""))
        for message, intent, corrected in rows.all()
        if not message.findings
    ]


async def _followed(
    session: AsyncSession, message: MessageRow, intent: str, corrected: str
) -> Heard:
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
        corrected=corrected,
    )
