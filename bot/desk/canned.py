"""Replies that agents keep at hand: each function is one use case on an open session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.content.language import Language
from bot.desk.audit import record
from bot.desk.canned_tables import CannedReplyRow
from bot.errors import NotFound
from bot.guard.safetext import SafeText


@dataclass(frozen=True, slots=True)
class CannedReply:
    """A reply in both languages."""

    id: int
    title: str
    zh: str
    en: str
    changed_by: str
    at: datetime

    def of(self, language: Language) -> str:
        """The wording in one language."""
        return self.zh if language == "zh" else self.en


@dataclass(frozen=True, slots=True)
class NewCannedReply:
    """A reply to be kept under its title; both wordings passed the outbound guard."""

    title: str
    zh: SafeText
    en: SafeText


async def listed(session: AsyncSession) -> list[CannedReply]:
    """List them by title."""
    rows = await session.scalars(select(CannedReplyRow).order_by(CannedReplyRow.title))
    return [CannedReply(row.id, row.title, row.zh, row.en, row.changed_by, row.at) for row in rows]


async def keep(session: AsyncSession, new: NewCannedReply, actor: str, now: datetime) -> None:
    """Keep a reply; one of the same title is replaced."""
    statement = select(CannedReplyRow).where(CannedReplyRow.title == new.title)
    row = (await session.scalars(statement)).one_or_none()
    if row is None:
        row = CannedReplyRow(title=new.title)
        session.add(row)
    row.zh, row.en, row.changed_by, row.at = str(new.zh), str(new.en), actor, now
    await session.flush()
    record(session, now, actor=actor, action="canned_kept", about=str(row.id))


async def drop(session: AsyncSession, reply_id: int, actor: str, now: datetime) -> None:
    """Delete a reply; raises NotFound."""
    gone = await session.scalars(
        delete(CannedReplyRow).where(CannedReplyRow.id == reply_id).returning(CannedReplyRow.id)
    )
    if gone.one_or_none() is None:
        raise NotFound("canned reply")
    record(session, now, actor=actor, action="canned_dropped", about=str(reply_id))
