"""The tables of the doors: which chat of a messenger is which conversation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.desk.tables import Base, UtcTime


class DoorChatRow(Base):
    """A chat behind a door, and how far it was told what its conversation says.

    ``chat`` is a keyed fingerprint of the messenger's number, ``address`` that number encrypted.
    ``state`` is ``open``, or ``gone`` once the customer blocked us.
    """

    __tablename__ = "door_chat"
    __table_args__ = (Index("door_chat_once", "door", "chat", unique=True),)

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True
    )
    door: Mapped[str] = mapped_column(String(16))
    chat: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    told_seq: Mapped[int] = mapped_column(Integer)
    attempts: Mapped[int] = mapped_column(Integer)
    due_at: Mapped[datetime] = mapped_column(UtcTime)
    leased_until: Mapped[datetime] = mapped_column(UtcTime)
    lease: Mapped[str] = mapped_column(String(32))


class DoorMessageRow(Base):
    """The messenger's own number of a customer's message, so that it can be deleted there.

    ``doomed_at`` is when that was decided, ``due_at`` when it is tried (again).
    """

    __tablename__ = "door_message"

    message_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), index=True
    )
    their_id: Mapped[str] = mapped_column(String(64))
    doomed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    due_at: Mapped[datetime | None] = mapped_column(UtcTime, index=True)


class DoorUpdateRow(Base):
    """An update that was taken, so that it is never taken twice; kept for two days."""

    __tablename__ = "door_update"

    door: Mapped[str] = mapped_column(String(16), primary_key=True)
    number: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime, index=True)
