"""The desk's tickets on a terminal, or as JSON Lines for a program."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict
from datetime import datetime

import click

from bot.commands.batch import Answer
from bot.commands.lines import write
from bot.commands.printing import sheet, table
from bot.desk.database import open_database
from bot.desk.models import Ticket
from bot.desk.service import Desk
from bot.errors import NotFound
from bot.settings import Settings, load_settings


@click.group()
def tickets() -> None:
    """Read the desk's tickets."""


@tickets.command("list")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
def list_tickets(limit: int) -> None:
    """List tickets, the newest first."""

    async def listed(desk: Desk) -> list[Ticket]:
        return await desk.tickets(limit=limit)

    _show(asyncio.run(_at_the_desk(load_settings(), listed)))


@tickets.command("show")
@click.argument("reference")
def show_ticket(reference: str) -> None:
    """Show one ticket with its fields."""

    async def shown(desk: Desk) -> list[Ticket]:
        return [await desk.ticket(reference)]

    _show(asyncio.run(_at_the_desk(load_settings(), shown)), whole=True)


async def _at_the_desk(
    settings: Settings, question: Callable[[Desk], Awaitable[list[Ticket]]]
) -> list[Ticket]:
    desk = Desk(open_database(settings.desk_url))
    try:
        return await question(desk)
    except NotFound:
        raise click.ClickException("There is no ticket under this reference.") from None
    except Exception as error:  # noqa: BLE001 - the driver's own errors differ by database
        raise click.ClickException(
            f"The desk's database gave no answer ({type(error).__name__}). Check "
            "SEEDWARDEN_DATABASE_URL, and bring its tables up to date with 'seedwarden migrate'."
        ) from None
    finally:
        await desk.close()


def _show(found: Iterable[Ticket], *, whole: bool = False) -> None:
    """Print tickets: for a program one JSON object a line, for a person something to read."""
    if not sys.stdout.isatty():
        write(_as_json(ticket) for ticket in found)
    elif whole:
        for ticket in found:
            click.echo(sheet(ticket))
    else:
        click.echo(table(list(found)))


def _as_json(ticket: Ticket) -> Answer:
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(ticket).items()
    }
