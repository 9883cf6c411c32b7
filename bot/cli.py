"""The command ``seedwarden``: runs the product, and does batch work on JSON Lines."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import click

from bot.errors import SeedwardenError

_COMMANDS: Final = {
    "actions": "single",
    "agent": "agents",
    "backup": "backup",
    "backup-key": "backup",
    "check": "check",
    "classify": "lines",
    "erase": "records",
    "export": "records",
    "gateway": "service",
    "guard": "lines",
    "keys": "keys",
    "learn": "learn",
    "migrate": "service",
    "model": "model",
    "rasa": "single",
    "restore": "backup",
    "retain": "records",
    "review": "lines",
    "run": "machine",
    "settings": "settings_page",
    "telegram": "telegram",
    "tickets": "tickets",
    "train": "machine",
    "verify": "lines",
    "version": "version",
    "widget-tag": "widget",
}
"""Command → its module in ``bot.commands``, loaded when the command is called: whoever checks
a contact does not wait for the database's libraries."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's interface
        """Name all commands."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Load a command; None where there is none of this name."""
        if cmd_name not in _COMMANDS:
            return None
        found = getattr(
            import_module(f"bot.commands.{_COMMANDS[cmd_name]}"), cmd_name.replace("-", "_")
        )
        if not isinstance(found, click.Command):
            raise TypeError(cmd_name)
        return found

    def invoke(self, ctx: click.Context) -> Any:
        """Show what we foresaw as one sentence, not as a traceback."""
        try:
            return super().invoke(ctx)
        except SeedwardenError as error:
            raise click.ClickException(str(error)) from None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """A support assistant for holders of digital money, with guardrails against fraud."""
