"""Who owns a conversation: every change is one conditional update that raises the epoch.

The update is also the lock: what follows in the same transaction is seen with it or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.content.language import Language
from bot.desk import conversations
from bot.desk.audit import record
from bot.desk.handoff_models import (
    RANKS,
    AlreadyTaken,
    Card,
    Deed,
    HandoffOutcome,
    Held,
    Moved,
    NotWaiting,
    NotYours,
    card_from_row,
    handoff_from_row,
)
from bot.desk.handoff_tables import HandoffRow
from bot.desk.models import Conversation, Draft, Owner
from bot.desk.people_models import Agent
from bot.desk.people_tables import AgentRow
from bot.desk.tables import ConversationRow
from bot.errors import NotFound


async def held(session: AsyncSession, conversation_id: str) -> Held:
    """Tell who holds a conversation; raises NotFound."""
    statement = (
        select(ConversationRow, HandoffRow, AgentRow)
        .outerjoin(
            HandoffRow,
            (HandoffRow.conversation_id == ConversationRow.id) & (HandoffRow.state != "ended"),
        )
        .outerjoin(AgentRow, AgentRow.id == HandoffRow.agent_id)
        .where(ConversationRow.id == conversation_id)
        .execution_options(populate_existing=True)
    )
    found = (await session.execute(statement)).one_or_none()
    if found is None:
        raise NotFound("conversation")
    conversation, handoff, agent = found
    is_persons = conversation.owner == "human"
    return Held(
        conversation_id=conversation.id,
        owner=cast("Owner", conversation.owner),
        epoch=conversation.epoch,
        language=cast("Language", conversation.language),
        agent=card_from_row(agent) if is_persons else None,
        since=handoff.agent_since if is_persons and handoff is not None else None,
        handoff=None if handoff is None else handoff_from_row(handoff),
    )


async def claim(session: AsyncSession, deed: Deed, *, takes_over: bool = False) -> Moved:
    """Give a conversation to an agent: the first one wins, the others learn who that was.

    ``takes_over`` takes it from the bot as well, without anybody having asked for a person.

    Raises:
        AlreadyTaken: a colleague has it.
        NotWaiting: nobody waits there.
    """
    before = await held(session, deed.conversation_id)
    if before.owner == "human":
        return _had(before, deed.agent)
    if before.owner != "queue" and not (takes_over and before.owner == "bot"):
        raise NotWaiting
    conversation = await conversations.load(session, deed.conversation_id)
    if conversation.epoch != before.epoch or not await move(
        session, conversation, "human", deed.now
    ):
        after = await held(session, deed.conversation_id)
        if after.owner == "human":
            return _had(after, deed.agent)
        raise NotWaiting
    row = await _open(session, deed.conversation_id)
    if row is None:
        row = _unasked(conversation, deed.now)
        session.add(row)
    row.state, row.agent_id, row.agent_since = "claimed", deed.agent.id, deed.now
    row.claimed_at = row.claimed_at or deed.now
    await session.flush()
    action = "taken_over" if before.owner == "bot" else "claimed"
    _note(session, deed, action)
    return await moved(session, deed.conversation_id, deed.lines, deed.now)


async def transfer(session: AsyncSession, deed: Deed, to: Card | None) -> Moved:
    """Hand a conversation to a colleague, or back into the queue (None).

    Raises:
        NotYours: it is in other hands.
    """
    await _take(session, deed, "queue" if to is None else "human")
    row = await _open(session, deed.conversation_id)
    if row is None:
        raise NotYours
    row.state = "waiting" if to is None else "claimed"
    row.agent_id, row.agent_since = (None, None) if to is None else (to.id, deed.now)
    await session.flush()
    _note(session, deed, "transferred", "queue" if to is None else to.badge)
    return await moved(session, deed.conversation_id, deed.lines, deed.now)


async def let_go(session: AsyncSession, deed: Deed, outcome: HandoffOutcome) -> Moved:
    """Return a conversation to the bot or close it, each once, with its lines once.

    Raises:
        NotYours: it is in other hands.
    """
    owner: Owner = "closed" if outcome == "closed" else "bot"
    before = await held(session, deed.conversation_id)
    if (before.owner, before.epoch) == (owner, deed.epoch + 1):
        return Moved(before, is_new=False)
    await _take(session, deed, owner)
    await end(session, deed.conversation_id, outcome, deed.now)
    _note(session, deed, outcome)
    return await moved(session, deed.conversation_id, deed.lines, deed.now)


async def check_holds(session: AsyncSession, conversation_id: str, agent: Agent) -> None:
    """Refuse who is not the person in this conversation; call it under the conversation's lock.

    Raises:
        NotYours: somebody else is, or nobody.
    """
    row = await _open(session, conversation_id)
    if row is None or row.state != "claimed" or row.agent_id != agent.id:
        raise NotYours


async def _take(session: AsyncSession, deed: Deed, owner: Owner) -> None:
    """Change the owner of what an agent holds; a lead may act for a colleague."""
    conversation = await conversations.load(session, deed.conversation_id)
    if (conversation.owner, conversation.epoch) != ("human", deed.epoch):
        raise NotYours
    if not await move(session, conversation, owner, deed.now):
        raise NotYours
    if deed.agent.role == "agent":
        await check_holds(session, deed.conversation_id, deed.agent)


def _note(session: AsyncSession, deed: Deed, action: str, detail: str = "") -> None:
    record(
        session,
        deed.now,
        actor=deed.agent.login,
        action=action,
        about=deed.conversation_id,
        detail=detail,
    )


async def move(
    session: AsyncSession, conversation: Conversation, owner: Owner, now: datetime
) -> bool:
    """Compare and swap: true when owner and epoch were still those that were read."""
    swapped = await session.scalars(
        update(ConversationRow)
        .where(
            ConversationRow.id == conversation.id,
            ConversationRow.owner == conversation.owner,
            ConversationRow.epoch == conversation.epoch,
        )
        .values(owner=owner, epoch=conversation.epoch + 1, updated_at=now)
        .returning(ConversationRow.id)
    )
    return swapped.one_or_none() is not None


async def moved(
    session: AsyncSession, conversation_id: str, lines: Sequence[Draft], now: datetime
) -> Moved:
    """Say the lines that go with a move, in its transaction, and tell how it stands now."""
    messages = await conversations.say(session, conversation_id, lines, now) if lines else []
    return Moved(await held(session, conversation_id), tuple(messages))


async def _open(session: AsyncSession, conversation_id: str) -> HandoffRow | None:
    statement = (
        select(HandoffRow)
        .where(HandoffRow.conversation_id == conversation_id, HandoffRow.state != "ended")
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(statement)).one_or_none()


async def end(session: AsyncSession, conversation_id: str, outcome: str, now: datetime) -> None:
    """End the hand-off of a conversation."""
    await session.execute(
        update(HandoffRow)
        .where(HandoffRow.conversation_id == conversation_id, HandoffRow.state != "ended")
        .values(state="ended", outcome=outcome, ended_at=now)
    )


def _unasked(conversation: Conversation, now: datetime) -> HandoffRow:
    return HandoffRow(
        conversation_id=conversation.id,
        reason="taken_over",
        rank=RANKS.index("normal"),
        language=conversation.language,
        requested_at=now,
    )


def _had(before: Held, agent: Agent) -> Moved:
    if before.agent is None:
        raise NotWaiting
    if before.agent.id != agent.id:
        raise AlreadyTaken(before.agent.name, before.agent.badge)
    return Moved(before, is_new=False)
