"""What an operator does with customers' data: export, erase, keep no longer than allowed."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Final, TypeVar

import click

from bot.bootstrap import periods_of
from bot.commands.lines import write
from bot.content import load_content
from bot.desk import blocks, incident, paper, transcript
from bot.desk.database import open_database
from bot.desk.records import Left
from bot.desk.service import Desk
from bot.errors import NotFound, SeedwardenError
from bot.settings import ROOT, load_settings

ACTOR: Final = "operator"
_Result = TypeVar("_Result")
_NOTHING: Final = "There is no conversation under this id, and no ticket under this reference."


@click.command()
@click.argument("conversation")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(conversation: str, *, yes: bool) -> None:
    """Erase a conversation, named by its id or a ticket's reference, with all that hangs on it."""
    if not yes:
        click.confirm("Nobody can bring it back. Erase it?", abort=True)

    async def erased(desk: Desk) -> None:
        await desk.erase(await _named(desk, conversation), ACTOR)

    asyncio.run(_at_the_desk(erased))
    click.echo("Erased. Rasa forgets it within a minute of the gateway's running.", err=True)


@click.command()
@click.argument("conversation")
@click.option(
    "--format",
    "form",
    default="json",
    show_default=True,
    type=click.Choice(["json", "md", "pdf", "incident"]),
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path))
def export(conversation: str, form: str, output: Path | None) -> None:
    """Give the record of a conversation, named by its id or a ticket's reference."""

    async def read(desk: Desk) -> Left:
        left = await desk.left(await _named(desk, conversation))
        await desk.exported(left.conversation_id, ACTOR, f"format={form}")
        return left

    content = _written(asyncio.run(_at_the_desk(read)), form)
    if output is None:
        sys.stdout.buffer.write(content)
    else:
        output.write_bytes(content)


@click.command()
@click.option("--dry-run", is_flag=True, help="Count only.")
def retain(*, dry_run: bool) -> None:
    """Delete what is older than its class of data may be; the gateway does it every night."""
    periods = periods_of(load_settings())
    retained = asyncio.run(_at_the_desk(lambda desk: desk.retain(periods, dry_run=dry_run)))
    write([{**asdict(retained), "dry_run": dry_run}])


async def _named(desk: Desk, name: str) -> str:
    """The conversation of an id or of a ticket's reference."""
    try:
        return (await desk.ticket(name)).conversation_id
    except NotFound:
        return name


async def _at_the_desk(order: Callable[[Desk], Awaitable[_Result]]) -> _Result:
    desk = Desk(open_database(load_settings().desk_url))
    try:
        return await order(desk)
    except NotFound:
        raise click.ClickException(_NOTHING) from None
    except SeedwardenError as error:
        raise click.ClickException(str(error)) from None
    finally:
        await desk.close()


def _written(left: Left, form: str) -> bytes:
    plain = transcript.record(left)
    digest = transcript.fingerprint(plain)
    if form == "json":
        return transcript.written(plain, digest)
    content = load_content(ROOT)
    report = incident.blocks(left, content, digest)
    if form == "incident":
        if not report:
            raise click.ClickException("No theft was told in this conversation.")
        return paper.pdf(report, left.conversation_id)
    whole = [*transcript.blocks(left, content, digest), *report]
    if form == "md":
        return blocks.markdown(whole).encode()
    return paper.pdf(whole, left.conversation_id)
