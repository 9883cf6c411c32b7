"""The team's calendar as it is kept: the newest version in the database, else the file's."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.content.office_hours import (
    CalendarInvalid,
    OfficeHours,
    office_hours,
    read_office_hours,
    written_office_hours,
)
from bot.desk.audit import record
from bot.desk.page_tables import CalendarRow
from bot.errors import SeedwardenError

_FRESH_SECONDS: Final = 1.0
"""For so long another process may still see the version before."""

_log = structlog.get_logger(__name__)


class CalendarChanged(SeedwardenError):
    """Somebody else changed the calendar meanwhile."""

    def __init__(self) -> None:
        super().__init__("The calendar was changed by somebody else. Nothing was stored.")


@dataclass(frozen=True, slots=True)
class Kept:
    """A version of the calendar as it is written; ``version`` 0 is the file's own."""

    version: int
    content: Mapping[str, Any]
    is_own: bool
    changed_by: str
    at: datetime | None


async def kept(session: AsyncSession) -> Kept:
    """Give the calendar that counts, as it is written."""
    row = await _newest(session)
    if row is None:
        return Kept(0, written_office_hours(), is_own=False, changed_by="", at=None)
    content = row.content or written_office_hours()
    return Kept(row.id, content, row.content is not None, row.changed_by, row.at)


async def keep(
    session: AsyncSession,
    content: Mapping[str, Any] | None,
    version: int,
    actor: str,
    now: datetime,
) -> None:
    """Keep a new version; None goes back to the file's.

    Raises:
        CalendarInvalid: it cannot be used, or has no working hour to come.
        CalendarChanged: ``version`` is not the newest any more.
    """
    if content is not None:
        read_office_hours(content).opens(now)
    newest = await _newest(session)
    if (newest.id if newest else 0) != version:
        raise CalendarChanged
    # The next number is taken by name: of two who save at once the key lets one through.
    stored = None if content is None else dict(content)
    session.add(CalendarRow(id=version + 1, content=stored, changed_by=actor, at=now))
    record(session, now, actor=actor, action="calendar_changed", detail=f"version={version + 1}")


class Calendar:
    """The calendar in use: read again when a second has passed, at once after a change here."""

    def __init__(
        self, sessions: async_sessionmaker[AsyncSession], fixed: OfficeHours | None
    ) -> None:
        self._sessions = sessions
        self._fixed = fixed
        self._current: OfficeHours | None = None
        self._version = 0
        self._read_at = float("-inf")

    @property
    def hours(self) -> OfficeHours:
        """The calendar as it was last read."""
        return self._fixed or self._current or office_hours()

    @hours.setter
    def hours(self, fixed: OfficeHours | None) -> None:
        self._fixed = fixed  # None follows the database again

    async def refresh(self, *, at_once: bool = False) -> None:
        """Read it again; where that fails the one before stays in use."""
        now = time.monotonic()
        if self._fixed is not None or (now - self._read_at < _FRESH_SECONDS and not at_once):
            return
        self._read_at = now
        try:
            async with self._sessions() as session:
                row = await _newest(session)
            if row is not None and row.id != self._version:
                self._current = None if row.content is None else read_office_hours(row.content)
                self._version = row.id
        except CalendarInvalid as error:
            _log.error("calendar_not_usable", kind=type(error).__name__)
        except (SQLAlchemyError, OSError):
            return  # whoever asked finds out for themselves that the database is away


async def _newest(session: AsyncSession) -> CalendarRow | None:
    statement = select(CalendarRow).order_by(CalendarRow.id.desc()).limit(1)
    return (await session.scalars(statement)).one_or_none()
