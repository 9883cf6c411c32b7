"""The tables of the support team: agents, their recovery codes and their sessions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Boolean, ForeignKey, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.desk.tables import Base, UtcTime


class AgentRow(Base):
    """A person of the support team.

    ``password`` is an argon2id hash, ``totp_secret`` is encrypted, ``setup`` is the fingerprint of
    the one-time set-up token. ``totp_step`` is the last time step whose code was taken.
    """

    __tablename__ = "agent"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    badge: Mapped[str] = mapped_column(String(8), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    languages: Mapped[list[str]] = mapped_column(JSON)
    is_active: Mapped[bool] = mapped_column(Boolean)
    password: Mapped[str | None] = mapped_column(Text)
    totp_secret: Mapped[str | None] = mapped_column(Text)
    is_enrolled: Mapped[bool] = mapped_column(Boolean)
    totp_step: Mapped[int] = mapped_column(Integer)
    setup: Mapped[str | None] = mapped_column(String(64), unique=True)
    setup_until: Mapped[datetime | None] = mapped_column(UtcTime)
    failures: Mapped[int] = mapped_column(Integer)
    locked_until: Mapped[datetime | None] = mapped_column(UtcTime)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    updated_at: Mapped[datetime] = mapped_column(UtcTime)


class RecoveryCodeRow(Base):
    """The fingerprint of a code that replaces the second step once; it is deleted when used."""

    __tablename__ = "agent_recovery_code"

    agent_id: Mapped[str] = mapped_column(
        ForeignKey("agent.id", ondelete="CASCADE"), primary_key=True
    )
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)


class AgentSessionRow(Base):
    """A signed-in browser, by the fingerprint of its token.

    ``is_full`` is false between the password and the second step.
    """

    __tablename__ = "agent_session"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    agent_id: Mapped[str] = mapped_column(ForeignKey("agent.id", ondelete="CASCADE"), index=True)
    is_full: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(UtcTime)
    seen_at: Mapped[datetime] = mapped_column(UtcTime)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
