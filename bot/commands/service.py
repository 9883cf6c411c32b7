"""The public service alone, for machines on which something else does the supervising."""

from __future__ import annotations

import asyncio
from typing import Final

import click
import uvicorn

from bot.desk import database
from bot.settings import load_settings

GRACE_SECONDS: Final = 5
"""How long open event streams may keep a gateway that was told to stop."""


@click.command()
def gateway() -> None:
    """Serve the public HTTP API and the pages alone."""
    settings = load_settings()
    uvicorn.run(
        "bot.bootstrap:create_gateway",
        factory=True,
        host=settings.host,
        port=settings.port,
        proxy_headers=settings.trust_proxy,
        server_header=False,
        access_log=False,
        log_config=None,  # bot.log has the handlers, which redact
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


@click.command()
def migrate() -> None:
    """Bring the desk's database up to date."""
    asyncio.run(database.migrate(load_settings().desk_url))
