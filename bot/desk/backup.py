"""The desk's rows on their way out and back, in a form that no database's name stands in.

A row is one line of JSON, so that what was saved from SQLite can be restored into PostgreSQL.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    Table,
    Text,
    func,
    insert,
    inspect,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

from bot.desk import every_table  # noqa: F401 - tables are known to Base once imported
from bot.desk.tables import Base, UtcTime
from bot.errors import SeedwardenError

AT_ONCE: Final = 1000
_CIRCLE: Final = 2**256
_NOT_OURS: Final = frozenset({"alembic_version", "rasa_trackers"})
"""Alembic's own, and Rasa's scratchpad where it stands in the same database."""
_DERIVED: Final = frozenset({"tally", "tally_due", "tally_topics"})
"""Made anew from the other tables, by the database's own triggers."""


class BackupBroken(SeedwardenError):
    """A backup cannot be made or restored; the message says what is as it was."""


@dataclass(slots=True)
class Sum:
    """Counts lines and adds up their SHA-256: the same for the same lines in any order."""

    count: int = 0
    total: int = 0

    def add(self, line: bytes) -> None:
        """Count one line in."""
        self.count += 1
        self.total = (self.total + int.from_bytes(hashlib.sha256(line).digest(), "big")) % _CIRCLE

    def told(self) -> dict[str, Any]:
        """The sum as a manifest holds it."""
        return {"count": self.count, "sha256": f"{self.total:064x}"}


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of one table as lines, each with its newline."""

    table: str
    lines: Sequence[bytes]


@dataclass(slots=True)
class Sums:
    """The sums of tables by their name."""

    tables: dict[str, Sum] = field(default_factory=dict)

    def add(self, rows: Rows) -> None:
        """Count rows in."""
        counted = self.tables.setdefault(rows.table, Sum())
        for line in rows.lines:
            counted.add(line)

    def told(self) -> dict[str, dict[str, Any]]:
        """The sums as a manifest holds them."""
        return {name: counted.told() for name, counted in self.tables.items()}


def tables() -> list[Table]:
    """All tables that are saved, each after those that it points to."""
    return [table for table in Base.metadata.sorted_tables if table.name not in _DERIVED]


def begin_snapshot(connection: Connection) -> None:
    """Have all that is read from here on come from one moment, while others write."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN")
    else:
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def revision(connection: Connection) -> str:
    """The revision of the tables; raises BackupBroken where there is none."""
    if not inspect(connection).has_table("alembic_version"):
        raise BackupBroken(
            "The database has no tables of ours. Check SEEDWARDEN_DATABASE_URL and SEEDWARDEN_VAR."
        )
    return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def read(connection: Connection) -> Iterator[Rows]:
    """All rows of all tables that the database has, in pages; at least one page a table.

    Raises:
        BackupBroken: there is a table that we do not know; nothing may be left out in silence.
    """
    known = inspect(connection)
    ours = {table.name for table in tables()}
    strange = ", ".join(sorted(set(known.get_table_names()) - ours - _DERIVED - _NOT_OURS))
    if strange:
        raise BackupBroken(
            f"The database has tables that this version does not know ({strange}); "
            "nothing was written. Use the version that runs there."
        )
    for table in tables():
        if known.has_table(table.name):
            present = {column["name"] for column in known.get_columns(table.name)}
            yield from _pages(connection, table, [c for c in table.columns if c.name in present])


def _pages(connection: Connection, table: Table, columns: Sequence[Column[Any]]) -> Iterator[Rows]:
    keys = list(table.primary_key)
    asked = [_asked(connection, column).label(column.name) for column in columns]
    after: tuple[Any, ...] | None = None
    while True:
        page = select(*asked).order_by(*keys).limit(AT_ONCE)
        if after is not None:
            page = page.where(tuple_(*keys) > tuple_(*after))
        rows = connection.execute(page).mappings().all()
        yield Rows(table.name, [_line(dict(row), columns) for row in rows])
        if len(rows) < AT_ONCE:
            return
        after = tuple(rows[-1][key.name] for key in keys)


def _asked(connection: Connection, column: Column[Any]) -> ColumnElement[Any]:
    """How a column is read; PostgreSQL tells the words of a text vector with marks between them."""
    if connection.dialect.name == "postgresql" and _is_vector(column):
        return func.array_to_string(func.tsvector_to_array(column), " ", type_=Text())
    return column


def _is_vector(column: Column[Any]) -> bool:
    return isinstance(getattr(column.type, "mapping", {}).get("postgresql"), TSVECTOR) or any(
        isinstance(kind, TSVECTOR) for kind in getattr(column.type, "_variant_mapping", {}).values()
    )


def _line(row: Mapping[str, Any], columns: Sequence[Column[Any]]) -> bytes:
    told = {column.name: _told(row[column.name], column) for column in columns}
    return json.dumps(told, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _told(value: Any, column: Column[Any]) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if value is not None and _is_vector(column):
        return " ".join(sorted(str(value).split()))
    return value


def check_empty(connection: Connection) -> None:
    """Raise BackupBroken when any table holds a row: nothing is ever overwritten."""
    for table in tables():
        if (
            inspect(connection).has_table(table.name)
            and connection.execute(select(text("1")).select_from(table).limit(1)).first()
        ):
            raise BackupBroken(
                f"The database is not empty ({table.name} has rows); nothing was changed. Restore "
                "into a new one: set SEEDWARDEN_DATABASE_URL, or SEEDWARDEN_VAR, to it."
            )


def write(connection: Connection, rows: Rows) -> None:
    """Insert rows.

    Raises:
        BackupBroken: there is no such table, or a line is none of ours.
    """
    table = Base.metadata.tables.get(rows.table)
    if table is None:
        raise BackupBroken(
            f"The backup has a table {rows.table} that this version does not know; nothing was "
            "changed. Restore it with the version that made it, or a newer one."
        )
    if rows.lines:
        connection.execute(insert(table), [_row(table, line) for line in rows.lines])


def _row(table: Table, line: bytes) -> dict[str, Any]:
    try:
        return {
            name: _value(value, table.columns[name]) for name, value in json.loads(line).items()
        }
    except (ValueError, KeyError, AttributeError):
        raise BackupBroken(
            f"A row of {table.name} in the backup cannot be read; nothing was changed."
        ) from None


def _value(value: Any, column: Column[Any]) -> Any:
    if value is not None and isinstance(column.type, UtcTime):
        return datetime.fromisoformat(value)
    return value


def count_on(connection: Connection) -> None:
    """Let PostgreSQL number new rows after the restored ones; SQLite does it by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables():
        for column in table.primary_key:
            if isinstance(column.type, Integer) and column is table.autoincrement_column:
                sequence = func.pg_get_serial_sequence(table.name, column.name)
                highest = select(func.max(column)).scalar_subquery()
                connection.execute(select(func.setval(sequence, func.coalesce(highest, 1))))
