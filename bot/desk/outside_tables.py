"""The tables of an outside desk: which conversation is which there, and who is who."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.desk.tables import Base, UtcTime


class OutsideConversationRow(Base):
    """A conversation's counterpart on an outside desk, and how far it was told there.

    ``told_seq`` is the last sequence number that arrived there, ``telling_seq`` the one that was
    on its way when a call began; ``told_ref`` is what the outside desk called the last one.
    """

    __tablename__ = "outside_conversation"
    __table_args__ = (Index("outside_conversation_by_ref", "provider", "ref", unique=True),)

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True
    )
    provider: Mapped[str] = mapped_column(String(16))
    contact: Mapped[str | None] = mapped_column(String(64))
    ref: Mapped[str | None] = mapped_column(String(64))
    handoff_id: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(16))
    told_seq: Mapped[int] = mapped_column(Integer)
    telling_seq: Mapped[int] = mapped_column(Integer)
    told_ref: Mapped[int] = mapped_column(Integer)
    attempts: Mapped[int] = mapped_column(Integer)
    due_at: Mapped[datetime] = mapped_column(UtcTime)
    leased_until: Mapped[datetime] = mapped_column(UtcTime)
    lease: Mapped[str] = mapped_column(String(32))


class OutsideRemarkRow(Base):
    """A sentence of ours for the agents there that waits to be posted; in safe text."""

    __tablename__ = "outside_remark"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), index=True
    )
    text: Mapped[str] = mapped_column(Text)


class OutsidePersonRow(Base):
    """Who of the team somebody on an outside desk is."""

    __tablename__ = "outside_person"

    provider: Mapped[str] = mapped_column(String(16), primary_key=True)
    ref: Mapped[str] = mapped_column(String(64), primary_key=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("agent.id", ondelete="CASCADE"), index=True)


class OutsideDeliveryRow(Base):
    """A webhook that was taken, so that it is never taken twice; kept for a day."""

    __tablename__ = "outside_delivery"

    provider: Mapped[str] = mapped_column(String(16), primary_key=True)
    delivery: Mapped[str] = mapped_column(String(128), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime, index=True)
