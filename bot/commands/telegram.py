"""Tells Telegram where to find us."""

from __future__ import annotations

import asyncio

import click

from bot.bootstrap import call_us_from_telegram
from bot.settings import load_settings


@click.command()
@click.argument("address")
def telegram(address: str) -> None:
    """Tell Telegram to send its updates to ADDRESS, the public https address of the gateway."""
    settings = load_settings()
    if not settings.telegram_token.get_secret_value():
        raise click.ClickException("Set SEEDWARDEN_TELEGRAM_TOKEN and SEEDWARDEN_TELEGRAM_SECRET.")
    if not address.startswith("https://"):
        raise click.ClickException("Telegram calls https addresses only.")
    where = asyncio.run(call_us_from_telegram(settings, address))
    click.echo(f"Telegram sends its updates to {where} now.")
