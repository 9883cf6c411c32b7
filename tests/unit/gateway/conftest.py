"""A real gateway over HTTP on a free port; only Rasa is a fake that says what the test wants."""

from __future__ import annotations

import asyncio
import contextlib
import socket

import httpx
import pytest
import uvicorn
from fastapi import APIRouter

from bot.bootstrap import build_gateway
from bot.desk.database import open_database
from bot.desk.service import Desk
from bot.settings import Settings
from tests.cast import Customer, FakeEngine


@pytest.fixture
def settings(migrated_folder):
    return Settings(
        var=migrated_folder,
        messages_per_minute=40,
        conversations_per_hour=5,
        requests_per_minute=9999,
    )


@pytest.fixture
def engine():
    return FakeEngine()


@pytest.fixture
async def desk(settings):
    desk = Desk(open_database(settings.desk_url))
    yield desk
    await desk.close()


@contextlib.asynccontextmanager
async def serving(app):
    server = uvicorn.Server(
        uvicorn.Config(
            app, log_config=None, access_log=False, ws="none", timeout_graceful_shutdown=1
        )
    )
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        task = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
            await asyncio.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            await task


@pytest.fixture
async def http(settings, desk, engine):
    app = build_gateway(settings, desk, engine, APIRouter())
    async with (
        serving(app) as address,
        httpx.AsyncClient(base_url=address, timeout=20) as client,
    ):
        yield client


@pytest.fixture
async def customer(http):
    return await Customer(http).begin()
