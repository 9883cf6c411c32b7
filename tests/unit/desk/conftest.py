from __future__ import annotations

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.desk.database import migrate, open_database
from bot.desk.service import Desk


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def database_url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/desk.db"
    return request.getfixturevalue("postgres_url")


@pytest.fixture
async def desk(database_url):
    await migrate(database_url)
    desk = Desk(open_database(database_url))
    yield desk
    await desk.close()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("migrated") / "desk.db"
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(migrate(f"sqlite+aiosqlite:///{path}"))).result()
    return path


@pytest.fixture
def migrated_sqlite(migrated_file, tmp_path):
    """A database of its own, copied: migrating one takes seconds."""
    shutil.copy(migrated_file, tmp_path / "desk.db")
    return f"sqlite+aiosqlite:///{tmp_path}/desk.db"
