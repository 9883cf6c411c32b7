"""Fixtures that all tests share: servers that may be missing are skipped by name or required."""

from __future__ import annotations

import asyncio
import os
import socket
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import asyncpg
import pytest

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


@pytest.fixture
def postgres_url():
    """A database of its own on the PostgreSQL server, dropped afterwards."""
    name = f"seedwarden_{uuid4().hex[:12]}"
    try:
        on_postgres(f'CREATE DATABASE "{name}"')
    except (OSError, asyncpg.PostgresError):
        missing("postgres", f"no server answers at {POSTGRES}")
    yield f"{POSTGRES.replace('postgresql://', 'postgresql+asyncpg://')}/{name}"
    on_postgres(f'DROP DATABASE "{name}" WITH (FORCE)')
