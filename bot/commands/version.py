"""The product's version, as pyproject.toml states it."""

from __future__ import annotations

import click
import tomllib

from bot.settings import ROOT


@click.command()
def version() -> None:
    """Print the version."""
    click.echo(f"seedwarden {current()}")


def current() -> str:
    """The version alone: "0.1.0"."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])
