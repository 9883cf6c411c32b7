"""Proof by e-mail: addresses that customers left, and codes that were sent there.

Every function does the same work whether or not there is such a conversation or address: who
asks learns nothing from the answer or from the time it took.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.proof_tables import MailAddressRow, MailCodeRow
from bot.desk.tables import ConversationRow, MessageRow

CODE_LIFETIME: Final = timedelta(minutes=10)
MOST_TRIES: Final = 5
MOST_PER_HOUR: Final = 5
"""Codes that one mailbox gets in an hour, whoever asks for them."""
_KEPT: Final = timedelta(days=1)


async def keep_address(
    session: AsyncSession, conversation_id: str, sealed: str, language: str, now: datetime
) -> None:
    """Keep an address until a code proves it; another one takes its place."""
    if await session.get(ConversationRow, conversation_id) is None:
        return
    await session.merge(
        MailAddressRow(
            conversation_id=conversation_id,
            sealed=sealed,
            language=language,
            confirmed_at=None,
            at=now,
        )
    )
    # A code for the address before must not prove this one.
    await void(session, conversation_id, now)
    await session.flush()


async def new_code(
    session: AsyncSession, conversation_id: str | None, *, confirms: bool, now: datetime
) -> str:
    """Note that a code is wanted, and give the note's id; the code is made when it is sent."""
    row = MailCodeRow(
        id=uuid4().hex,
        conversation_id=conversation_id,
        confirms=confirms,
        tries=0,
        expires_at=now + CODE_LIFETIME,
        at=now,
    )
    session.add(row)
    await session.flush()
    return row.id


async def address(
    session: AsyncSession, conversation_id: str, *, confirmed: bool
) -> MailAddressRow | None:
    """Give the address of a conversation, or None; the confirmed one where that is wanted."""
    row = await session.get(MailAddressRow, conversation_id, populate_existing=True)
    return None if row is None or (confirmed and row.confirmed_at is None) else row


async def code(session: AsyncSession, code_id: str, now: datetime) -> MailCodeRow | None:
    """Give a code that is still to be sent, or None."""
    row = await session.get(MailCodeRow, code_id, populate_existing=True)
    return row if row is not None and row.used_at is None and row.expires_at > now else None


async def sent_lately(session: AsyncSession, mailbox: str, now: datetime) -> int:
    """Count the codes that went to a mailbox within an hour."""
    statement = select(func.count()).where(
        MailCodeRow.mailbox == mailbox, MailCodeRow.at > now - timedelta(hours=1)
    )
    return (await session.scalar(statement.select_from(MailCodeRow))) or 0


async def tried(session: AsyncSession, conversation_id: str, now: datetime) -> MailCodeRow | None:
    """Count a try on the latest code of a conversation; None when there is none to try."""
    latest = (
        select(MailCodeRow.id)
        .where(MailCodeRow.conversation_id == conversation_id)
        .where(MailCodeRow.digest.is_not(None), MailCodeRow.used_at.is_(None))
        .order_by(MailCodeRow.at.desc(), MailCodeRow.id)
        .limit(1)
        .scalar_subquery()
    )
    statement = (
        update(MailCodeRow)
        .where(
            MailCodeRow.id == latest,
            MailCodeRow.tries < MOST_TRIES,
            MailCodeRow.used_at.is_(None),
            MailCodeRow.expires_at > now,
        )
        .values(tries=MailCodeRow.tries + 1)
        .returning(MailCodeRow)
        .execution_options(populate_existing=True, synchronize_session=False)
    )
    return (await session.scalars(statement)).one_or_none()


async def use(session: AsyncSession, row: MailCodeRow, now: datetime) -> bool:
    """Use a code up; false when somebody used it a moment ago. It proves the address too."""
    statement = (
        update(MailCodeRow)
        .where(MailCodeRow.id == row.id, MailCodeRow.used_at.is_(None))
        .values(used_at=now)
        .returning(MailCodeRow.id)
        .execution_options(synchronize_session=False)
    )
    if (await session.scalars(statement)).one_or_none() is None:
        return False
    await void(session, row.conversation_id, now)
    if row.confirms:
        await session.execute(
            update(MailAddressRow)
            .where(MailAddressRow.conversation_id == row.conversation_id)
            .values(confirmed_at=now)
            .execution_options(synchronize_session=False)
        )
    return True


async def void(session: AsyncSession, conversation_id: str | None, now: datetime) -> None:
    """Make every code of a conversation useless."""
    await session.execute(
        update(MailCodeRow)
        .where(MailCodeRow.conversation_id == conversation_id, MailCodeRow.used_at.is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )


async def wrote_since(session: AsyncSession, conversation_id: str, moment: datetime) -> bool:
    """True when the customer wrote in the conversation after ``moment``: then it was seen."""
    statement = select(MessageRow.seq).where(
        MessageRow.conversation_id == conversation_id,
        MessageRow.author == "customer",
        MessageRow.at > moment,
    )
    return (await session.scalar(statement.limit(1))) is not None


async def tidy(session: AsyncSession, now: datetime) -> None:
    """Delete codes of yesterday."""
    await session.execute(delete(MailCodeRow).where(MailCodeRow.at < now - _KEPT))
