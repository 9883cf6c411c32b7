"""The tables of the desk's pages: calendar, corrections, own words, what browsers stopped."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.desk.tables import Base, UtcTime


class CalendarRow(Base):
    """One version of the team's calendar, the newest counts; None goes back to the file's."""

    __tablename__ = "calendar"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    changed_by: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcTime)


class CorrectionRow(Base):
    """What a customer's message should have been understood as, by a person at the desk."""

    __tablename__ = "correction"

    message_id: Mapped[str] = mapped_column(
        ForeignKey("message.id", ondelete="CASCADE"), primary_key=True
    )
    intent: Mapped[str] = mapped_column(String(64))
    agent_id: Mapped[str | None] = mapped_column(ForeignKey("agent.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcTime, index=True)


class OwnWordsRow(Base):
    """A customer's message in an agent's own language, as a person wrote it down."""

    __tablename__ = "own_words"

    message_id: Mapped[str] = mapped_column(
        ForeignKey("message.id", ondelete="CASCADE"), primary_key=True
    )
    agent_id: Mapped[str | None] = mapped_column(ForeignKey("agent.id", ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcTime)


class BrowserStopRow(Base):
    """A secret that a customer's browser did not send: its kind, nothing of what was written."""

    __tablename__ = "browser_stop"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(UtcTime, index=True)
