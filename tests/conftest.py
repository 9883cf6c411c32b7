"""Fixtures that all tests share: servers that may be missing are skipped by name or required."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import uuid4

import asyncpg
import pytest

from bot.desk.database import migrate

POSTGRES = os.environ.get("SEEDWARDEN_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432")
REQUIRED = set(os.environ.get("SEEDWARDEN_TEST_REQUIRE", "").split(","))


def missing(what: str, remedy: str) -> None:
    """Skip by name, or fail where SEEDWARDEN_TEST_REQUIRE asks for it."""
    if what in REQUIRED:
        pytest.fail(f"{what} is required here and missing: {remedy}")
    pytest.skip(f"{what} is missing: {remedy}")


def answers(host: str, port: int) -> bool:
    """True when something listens there."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def on_postgres(statement: str) -> None:
    """Run an administrator's statement; in a thread, because a test's loop may be running."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(_on_postgres(statement))).result()


async def _on_postgres(statement: str) -> None:
    admin = await asyncpg.connect(f"{POSTGRES}/postgres", timeout=5)
    await admin.execute(statement)
    await admin.close()


def postgres_address(name: str) -> str:
    """The address of a database on the PostgreSQL server, as the settings name it."""
    return f"{POSTGRES.replace('postgresql://', 'postgresql+asyncpg://')}/{name}"


@contextmanager
def postgres_database(template: str = "template1") -> Iterator[str]:
    """The name of a database of its own on the PostgreSQL server, dropped afterwards."""
    name = f"seedwarden_{uuid4().hex[:12]}"
    try:
        on_postgres(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    except (OSError, asyncpg.PostgresError):
        missing("postgres", f"no server answers at {POSTGRES}")
    yield name
    on_postgres(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def postgres_url():
    """An empty database of its own on the PostgreSQL server."""
    with postgres_database() as name:
        yield postgres_address(name)


@pytest.fixture(scope="session")
def postgres_with_tables():
    """The name of a database whose tables are made, to be copied: making them takes seconds."""
    with postgres_database() as name, ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(migrate(postgres_address(name)))).result()
        yield name


@pytest.fixture
def migrated_postgres(postgres_with_tables):
    """A database of its own on the PostgreSQL server, with its tables."""
    with postgres_database(postgres_with_tables) as name:
        yield postgres_address(name)


@pytest.fixture(scope="session")
def file_with_tables(tmp_path_factory):
    """A SQLite file whose tables are made, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "desk.db"
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(migrate(f"sqlite+aiosqlite:///{path}"))).result()
    return path


@pytest.fixture
def migrated_folder(file_with_tables, tmp_path):
    """A folder for state with a SQLite file of its own, with its tables."""
    shutil.copy(file_with_tables, tmp_path / "desk.db")
    return tmp_path
