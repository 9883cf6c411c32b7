"""What the desk knows of a robbery under way: each function is one use case on an open session."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import life
from bot.desk.models import Field, OpenTicket
from bot.desk.tables import MessageRow, TicketRow

SIGNAL: Final = "scam_signal"
"""The field of a ticket that names the trick."""


async def told(session: AsyncSession, conversation_id: str) -> str | None:
    """Give the latest signal that the customer's messages raised, or None."""
    rows = await session.scalars(
        select(MessageRow.findings)
        .where(MessageRow.conversation_id == conversation_id, MessageRow.author == "customer")
        .order_by(MessageRow.seq.desc())
    )
    for findings in rows:
        for finding in findings:
            if "signal" in finding:
                return str(finding["signal"])
    return None


async def hurried(session: AsyncSession, order: OpenTicket) -> OpenTicket:
    """Give the order as it must be filed: urgent, with the trick, where a robbery was told."""
    signal = await told(session, order.conversation_id)
    if signal is None:
        return order
    fields = list(order.fields)
    if all(field.name != SIGNAL for field in fields):
        fields.append(Field(SIGNAL, "signal", signal))
    return replace(order, priority="urgent", fields=fields)


async def hurry(session: AsyncSession, conversation_id: str, change: life.Change) -> None:
    """Make the conversation's open tickets urgent."""
    rows = await session.scalars(
        select(TicketRow).where(
            TicketRow.conversation_id == conversation_id, TicketRow.status.in_(life.OPEN)
        )
    )
    for row in rows.all():
        await life.change_priority(session, row, "urgent", change)
