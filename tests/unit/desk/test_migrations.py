from __future__ import annotations

import asyncio

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from bot.desk.database import DatabaseNotReady, alembic_config, migrate, open_database
from bot.desk.tables import Base


async def in_database(url, look):
    engine = open_database(url)
    async with engine.connect() as connection:
        found = await connection.run_sync(look)
    await engine.dispose()
    return found


def differences(connection):
    return compare_metadata(MigrationContext.configure(connection), Base.metadata)


async def test_the_migrated_tables_are_the_tables_of_the_code(database_url):
    await migrate(database_url)
    assert await in_database(database_url, differences) == []


async def test_each_step_goes_down_and_up_again(database_url):
    await migrate(database_url)
    await asyncio.to_thread(command.downgrade, alembic_config(database_url), "base")
    tables = await in_database(
        database_url, lambda connection: inspect(connection).get_table_names()
    )
    assert set(tables) <= {"alembic_version"}
    await migrate(database_url)
    assert await in_database(database_url, differences) == []


async def test_a_database_that_cannot_be_opened_is_named_by_its_setting():
    with pytest.raises(DatabaseNotReady, match="SEEDWARDEN_DATABASE_URL"):
        await migrate("sqlite+aiosqlite:////proc/nowhere/desk.db")
