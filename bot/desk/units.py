"""Units of work on the desk's database: what all its services stand on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime

from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from bot.content.office_hours import OfficeHours
from bot.desk.calendar import Calendar
from bot.errors import DeskUnavailable


def utc_now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


class Units:
    """Opens units of work, and knows the time and the team's calendar."""

    def __init__(
        self,
        engine: AsyncEngine,
        clock: Callable[[], datetime] = utc_now,
        office: OfficeHours | None = None,
    ) -> None:
        self._engine = engine
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)
        self._looks = async_sessionmaker(_without_transactions(engine), expire_on_commit=False)
        self._clock = clock
        self._calendar = Calendar(self._sessions, office)

    @property
    def office(self) -> OfficeHours:
        """The team's calendar as it stands."""
        return self._calendar.hours

    @office.setter
    def office(self, fixed: OfficeHours | None) -> None:
        self._calendar.hours = fixed

    @asynccontextmanager
    async def _work(self) -> AsyncIterator[AsyncSession]:
        """A unit of work: kept when the block ends well, undone when it does not."""
        await self._calendar.refresh()
        with _named():
            async with self._sessions() as session, session.begin():
                yield session

    @asynccontextmanager
    async def _session(self) -> AsyncIterator[AsyncSession]:
        """A look that changes nothing."""
        await self._calendar.refresh()
        with _named():
            async with self._looks() as session:
                yield session

    async def close(self) -> None:
        """Give the connections back."""
        await self._engine.dispose()


def _without_transactions(engine: AsyncEngine) -> AsyncEngine:
    """An engine for looks: a server need not be told where each begins and ends.

    SQLite's driver begins none for a look, and would need a statement to be told so.
    """
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def _named() -> Iterator[None]:
    """Turn the driver's errors into ours; a unique key that holds is no failure."""
    try:
        yield
    except IntegrityError:
        raise
    except (SQLAlchemyError, OSError) as error:
        raise DeskUnavailable(type(error).__name__) from None
