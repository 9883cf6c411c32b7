"""One inner process alone, for machines on which something else does the supervising."""

from __future__ import annotations

import os
import sys

import click

from bot.errors import SettingInvalid
from bot.settings import ROOT, Settings, load_settings
from bot.supervisor.checks import check_interpreter
from bot.supervisor.parts import NOT_FOR_RASA, rasa_python


@click.command()
def actions() -> None:
    """Serve the action server alone."""
    settings = load_settings()
    _need_tokens(settings, "ACTION")
    _become([sys.executable, "-m", "actions"], dict(os.environ))


@click.command()
def rasa() -> None:
    """Serve Rasa alone, in its own environment."""
    settings = load_settings()
    _need_tokens(settings, "RASA", "ACTION")
    python = rasa_python(ROOT)
    check_interpreter(python)
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(NOT_FOR_RASA)
    }
    given = {"PYTHONPATH": str(ROOT), "SEEDWARDEN_VAR": str(settings.var_folder)}
    _become([str(python), "-m", "bot.nlu.serving"], environment | given)


def _need_tokens(settings: Settings, *which: str) -> None:
    """The supervisor makes tokens for its parts; a part alone must be told them."""
    for name in which:
        token = settings.rasa_token if name == "RASA" else settings.action_token
        if not token.get_secret_value():
            raise SettingInvalid(
                f"SEEDWARDEN_{name}_TOKEN",
                "a process that is started alone needs the token that the others use",
            )


def _become(command: list[str], environment: dict[str, str]) -> None:
    os.chdir(ROOT)
    sys.stdout.flush()
    os.execve(command[0], command, environment)  # noqa: S606 - our own program, no shell
