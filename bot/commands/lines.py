"""Batch work: one JSON object a line in, one a line out, in the same order."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable

import click

from bot.commands import batch
from bot.content.profile import use_profile
from bot.guard.contacts import use_reported_lists
from bot.nlu import launch
from bot.settings import ROOT, load_settings
from bot.supervisor.checks import check_interpreter
from bot.supervisor.parts import rasa_python


@click.command()
def classify() -> None:
    """Name the intent of each line: {"id", "text"} a line."""
    python = rasa_python(ROOT)
    check_interpreter(python)
    # Standard input and output are handed down, so lines stream through without a stop here.
    command = [str(python), "-m", "bot.nlu.classify"]
    environment = dict(os.environ) | launch.training_environment(ROOT)
    sys.exit(subprocess.run(command, check=False, cwd=ROOT, env=environment).returncode)  # noqa: S603


@click.command()
def guard() -> None:
    """Take secrets out of each line: {"id", "text", "conversation"?, "language"?} a line."""
    _follow_settings()
    write(batch.answer_lines(sys.stdin.buffer, batch.GuardLines()))


@click.command()
def review() -> None:
    """Judge replies before they are sent: {"id", "text", "author", "language"?} a line."""
    _follow_settings()
    write(batch.answer_lines(sys.stdin.buffer, batch.review_line))


@click.command()
@click.argument("contacts", nargs=-1)
def verify(contacts: tuple[str, ...]) -> None:
    """Say whether contacts are genuine: as arguments, or one a line."""
    _follow_settings()
    if contacts:
        write(batch.verify_line(os.fsencode(contact)) for contact in contacts)
    else:
        write(batch.verify_line(line) for line in sys.stdin.buffer if line.strip())


def _follow_settings() -> None:
    """Judge by the operator's own contacts and lists too."""
    settings = load_settings()
    use_profile(settings.profile)
    use_reported_lists(settings.reported_files)


def write(answers: Iterable[batch.Answer]) -> None:
    """Write answers as they come; exit status 1 at the end when one of them is an error."""
    output = sys.stdout.buffer
    failed = False
    for answer in answers:
        failed = failed or "error" in answer
        output.write(batch.as_line(answer))
        output.flush()
    if failed:
        sys.exit(1)
