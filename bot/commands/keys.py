"""The signing key: make one, and close under it what a former one closed."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import asdict

import click

from bot.commands.lines import write
from bot.desk.database import migrate, open_database
from bot.desk.resealing import Resealed, Resealing
from bot.desk.vault import Vault
from bot.settings import Settings, load_settings


@click.group()
def keys() -> None:
    """Change the signing key without logging anybody out."""


@keys.command()
def new() -> None:
    """Print a new key for SEEDWARDEN_SECRET_KEY; nothing is changed."""
    click.echo(secrets.token_hex(32))


@keys.command()
def renew() -> None:
    """Close under SEEDWARDEN_SECRET_KEY what one of SEEDWARDEN_FORMER_KEYS closed."""
    settings = load_settings()
    done = asyncio.run(_renewed(settings))
    write([asdict(done)])
    if done.unreadable:
        raise click.ClickException(
            f"{done.unreadable} entries were closed by a key that is not here and are as they "
            "were. Add it to SEEDWARDEN_FORMER_KEYS and run this again."
        )
    days = -(-settings.token_lifetime // 86400)
    click.echo(
        f"Done. Keep the former keys for {days} days more, until the last customer's access that "
        "they signed has ended; then take them out of SEEDWARDEN_FORMER_KEYS, and delete "
        "secret.key in the state folder if it is one of them. If one was stolen, do so now.",
        err=True,
    )


async def _renewed(settings: Settings) -> Resealed:
    await migrate(settings.desk_url)
    engine = open_database(settings.desk_url)
    held = settings.keys()
    try:
        return await Resealing(engine, held, Vault(settings.var_folder / "attachments", held)).run()
    finally:
        await engine.dispose()
