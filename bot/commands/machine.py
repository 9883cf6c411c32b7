"""Everything on one machine: train the model, run the three processes."""

from __future__ import annotations

import asyncio
import sys

import click

from bot.commands.version import current
from bot.nlu import launch
from bot.settings import ROOT, load_settings
from bot.supervisor.run import supervise
from bot.supervisor.training import train as train_model


@click.command()
def run() -> None:
    """Start everything, wait until it is healthy, print the addresses; Ctrl-C stops it."""
    settings = load_settings()
    _say(f"Seedwarden {current()}")
    if settings.database_url.get_secret_value():
        # A server that is down is best named before anything starts. The embedded default needs
        # no look ahead: the gateway makes its tables while Rasa, the slowest, is still loading.
        from bot.desk.database import migrate  # noqa: PLC0415 - half a second, rarely needed

        asyncio.run(migrate(settings.desk_url))
    asyncio.run(supervise(settings, ROOT, _say))


@click.command()
@click.option("--if-stale", is_flag=True, help="Only when the data changed since the last time.")
def train(*, if_stale: bool) -> None:
    """Train the model."""
    if not if_stale or launch.model_is_stale(ROOT):
        asyncio.run(train_model(ROOT, load_settings().var_folder, _say))


def _say(line: str) -> None:
    click.echo(line)
    sys.stdout.flush()
