"""Conversations and their messages: each function is one use case on an open session."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, cast
from uuid import uuid4

from sqlalchemy import ColumnElement, ScalarResult, Table, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningUpdate

from bot.content.language import Language
from bot.desk.models import (
    Accepted,
    Choice,
    Conversation,
    Draft,
    Finished,
    Incoming,
    Message,
    TurnEnd,
)
from bot.desk.once import digest, wrote_since
from bot.desk.rows import choice_to_row, conversation_from_row, message_from_row
from bot.desk.tables import ConversationRow, MessageRow, TurnRow
from bot.errors import NotFound, Overtaken
from bot.guard.findings import SecretKind
from bot.guard.safetext import SafeText

BOT_SPEAKS: Final = ("bot", "queue")
"""Whose turn it is to let the bot answer: it goes on helping while the customer waits."""

# Every turn executes these, so they are put together once. What they change is read back by
# RETURNING, or not looked at any more: the session need not find it out by itself.
_AS_READ: Final = {"populate_existing": True, "synchronize_session": False}
_ADVANCE: Final = (
    update(ConversationRow)
    .where(ConversationRow.id == bindparam("which"))
    .values(last_seq=ConversationRow.last_seq + bindparam("more"), updated_at=bindparam("moment"))
    .returning(ConversationRow)
    .execution_options(**_AS_READ)
)
_FOR_THE_BOT: Final = _ADVANCE.where(
    ConversationRow.owner.in_(BOT_SPEAKS),
    ConversationRow.epoch.between(bindparam("under"), bindparam("under") + 1),
)
_IS_ANSWERED: Final = (
    update(MessageRow)
    .where(MessageRow.id == bindparam("which"))
    .values(is_answered=True)
    .execution_options(synchronize_session=False)
)
_KEEP_TURN: Final = insert(cast("Table", TurnRow.__table__))


async def create(
    session: AsyncSession, channel: str, language: Language, *, is_chosen: bool, now: datetime
) -> Conversation:
    """Begin a conversation under a new unguessable id (128 bit)."""
    row = ConversationRow(
        id=secrets.token_hex(16),
        channel=channel,
        language=language,
        language_is_chosen=is_chosen,
        owner="bot",
        epoch=0,
        last_seq=0,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    await session.flush()
    return conversation_from_row(row)


async def load(session: AsyncSession, conversation_id: str) -> Conversation:
    """Give the conversation as it stands.

    Raises:
        NotFound: there is none with this id.
    """
    row = await session.get(ConversationRow, conversation_id, populate_existing=True)
    if row is None:
        raise NotFound("conversation")
    return conversation_from_row(row)


async def accept(
    session: AsyncSession,
    conversation_id: str,
    incoming: Incoming,
    now: datetime,
    known: int | None = None,
) -> Accepted:
    """Store a customer's message under the next number; a closed conversation opens again.

    Raises:
        NotFound: there is no such conversation.
        Overtaken: the customer wrote after number ``known``, the last one that was read.
        IntegrityError: its ``client_id`` is stored already.
    """
    row = await advance(session, conversation_id, 1, now)
    if row is None:
        raise NotFound("conversation")
    # Nobody can have written where no number was given out since.
    moved_on = known is not None and row.last_seq > known + 1
    if known is not None and moved_on and await wrote_since(session, conversation_id, known):
        raise Overtaken
    if row.owner == "closed" and incoming.reopens:  # who writes again begins anew, with the bot
        row.owner, row.epoch = "bot", row.epoch + 1
    message = _customers(incoming, row, now)
    session.add(message)
    await session.flush()
    stored = message_from_row(message)
    return Accepted(conversation_from_row(row), stored, replies=None, is_new=True)


def _customers(incoming: Incoming, row: ConversationRow, now: datetime) -> MessageRow:
    """A customer's message under the number that ``advance`` took just before."""
    signal = [] if incoming.signal is None else [{"signal": incoming.signal}]
    return MessageRow(
        conversation_id=row.id,
        seq=row.last_seq,
        id=incoming.id,
        author="customer",
        text=incoming.text,
        language=incoming.language,
        choices=[],
        findings=[*({"kind": kind} for kind in incoming.findings), *signal],
        client_id=digest(row.id, incoming.client_id),
        answers=None,
        is_answered=False,
        epoch=row.epoch,
        at=now,
    )


async def say(
    session: AsyncSession, conversation_id: str, drafts: Sequence[Draft], now: datetime
) -> list[Message]:
    """Store messages that answer nothing, such as the greeting."""
    row = await advance(session, conversation_id, len(drafts), now)
    if row is None:
        raise NotFound("conversation")
    return store(session, row, drafts, answers=None, now=now)


