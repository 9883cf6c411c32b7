"""The desk's tickets on a terminal, or as JSON Lines for a program."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final, get_args

import click

from bot.commands.batch import Answer
from bot.commands.lines import write
from bot.commands.printing import sheet, table
from bot.desk.database import open_database
from bot.desk.life import ParcelInvalid
from bot.desk.models import Parcel, Progress, Status, Ticket
from bot.desk.service import Desk
from bot.desk.tickets import Wanted
from bot.errors import MoveRefused, NotFound
from bot.settings import Settings, load_settings

_LIMIT: Final = click.option(
    "--limit", default=50, show_default=True, type=click.IntRange(1, 10_000)
)
_BY: Final = click.option("--by", default="operator", show_default=True, help="Who does it.")


@click.group()
def tickets() -> None:
    """Read the desk's tickets, and move them on."""


@tickets.command("list")
@_LIMIT
@click.option("--status", multiple=True, type=click.Choice(get_args(Status)))
@click.option("--overdue", is_flag=True, help="Only those whose answer should have been given.")
def list_tickets(limit: int, status: tuple[Status, ...], *, overdue: bool) -> None:
    """List tickets, the newest first."""
    due_before = datetime.now(UTC) if overdue else None
    wanted = Wanted(limit=limit, statuses=status, due_before=due_before)
    _show(asyncio.run(_at_the_desk(load_settings(), lambda desk: desk.find_tickets(wanted))))


@tickets.command("search")
@click.argument("words", nargs=-1, required=True)
@_LIMIT
def search_tickets(words: tuple[str, ...], limit: int) -> None:
    """List the tickets that hold all the words, the newest first."""
    wanted = Wanted(limit=limit, words=" ".join(words))
    _show(asyncio.run(_at_the_desk(load_settings(), lambda desk: desk.find_tickets(wanted))))


@tickets.command("show")
@click.argument("reference")
def show_ticket(reference: str) -> None:
    """Show one ticket with its fields and its history."""

    async def shown(desk: Desk) -> list[Ticket]:
        return [await desk.ticket(reference)]

    _show(asyncio.run(_at_the_desk(load_settings(), shown)), whole=True)


@tickets.command("move")
@click.argument("reference")
@click.argument("status", type=click.Choice(get_args(Status)))
@_BY
def move_ticket(reference: str, status: Status, by: str) -> None:
    """Change a ticket's status; from solved or closed, new reopens it."""

    async def moved(desk: Desk) -> list[Ticket]:
        return [await desk.move_ticket(reference, status, by[:64])]

    _show(asyncio.run(_at_the_desk(load_settings(), moved)), whole=True)


@tickets.command("parcel")
@click.argument("reference")
@click.option("--carrier")
@click.option("--tracking-number")
@click.option("--progress", type=click.Choice(get_args(Progress)))
@_BY
def note_parcel(reference: str, by: str, **given: Any) -> None:
    """Note where a returned device is."""

    async def noted(desk: Desk) -> list[Ticket]:
        return [await desk.note_parcel(reference, Parcel(**given), by[:64])]

    _show(asyncio.run(_at_the_desk(load_settings(), noted)), whole=True)


async def _at_the_desk(
    settings: Settings, question: Callable[[Desk], Awaitable[list[Ticket]]]
) -> list[Ticket]:
    desk = Desk(open_database(settings.desk_url))
    try:
        return await question(desk)
    except NotFound:
        raise click.ClickException("There is no ticket under this reference.") from None
    except (MoveRefused, ParcelInvalid) as error:
        raise click.ClickException(str(error)) from None
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
    plain: Answer = _plain(asdict(ticket))
    return {**plain, "overdue": ticket.is_overdue(datetime.now(UTC))}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value
