"""A SQLite connection that makes one trip to its thread for a statement, where four are usual.

``aiosqlite`` sends opening a cursor, executing, fetching and closing to the connection's thread one
by one; each trip wakes two threads, which costs more than the statement itself. SQLAlchemy's
dialect fetches every row at once in any case, so all four can be one trip.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, Final, Self

import aiosqlite

_CHUNK: Final = 64
"""Rows a time for those who read as a stream; nobody here does, the base class wants it."""


class TripConnection(aiosqlite.Connection):
    """Differs from its base in the cursors, and ends only transactions that were begun."""

    # The base gives a context that may be awaited; SQLAlchemy only enters it.
    def cursor(self) -> TripCursor:  # type: ignore[override]
        """Give a cursor that costs nothing until it executes."""
        return TripCursor(self)

    async def commit(self) -> None:
        """Keep the transaction, where one was begun."""
        if self.in_transaction:
            await super().commit()

    async def rollback(self) -> None:
        """Undo the transaction, where one was begun; a look at the data begins none."""
        if self.in_transaction:
            await super().rollback()

    async def at_once(self, work: Callable[[sqlite3.Connection], _Result]) -> _Result:
        """Do some work in the connection's thread, in one trip."""
        result: _Result = await self._execute(work, self._conn)  # type: ignore[no-untyped-call]
        return result


class _Result:
    """What one statement left behind."""

    __slots__ = ("description", "lastrowid", "rowcount", "rows")

    def __init__(self, cursor: sqlite3.Cursor) -> None:
        self.description = cursor.description
        self.rows: list[Any] = cursor.fetchall() if cursor.description else []
        self.lastrowid = cursor.lastrowid
        self.rowcount = cursor.rowcount
        cursor.close()


class TripCursor:
    """The part of a cursor that SQLAlchemy's asyncio dialects use."""

    arraysize = 1
    description: Any = None
    lastrowid: int | None = None
    rowcount = -1

    def __init__(self, connection: TripConnection) -> None:
        self._connection = connection
        self._rows: list[Any] = []

    async def __aenter__(self) -> Self:
        """Begin nothing: the first statement does."""
        return self

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> Self:
        """Execute a statement and fetch its rows."""
        return await self._keep(lambda raw: _Result(raw.execute(sql, tuple(parameters))))

    async def executemany(self, sql: str, parameters: Iterable[tuple[Any, ...]]) -> Self:
        """Execute a statement once for each row of parameters."""
        return await self._keep(lambda raw: _Result(raw.executemany(sql, parameters)))

    async def _keep(self, work: Callable[[sqlite3.Connection], _Result]) -> Self:
        result = await self._connection.at_once(work)
        self.description, self._rows = result.description, result.rows
        self.lastrowid, self.rowcount = result.lastrowid, result.rowcount
        return self

    async def fetchall(self) -> list[Any]:
        """Give the rows, which are here already."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Close nothing: the statement's own cursor was closed where it was made."""


def connect(database: str | Path, **options: Any) -> TripConnection:
    """Prepare a connection; it opens when it is awaited, and its thread never keeps us alive."""
    connection = TripConnection(partial(sqlite3.connect, database, **options), _CHUNK)
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does with those it makes
    return connection
