"""What people at the desk note on a customer's message: its right topic, its own-language words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.audit import record
from bot.desk.page_tables import CorrectionRow, OwnWordsRow
from bot.desk.people_models import Agent
from bot.desk.tables import MessageRow
from bot.errors import NotFound
from bot.guard.safetext import SafeText


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a message: the intent it should have had, and an agent's own words."""

    intent: str = ""
    words: str = ""


async def correct(
    session: AsyncSession, agent: Agent, message_id: str, intent: str, now: datetime
) -> None:
    """Note what a customer's message should have been understood as; "" takes it back.

    Raises:
        NotFound: there is no such message of a customer.
    """
    conversation_id = await conversation_of(session, message_id)
    await session.execute(delete(CorrectionRow).where(CorrectionRow.message_id == message_id))
    if intent:
        session.add(CorrectionRow(message_id=message_id, intent=intent, agent_id=agent.id, at=now))
    record(
        session,
        now,
        actor=agent.login,
        action="corrected",
        about=conversation_id,
        detail=intent or "taken back",
    )


async def write_beside(
    session: AsyncSession, agent: Agent, message_id: str, words: SafeText | None, now: datetime
) -> None:
    """Keep a customer's message in an agent's own words; None takes them away.

    Raises:
        NotFound: there is no such message of a customer.
    """
    await conversation_of(session, message_id)
    await session.execute(delete(OwnWordsRow).where(OwnWordsRow.message_id == message_id))
    if words is not None:
        row = OwnWordsRow(message_id=message_id, agent_id=agent.id, text=str(words), at=now)
        session.add(row)


async def beside(session: AsyncSession, conversation_id: str) -> dict[str, Beside]:
    """Give what stands beside the messages of a conversation, by the message's id."""
    rows = await session.execute(
        select(MessageRow.id, CorrectionRow.intent, OwnWordsRow.text)
        .outerjoin(CorrectionRow, CorrectionRow.message_id == MessageRow.id)
        .outerjoin(OwnWordsRow, OwnWordsRow.message_id == MessageRow.id)
        .where(
            MessageRow.conversation_id == conversation_id,
            CorrectionRow.intent.is_not(None) | OwnWordsRow.text.is_not(None),
        )
    )
    return {name: Beside(intent or "", words or "") for name, intent, words in rows}


async def forget_words(session: AsyncSession, message_ids: Sequence[str]) -> None:
    """Take away what was written beside messages that turned out to be pieces of a secret."""
    await session.execute(delete(OwnWordsRow).where(OwnWordsRow.message_id.in_(message_ids)))


async def conversation_of(session: AsyncSession, message_id: str) -> str:
    """Give the conversation of a customer's message; raises NotFound."""
    statement = select(MessageRow.conversation_id).where(
        MessageRow.id == message_id, MessageRow.author == "customer"
    )
    found = await session.scalar(statement)
    if found is None:
        raise NotFound("message")
    return found
