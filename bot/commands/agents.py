"""The support team on a terminal: the first admin is made here, without any e-mail."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Final, TypeVar

import click

from bot.bootstrap import open_desk
from bot.commands.lines import write
from bot.desk.credentials import Seal
from bot.desk.database import migrate
from bot.desk.people_models import ROLES, Agent, NewAgent, Role, Setup
from bot.desk.staff import Staff
from bot.errors import NotFound
from bot.settings import Settings, load_settings

_ACTOR: Final = "terminal"
Given = TypeVar("Given")


@click.group()
def agent() -> None:
    """Add, list, disable and reset the people of the support team."""


@agent.command()
@click.argument("login")
@click.option("--name", required=True, help="The name that customers see.")
@click.option(
    "--role",
    type=click.Choice(ROLES),
    help="What the person may do; the first one is an admin unless you say otherwise.",
)
@click.option(
    "--language",
    "languages",
    multiple=True,
    type=click.Choice(["zh", "en"]),
    help="A language the person answers in; may be repeated. Both by default.",
)
def add(login: str, name: str, role: Role | None, languages: tuple[str, ...]) -> None:
    """Add a person and print the one-time set-up link, good for 24 hours."""
    settings = load_settings()

    async def added(staff: Staff) -> Setup:
        chosen: Role = role or ("agent" if await staff.has_admin() else "admin")
        new = NewAgent(login, name, chosen, languages or ("zh", "en"))
        return await staff.add(new, _ACTOR)

    _show_setup(settings, _with_staff(settings, added))


@agent.command()
@click.argument("login")
def reset(login: str) -> None:
    """Take password, second step and sessions away; print a new set-up link."""
    settings = load_settings()
    _show_setup(settings, _with_staff(settings, lambda staff: staff.reset(login, _ACTOR)))


@agent.command()
@click.argument("login")
def disable(login: str) -> None:
    """End a person's access at once; what they wrote stays."""
    person = _with_staff(load_settings(), lambda staff: staff.disable(login, _ACTOR))
    click.echo(f"{person.name} ({person.login}) has no access any more.")


@agent.command()
@click.argument("login")
@click.argument("number")
def link(login: str, number: str) -> None:
    """Say which agent of Chatwoot LOGIN is, by the NUMBER that Chatwoot shows for them."""
    settings = load_settings()

    async def linked() -> Agent:
        await migrate(settings.desk_url)
        desk = open_desk(settings)
        try:
            return await desk.outside_link("chatwoot", number, login, _ACTOR)
        except NotFound:
            raise click.ClickException("There is no agent with this login.") from None
        finally:
            await desk.close()

    person = asyncio.run(linked())
    click.echo(f"What number {number} writes in Chatwoot now comes from {person.name}.")


@agent.command("list")
def list_agents() -> None:
    """List the team: for a person a table, for a program one JSON object a line."""
    found = _with_staff(load_settings(), lambda staff: staff.people())
    if not sys.stdout.isatty():
        write(asdict(person) for person in found)
        return
    for person in found:
        click.echo(
            f"{person.badge}  {person.role:<8} {_state(person):<12} {person.login} · {person.name}"
        )


def _state(person: Agent) -> str:
    if not person.is_active:
        return "disabled"
    return "active" if person.is_enrolled else "not set up"


def _show_setup(settings: Settings, setup: Setup) -> None:
    person = setup.agent
    click.echo(f"{person.name} ({person.login}, {person.role}) has the badge {person.badge}.")
    click.echo("Give this link to that person alone; it works once, until " + _until(setup))
    click.echo(f"  http://{settings.host}:{settings.port}/desk/setup?token={setup.token}")


def _until(setup: Setup) -> str:
    return f"{setup.until:%Y-%m-%d %H:%M} UTC:"


def _with_staff(settings: Settings, question: Callable[[Staff], Awaitable[Given]]) -> Given:
    """Ask the team's service on a database that is up to date."""

    async def asked() -> Given:
        await migrate(settings.desk_url)
        desk = open_desk(settings)
        try:
            return await question(desk.staff(Seal(settings.keys())))
        except NotFound:
            raise click.ClickException("There is no agent with this login.") from None
        finally:
            await desk.close()

    return asyncio.run(asked())
