"""Which conversations a person at the desk may open; every look goes through here."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk import botwatch
from bot.desk.audit import record
from bot.desk.handoff_tables import HandoffRow
from bot.desk.people_models import Agent
from bot.desk.tables import ConversationRow
from bot.errors import NotFound

Place = Literal["own", "queue", "bot", "team"]
"""Why a conversation may be opened: in own hands, waiting, with the bot and in need, by role."""


async def place(session: AsyncSession, agent: Agent, conversation_id: str, now: datetime) -> Place:
    """Tell why this person may open a conversation.

    Raises:
        NotFound: there is none, or it is none of theirs; both look the same.
    """
    conversation = await session.get(ConversationRow, conversation_id, populate_existing=True)
    if conversation is None:
        raise NotFound("conversation")
    if conversation.owner != "queue" and await _last_hands(session, conversation_id) == agent.id:
        return "own"
    if agent.role != "agent":
        return "team"
    if conversation.owner == "queue":
        return "queue"
    if conversation.owner == "bot" and await botwatch.is_in_need(session, conversation_id, now):
        return "bot"
    raise NotFound("conversation")


async def opened(
    session: AsyncSession, agent: Agent, conversation_id: str, action: str, now: datetime
) -> Place:
    """The same, and written down: who opened what, and on which ground.

    Raises:
        NotFound: there is none, or it is none of theirs.
    """
    found = await place(session, agent, conversation_id, now)
    record(session, now, actor=agent.login, action=action, about=conversation_id, detail=found)
    return found


async def _last_hands(session: AsyncSession, conversation_id: str) -> str | None:
    """Who has the conversation, or had it last."""
    statement = (
        select(HandoffRow.agent_id)
        .where(HandoffRow.conversation_id == conversation_id)
        .order_by(HandoffRow.id.desc())
        .limit(1)
    )
    return await session.scalar(statement)
