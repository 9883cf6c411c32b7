"""The command ``seedwarden``: runs the product, and does batch work on JSON Lines."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import asdict
from typing import Any

import click
import tomllib
import uvicorn

from bot import batch, supervisor
from bot.batch import Answer
from bot.desk.database import migrate as bring_up_to_date
from bot.desk.database import open_database
from bot.desk.models import Ticket
from bot.desk.service import Desk
from bot.errors import NotFound, SeedwardenError
from bot.nlu import launch
from bot.printing import sheet, table
from bot.settings import ROOT, Settings, load_settings
from bot.supervisor.checks import check_interpreter
from bot.supervisor.parts import rasa_python

GRACE_SECONDS = 5
"""How long open event streams may keep a gateway that was told to stop."""


class _Commands(click.Group):
    def invoke(self, ctx: click.Context) -> Any:
        """Show what we foresaw as one sentence, not as a traceback."""
        try:
            return super().invoke(ctx)
        except SeedwardenError as error:
            raise click.ClickException(str(error)) from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """A support assistant for holders of digital money, with guardrails against fraud."""


@main.command()
def run() -> None:
    """Start everything, wait until it is healthy, print the addresses; Ctrl-C stops it."""
    settings = load_settings()
    _say(f"Seedwarden {_version()}")
    asyncio.run(bring_up_to_date(settings.desk_url))
    asyncio.run(supervisor.supervise(settings, ROOT, _say))


@main.command()
@click.option("--if-stale", is_flag=True, help="Only when the data changed since the last time.")
def train(*, if_stale: bool) -> None:
    """Train the model."""
    if not if_stale or launch.model_is_stale(ROOT):
        asyncio.run(supervisor.train(ROOT, load_settings().var_folder, _say))


@main.command()
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
        access_log=False,  # paths hold conversation ids; our own log lines do not
        log_config=None,  # bot.log has the handlers, which redact
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


@main.command()
def migrate() -> None:
    """Bring the desk's database up to date."""
    asyncio.run(bring_up_to_date(load_settings().desk_url))


@main.command()
def version() -> None:
    """Print the version."""
    click.echo(f"seedwarden {_version()}")


@main.command()
def classify() -> None:
    """Name the intent of each line: {"id", "text"} a line."""
    python = rasa_python(ROOT)
    check_interpreter(python)
    # Standard input and output are handed down, so lines stream through without a stop here.
    command = [str(python), "-m", "bot.nlu.classify"]
    environment = dict(os.environ) | launch.training_environment(ROOT)
    sys.exit(subprocess.run(command, check=False, cwd=ROOT, env=environment).returncode)  # noqa: S603


@main.command()
def guard() -> None:
    """Take secrets out of each line: {"id", "text", "conversation"?, "language"?} a line."""
    _write(batch.answer_lines(click.get_binary_stream("stdin"), batch.GuardLines()))


@main.command()
def review() -> None:
    """Judge replies before they are sent: {"id", "text", "author", "language"?} a line."""
    _write(batch.answer_lines(click.get_binary_stream("stdin"), batch.review_line))


@main.command()
@click.argument("contacts", nargs=-1)
def verify(contacts: tuple[str, ...]) -> None:
    """Say whether contacts are genuine: as arguments, or one a line."""
    if contacts:
        _write(batch.verify_line(os.fsencode(contact)) for contact in contacts)
        return
    lines = click.get_binary_stream("stdin")
    _write(batch.verify_line(line) for line in lines if line.strip())


@main.group()
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
        _write(json.loads(json.dumps(asdict(ticket), default=str)) for ticket in found)
    elif whole:
        for ticket in found:
            click.echo(sheet(ticket))
    else:
        click.echo(table(list(found)))


def _write(answers: Iterable[Answer]) -> None:
    """Write answers as they come; exit status 1 at the end when one of them is an error."""
    output = click.get_binary_stream("stdout")
    failed = False
    for answer in answers:
        failed = failed or "error" in answer
        output.write(batch.as_line(answer))
        output.flush()
    if failed:
        sys.exit(1)


def _say(line: str) -> None:
    click.echo(line)
    sys.stdout.flush()


def _version() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])
