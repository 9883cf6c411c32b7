"""What was copied from a message before it turned out to be a piece of a secret: taken back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from bot.desk import conversations, teaching
from bot.desk.handoff_tables import CaseBriefRow
from bot.desk.joining import findable
from bot.desk.outbox import Order
from bot.desk.tables import MessageRow, TicketRow
from bot.guard.findings import SecretKind
from bot.guard.safetext import SafeText


@dataclass(frozen=True, slots=True)
class Pieces:
    """Earlier messages that turned out to be pieces of a secret, and what is owed for them."""

    message_ids: tuple[str, ...]
    owed: Order


async def overwrite(
    session: AsyncSession,
    conversation_id: str,
    message_ids: Sequence[str],
    placeholder: SafeText,
    kind: SecretKind,
) -> None:
    """Overwrite earlier messages, and whatever was copied from them."""
    await take_back(session, conversation_id, message_ids, placeholder)
    await conversations.redact(session, conversation_id, message_ids, placeholder, kind)
    await teaching.forget_words(session, message_ids)


async def take_back(
    session: AsyncSession,
    conversation_id: str,
    message_ids: Sequence[str],
    placeholder: SafeText,
) -> None:
    """Mask the messages' words in the conversation's tickets, and drop the brief of its case.

    Call it while the messages still have their words. The next turn writes a new brief.
    """
    words = (
        await session.scalars(select(MessageRow.text).where(MessageRow.id.in_(message_ids)))
    ).all()
    brief = delete(CaseBriefRow).where(CaseBriefRow.conversation_id == conversation_id)
    await session.execute(brief)
    tickets = await session.scalars(
        select(TicketRow)
        .where(TicketRow.conversation_id == conversation_id)
        .options(selectinload(TicketRow.fields), selectinload(TicketRow.aliases))
    )
    for ticket in tickets:
        for field in ticket.fields:
            if _copied(field.value, words):
                field.value = placeholder
        ticket.summary = "\n".join(
            placeholder if _copied(line, words) else line for line in ticket.summary.split("\n")
        )
        ticket.search = findable(ticket)


def _copied(value: str, words: Sequence[str]) -> bool:
    """Whether a value holds a message's words, or is most of them."""
    mine = value.strip()
    return any(
        bool(text.strip())
        and (text.strip() in mine or (mine in text and 2 * len(mine) >= len(text.strip())))
        for text in words
    )
