from __future__ import annotations

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


@pytest.fixture
def migrated_sqlite(migrated_folder):
    """A database of its own, copied: migrating one takes seconds."""
    return f"sqlite+aiosqlite:///{migrated_folder}/desk.db"
