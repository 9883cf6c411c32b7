"""Opening the desk's database and bringing its tables up to date."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from sqlalchemy import event, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.desk import sqlite_trips
from bot.errors import SeedwardenError

MIGRATIONS: Final = Path(__file__).parent / "migrations"
_SQLITE_PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL",  # gateway and action server write side by side
    "PRAGMA synchronous=NORMAL",  # a killed process loses nothing; a power cut the last moment
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=5000",
    "PRAGMA secure_delete=ON",  # what was redacted is overwritten, not only unlinked
)


class DatabaseNotReady(SeedwardenError):
    """The database cannot be opened or its tables cannot be brought up to date."""


def open_database(url: str) -> AsyncEngine:
    """Make an engine whose errors never show a statement's values.

    SQLite files are created with their folder; PostgreSQL connections are checked before use.
    """
    options: dict[str, Any] = {"hide_parameters": True}
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_async_engine(url, pool_pre_ping=True, pool_size=10, **options)
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    trips = {"async_creator_fn": sqlite_trips.connect}
    engine = create_async_engine(url, connect_args=trips, **options)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in _SQLITE_PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


async def wipe_journal(engine: AsyncEngine) -> None:
    """Empty SQLite's journal, which keeps what was overwritten until it is written back."""
    if engine.dialect.name != "sqlite":
        return
    async with engine.connect() as connection:
        await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))


async def migrate(url: str, revision: str = "head") -> None:
    """Bring the tables to ``revision``; those of a newer version are left as they are.

    Raises:
        DatabaseNotReady: the server refused or a step failed; nothing was half applied.
    """
    try:
        await asyncio.to_thread(_upgrade, url, revision)
    except Exception as error:  # the driver's own errors differ by database
        raise DatabaseNotReady(
            "The desk's database cannot be brought up to date "
            f"({type(error).__name__}). Check SEEDWARDEN_DATABASE_URL and that the server answers."
        ) from error


async def downgrade(url: str, revision: str) -> None:
    """Take the tables back to ``revision``; what newer ones held is lost."""
    await asyncio.to_thread(command.downgrade, alembic_config(url), revision)


def _upgrade(url: str, revision: str) -> None:
    config = alembic_config(url)
    config.attributes["leaves_newer"] = True
    command.upgrade(config, revision)


def alembic_config(url: str) -> Config:
    """Alembic's settings for the desk's migrations."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    return config
