"""The desk's tables. Only ``bot.desk`` knows them; every text column holds safe text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Boolean,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

FOUND: Final = "CAST(findings AS TEXT) != '[]'"
"""Messages in which the guard found something, as their index knows them."""


class UtcTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite forgets the zone, so it is put back when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Turn the moment to UTC; a moment without zone is a mistake."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without time zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Give the moment back in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """What all tables share."""


class ConversationRow(Base):
    """A conversation: who owns it, under which epoch, and the last sequence number given out."""

    __tablename__ = "conversation"
    __table_args__ = (Index("conversation_by_owner", "owner", "updated_at"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    language_is_chosen: Mapped[bool] = mapped_column(Boolean)
    owner: Mapped[str] = mapped_column(String(16))
    epoch: Mapped[int] = mapped_column(Integer)
    last_seq: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


class MessageRow(Base):
    """One message, in safe text; ``answers`` names the customer's message that it replies to."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("conversation_id", "client_id", name="message_client_id_once"),
        Index("message_by_answers", "answers"),
        Index(
            "message_with_findings", "at", sqlite_where=text(FOUND), postgresql_where=text(FOUND)
        ),
    )

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    id: Mapped[str] = mapped_column(String(32), unique=True)
    author: Mapped[str] = mapped_column(String(16))
    text: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    choices: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    client_id: Mapped[str | None] = mapped_column(String(64))
    answers: Mapped[str | None] = mapped_column(String(32))
    is_answered: Mapped[bool] = mapped_column(Boolean)
    epoch: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcTime)


class TurnRow(Base):
    """How one turn ended, for the desk's figures; durations in milliseconds."""

    __tablename__ = "turn"
    __table_args__ = (
        Index("turn_by_conversation", "conversation_id", "at", "intent"),
        Index("turn_by_outcome", "outcome", "at"),
    )

    message_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), index=True
    )
    outcome: Mapped[str] = mapped_column(String(32))
    intent: Mapped[str | None] = mapped_column(String(64))
    duration_ms: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(UtcTime)


class TicketRow(Base):
    """A ticket: one per case of a conversation, whatever is repeated.

    ``search`` holds the words by which it is found (``bot.desk.searching``); ``carrier``,
    ``tracking_number`` and ``progress`` tell where a returned device is.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("conversation_id", "case_id", name="ticket_case_once"),
        Index("ticket_by_search", "search", postgresql_using="gin"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), index=True
    )
    case_id: Mapped[str] = mapped_column(String(64))
    topic: Mapped[str] = mapped_column(String(64))
    vendor: Mapped[str | None] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(8))
    priority: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(32), index=True)
    summary: Mapped[str] = mapped_column(Text)
    search: Mapped[str] = mapped_column(
        Text().with_variant(TSVECTOR(), "postgresql"), server_default="", deferred=True
    )
    due_at: Mapped[datetime | None] = mapped_column(UtcTime, index=True)
    first_answered_at: Mapped[datetime | None] = mapped_column(UtcTime)
    solved_at: Mapped[datetime | None] = mapped_column(UtcTime)
    carrier: Mapped[str | None] = mapped_column(String(64))
    tracking_number: Mapped[str | None] = mapped_column(String(64))
    progress: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)

    fields: Mapped[list[TicketFieldRow]] = relationship(
        order_by="TicketFieldRow.position", cascade="all, delete-orphan", lazy="raise"
    )
    history: Mapped[list[TicketEventRow]] = relationship(
        order_by="TicketEventRow.id", cascade="all, delete-orphan", lazy="raise"
    )
    aliases: Mapped[list[TicketAliasRow]] = relationship(
        order_by="TicketAliasRow.id", cascade="all, delete-orphan", lazy="raise"
    )


class TicketFieldRow(Base):
    """One collected fact: its name, what kind of value it is, and the value."""

    __tablename__ = "ticket_field"

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("ticket.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int] = mapped_column(Integer)
    kind: Mapped[str] = mapped_column(String(32))
    value: Mapped[str] = mapped_column(Text)


class TicketEventRow(Base):
    """What happened to a ticket, when, and by whom; rows are added, never changed."""

    __tablename__ = "ticket_event"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
    actor: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(32))
    detail: Mapped[str] = mapped_column(Text)


class TicketAliasRow(Base):
    """A second reference of a ticket: that of a later case about the same thing."""

    __tablename__ = "ticket_alias"
    __table_args__ = (UniqueConstraint("ticket_id", "case_id", name="ticket_alias_case_once"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id", ondelete="CASCADE"))
    case_id: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcTime)


class RatingRow(Base):
    """How a customer rated a conversation, 1 to 5; the latest counts."""

    __tablename__ = "rating"

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True
    )
    score: Mapped[int] = mapped_column(Integer)
    comment: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcTime)


class AuditRow(Base):
    """That something happened, never what it was about.

    ``subject`` is a fingerprint: whoever knows the id can prove it, nobody can read it back.
    """

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime, index=True)
    actor: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(64), index=True)
    detail: Mapped[str] = mapped_column(Text)


class ForgettingRow(Base):
    """A conversation that is erased here and that Rasa has yet to forget."""

    __tablename__ = "forgetting"

    conversation_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)
