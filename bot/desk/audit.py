"""The audit: who did what, when, about which conversation; rows are added, never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.tables import AuditRow


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit; ``subject`` is a fingerprint, ``detail`` a few names of ours."""

    at: datetime
    actor: str
    action: str
    subject: str
    detail: str


def fingerprint(subject: str) -> str:
    """What stands in the audit for an id: whoever knows the id can find its lines."""
    return hashlib.sha256(subject.encode()).hexdigest() if subject else ""


def record(  # noqa: PLR0913 - one line of the audit has these parts
    session: AsyncSession,
    now: datetime,
    *,
    actor: str,
    action: str,
    about: str = "",
    detail: str = "",
) -> None:
    """Add a line; ``about`` is the id of a conversation, ticket or agent; never a text."""
    session.add(
        AuditRow(at=now, actor=actor, action=action, subject=fingerprint(about), detail=detail)
    )


async def listed(
    session: AsyncSession, *, about: str = "", actions: Sequence[str] = (), limit: int = 200
) -> list[Entry]:
    """List lines, the newest first; about one id, or of some kinds."""
    statement = select(AuditRow).order_by(AuditRow.id.desc()).limit(limit)
    if about:
        statement = statement.where(AuditRow.subject == fingerprint(about))
    if actions:
        statement = statement.where(AuditRow.action.in_(actions))
    return [
        Entry(row.at, row.actor, row.action, row.subject, row.detail)
        for row in await session.scalars(statement)
    ]


async def counted(session: AsyncSession, action: str, since: datetime) -> dict[str, int]:
    """How often each actor did something since a moment."""
    rows = await session.execute(
        select(AuditRow.actor, func.count())
        .where(AuditRow.action == action, AuditRow.at >= since)
        .group_by(AuditRow.actor)
    )
    return dict(iter(rows))