async def answer(
    session: AsyncSession,
    conversation_id: str,
    drafts: Sequence[Draft],
    end: TurnEnd,
    now: datetime,
) -> Finished | None:
    """Store the replies of a turn, unless a person took the conversation over meanwhile.

    None means fenced: nothing was said, and the turn is recorded so. One step of the epoch is
    let through: from the bot to the queue (a turn that asks for a person) or back.
    """
    row = await _advanced(
        session, _FOR_THE_BOT, conversation_id, len(drafts), now, {"under": end.epoch}
    )
    await session.execute(_IS_ANSWERED, {"which": end.message_id})
    turn = {
        "message_id": end.message_id,
        "conversation_id": conversation_id,
        "outcome": end.outcome if row is not None or not drafts else "fenced",
        "intent": end.intent,
        "duration_ms": end.duration_ms,
        "at": now,
    }
    await session.execute(_KEEP_TURN, turn)
    if row is None:
        return None
    replies = store(session, row, drafts, answers=end.message_id, now=now)
    return Finished(conversation_from_row(row), tuple(replies))


async def messages(
    session: AsyncSession, conversation_id: str, after: int, limit: int
) -> list[Message]:
    """List messages with a sequence number above ``after``, in order."""
    rows = await session.scalars(
        select(MessageRow)
        .where(MessageRow.conversation_id == conversation_id, MessageRow.seq > after)
        .order_by(MessageRow.seq)
        .limit(limit)
    )
    return [message_from_row(row) for row in rows]


async def offered(session: AsyncSession, conversation_id: str) -> list[Choice]:
    """List the choices on the messages since the customer last wrote.

    What they wrote while the engine was away changed nothing: earlier choices are still open.
    """
    rows = await session.execute(
        select(MessageRow, TurnRow.outcome)
        .outerjoin(TurnRow, TurnRow.message_id == MessageRow.id)
        .where(MessageRow.conversation_id == conversation_id)
        .order_by(MessageRow.seq.desc())
        .limit(20)
    )
    choices: list[Choice] = []
    for row, outcome in rows.all():
        if row.author == "customer" and outcome != "engine_unavailable":
            break
        choices.extend(Choice(**choice) for choice in row.choices)
    return choices


async def redact(
    session: AsyncSession,
    conversation_id: str,
    message_ids: Sequence[str],
    placeholder: SafeText,
    kind: SecretKind,
) -> None:
    """Overwrite earlier messages that turned out to be pieces of a secret."""
    await session.execute(
        update(MessageRow)
        .where(MessageRow.conversation_id == conversation_id, MessageRow.id.in_(message_ids))
        .values(text=placeholder, findings=[{"kind": kind}])
    )


async def change_language(
    session: AsyncSession, conversation_id: str, language: Language, *, is_chosen: bool
) -> None:
    """Set the language in which the conversation goes on."""
    await session.execute(
        update(ConversationRow)
        .where(ConversationRow.id == conversation_id)
        .values(language=language, language_is_chosen=is_chosen)
    )


async def advance(
    session: AsyncSession,
    conversation_id: str,
    count: int,
    now: datetime,
    *only_if: ColumnElement[bool],
) -> ConversationRow | None:
    """Take ``count`` sequence numbers in one conditional update, which also is the lock."""
    statement = _ADVANCE.where(*only_if) if only_if else _ADVANCE
    return await _advanced(session, statement, conversation_id, count, now)


async def _advanced(  # noqa: PLR0913, PLR0917 - what the prepared statements take
    session: AsyncSession,
    statement: ReturningUpdate[ConversationRow],
    conversation_id: str,
    count: int,
    now: datetime,
    others: Mapping[str, Any] = MappingProxyType({}),
) -> ConversationRow | None:
    given = {"which": conversation_id, "more": count, "moment": now, **others}
    rows: ScalarResult[ConversationRow] = await session.scalars(statement, given)
    return rows.one_or_none()


def store(
    session: AsyncSession,
    conversation: ConversationRow,
    drafts: Sequence[Draft],
    *,
    answers: str | None,
    now: datetime,
) -> list[Message]:
    """Store messages under the numbers that ``advance`` took just before."""
    first = conversation.last_seq - len(drafts) + 1
    rows = [
        MessageRow(
            conversation_id=conversation.id,
            seq=first + position,
            id=uuid4().hex,
            author=draft.author,
            text=draft.text,
            language=draft.language,
            choices=[choice_to_row(choice) for choice in draft.choices],
            findings=[],
            client_id=None,
            answers=answers,
            is_answered=True,
            epoch=conversation.epoch,
            at=now,
        )
        for position, draft in enumerate(drafts)
    ]
    session.add_all(rows)
    return [message_from_row(row) for row in rows]
