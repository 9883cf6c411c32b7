"""What a change at the desk makes the gateway do: mail that there is news, ask for a rating."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import outbox
from bot.desk.models import Status
from bot.desk.outbox import Order
from bot.desk.proof_tables import MailAddressRow
from bot.desk.tables import TicketRow

TICKET_NEWS: Final = "ticket_news"
ASK_RATING: Final = "ask_rating"
_CALM: Final = timedelta(minutes=2)
"""Several changes within so short a time are one piece of news."""
_WORTH_ASKING: Final = timedelta(days=7)


async def happened(session: AsyncSession, conversation_id: str, now: datetime) -> None:
    """Have a mail say that there is news, where the customer confirmed an address."""
    confirmed = select(MailAddressRow.conversation_id).where(
        MailAddressRow.conversation_id == conversation_id,
        MailAddressRow.confirmed_at.is_not(None),
    )
    if await session.scalar(confirmed) is None:
        return
    order = Order(
        TICKET_NEWS,
        now + _CALM,
        conversation_id,
        key=f"{TICKET_NEWS}:{conversation_id}",
        payload={"at": now.isoformat()},
    )
    await outbox.add(session, order, now)


async def moved(session: AsyncSession, row: TicketRow, to: Status, now: datetime) -> None:
    """Tell of a ticket's new status, and have the customer asked how it was once it is solved."""
    await happened(session, row.conversation_id, now)
    if to in {"solved", "closed"}:
        order = Order(
            ASK_RATING,
            now,
            row.conversation_id,
            key=f"{ASK_RATING}:{row.reference}",
            payload={"reference": row.reference},
            expires_at=now + _WORTH_ASKING,
        )
        await outbox.add(session, order, now)
