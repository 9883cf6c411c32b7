"""What agents write and read: messages, notes, briefs, reports; functions on an open session."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import conversations
from bot.desk.audit import record
from bot.desk.handoff_models import (
    CaseBrief,
    Deed,
    Note,
    NotYours,
    Report,
    brief_from_row,
    card_from_row,
)
from bot.desk.handoff_tables import (
    AgentMessageRow,
    CaseBriefRow,
    HandoffRow,
    NoteRow,
    ReportRow,
)
from bot.desk.models import Draft, Message
from bot.desk.once import digest
from bot.desk.owning import check_holds
from bot.desk.people_tables import AgentRow
from bot.desk.rows import message_from_row
from bot.desk.tables import ConversationRow, MessageRow
from bot.errors import NotFound
from bot.guard.safetext import SafeText


async def say(
    session: AsyncSession, deed: Deed, draft: Draft, client_id: str, origin: str | None = None
) -> Message:
    """Store an agent's message once, while the conversation is in that agent's hands.

    Raises:
        NotYours: somebody else holds it, or the epoch moved on; nothing was stored.
        IntegrityError: the ``client_id`` is stored already.
    """
    still_mine = (ConversationRow.owner == "human", ConversationRow.epoch == deed.epoch)
    row = await conversations.advance(session, deed.conversation_id, 1, deed.now, *still_mine)
    if row is None:
        raise NotYours
    await check_holds(session, deed.conversation_id, deed.agent)
    (message,) = conversations.store(session, row, [draft], answers=None, now=deed.now)
    await session.flush()
    stored = await session.get(MessageRow, (message.conversation_id, message.seq))
    if stored is not None:
        stored.client_id = key(deed, client_id)
    session.add(
        AgentMessageRow(
            message_id=message.id,
            conversation_id=deed.conversation_id,
            agent_id=deed.agent.id,
            origin=origin,
        )
    )
    await session.flush()
    return message


async def said(session: AsyncSession, deed: Deed, client_id: str) -> Message | None:
    """Give the message that was stored under an agent's ``client_id``, or None."""
    statement = select(MessageRow).where(
        MessageRow.conversation_id == deed.conversation_id,
        MessageRow.client_id == key(deed, client_id),
    )
    row = (await session.scalars(statement)).one_or_none()
    return None if row is None else message_from_row(row)


def key(deed: Deed, client_id: str) -> str:
    """The key of an agent's message, which no customer's ``client_id`` can be."""
    return digest(deed.conversation_id, f"agent\n{deed.agent.id}\n{client_id}")


async def authors(session: AsyncSession, conversation_id: str) -> dict[str, str]:
    """The names of the people behind a conversation's messages, by the message's id."""
    rows = await session.execute(
        select(AgentMessageRow.message_id, AgentRow.name)
        .join(AgentRow, AgentRow.id == AgentMessageRow.agent_id)
        .where(AgentMessageRow.conversation_id == conversation_id)
    )
    return dict(iter(rows))


def refuse(session: AsyncSession, deed: Deed, rules: Sequence[str]) -> None:
    """Note for the lead that an agent's words were held back: which rules, never the words."""
    record(
        session,
        deed.now,
        actor=deed.agent.login,
        action="message_refused",
        about=deed.conversation_id,
        detail=" ".join(sorted(set(rules))),
    )


async def add_note(session: AsyncSession, deed: Deed, text: SafeText) -> Note:
    """Keep a note for colleagues; raises NotFound."""
    await conversations.load(session, deed.conversation_id)
    row = NoteRow(
        conversation_id=deed.conversation_id, agent_id=deed.agent.id, text=text, at=deed.now
    )
    session.add(row)
    await session.flush()
    return Note(row.id, deed.agent.name, str(text), deed.now)


async def notes(session: AsyncSession, conversation_id: str) -> list[Note]:
    """List the notes on a conversation, the oldest first."""
    rows = await session.execute(
        select(NoteRow, AgentRow.name)
        .outerjoin(AgentRow, AgentRow.id == NoteRow.agent_id)
        .where(NoteRow.conversation_id == conversation_id)
        .order_by(NoteRow.id)
    )
    return [Note(row.id, name or "", row.text, row.at) for row, name in rows]


async def keep_brief(session: AsyncSession, brief: CaseBrief, now: datetime) -> None:
    """Keep the latest brief of a conversation; raises NotFound."""
    await conversations.load(session, brief.conversation_id)
    row = await session.get(CaseBriefRow, brief.conversation_id)
    if row is None:
        row = CaseBriefRow(conversation_id=brief.conversation_id)
        session.add(row)
    row.topic, row.vendor, row.priority = brief.topic, brief.vendor, brief.priority
    row.language, row.summary, row.at = brief.language, brief.summary, now
    row.fields = [
        {"name": field.name, "kind": field.kind, "value": field.value} for field in brief.fields
    ]
    row.moods = list(brief.moods)


async def brief(session: AsyncSession, conversation_id: str) -> CaseBrief | None:
    """Give the brief of a conversation, or None where no case was begun."""
    row = await session.get(CaseBriefRow, conversation_id)
    return None if row is None else brief_from_row(row)


async def report(
    session: AsyncSession, conversation_id: str, text: SafeText, now: datetime
) -> None:
    """Keep a customer's report of the person who is, or was last, in the conversation."""
    if await session.get(ConversationRow, conversation_id) is None:
        raise NotFound("conversation")
    last = (
        select(HandoffRow.agent_id)
        .where(HandoffRow.conversation_id == conversation_id, HandoffRow.agent_id.is_not(None))
        .order_by(HandoffRow.id.desc())
        .limit(1)
    )
    agent_id = await session.scalar(last)
    session.add(ReportRow(conversation_id=conversation_id, agent_id=agent_id, text=text, at=now))
    record(session, now, actor="customer", action="person_reported", about=conversation_id)


async def reports(session: AsyncSession, *, hidden_from: str, limit: int = 200) -> list[Report]:
    """List reports, the newest first, without those about the reader."""
    rows = await session.execute(
        select(ReportRow, AgentRow)
        .outerjoin(AgentRow, AgentRow.id == ReportRow.agent_id)
        .where((ReportRow.agent_id != hidden_from) | ReportRow.agent_id.is_(None))
        .order_by(ReportRow.id.desc())
        .limit(limit)
    )
    return [
        Report(row.conversation_id, card_from_row(agent), row.text, row.at) for row, agent in rows
    ]
