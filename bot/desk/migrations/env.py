"""Runs the desk's migrations; Alembic imports this file."""

from __future__ import annotations

import asyncio

from alembic import context
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.desk import every_table  # noqa: F401 - tables are known to Base once imported
from bot.desk.database import open_database
from bot.desk.tables import Base


def _run(connection: Connection) -> None:
    if context.config.attributes.get("leaves_newer") and _is_newer(connection):
        return  # a newer gateway was here; what it added, ours may leave out
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def _is_newer(connection: Connection) -> bool:
    found = MigrationContext.configure(connection).get_current_revision()
    newest = ScriptDirectory.from_config(context.config).get_current_head()
    return found is not None and newest is not None and found > newest


async def _connect_and_run(url: str) -> None:
    engine = open_database(url)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_run)
            await connection.commit()
    finally:
        await engine.dispose()


asyncio.run(_connect_and_run(context.config.attributes["url"]))
