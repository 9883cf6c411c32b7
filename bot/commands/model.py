"""A new model under load: trained, checked, rolled out to one Rasa after the other, taken back."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import click

from bot.nlu import launch
from bot.settings import ROOT, load_settings
from bot.supervisor.rolling import Rolling, check_gates, train_next

_URL = click.option(
    "--url", "urls", multiple=True, help="A Rasa besides those of the settings; may be repeated."
)


@click.group()
def model() -> None:
    """Roll a new model out while customers write, and take it back."""


@model.command()
@click.option("--file", "file", type=click.Path(exists=True, path_type=Path), help="Train nothing.")
@click.option("--unchecked", is_flag=True, help="Skip the comparison with the recorded figures.")
@_URL
def roll(file: Path | None, urls: tuple[str, ...], *, unchecked: bool) -> None:
    """Train, check against the recorded figures, load everywhere; undone where it fails."""
    rolling = Rolling.of(load_settings(), ROOT, _say, urls)
    asyncio.run(_roll(rolling, file, checked=not unchecked))


async def _roll(rolling: Rolling, file: Path | None, *, checked: bool) -> None:
    root = rolling.root
    candidate, made_from = (_copy(file, root), "") if file else await train_next(root, _say)
    try:
        if checked:
            await check_gates(root, _say, candidate, is_trained_here=file is None)
        await rolling.forward(candidate, made_from)
    finally:
        if file is not None:  # our copy; theirs stays where it is
            candidate.unlink(missing_ok=True)
    _say("The new model answers. 'seedwarden model back' takes it back.")


@model.command()
@_URL
def back(urls: tuple[str, ...]) -> None:
    """Let the model before this one answer again."""
    asyncio.run(Rolling.of(load_settings(), ROOT, _say, urls).back())
    _say("The model before it answers again.")
    if launch.model_is_stale(ROOT):
        _say("It is older than the data: the next start would train anew. Mend the data first.")


def _copy(file: Path, root: Path) -> Path:
    """A copy on the models' own disk, so that it can take the model's place in one step."""
    copy = root / "models" / "next.tar.gz"
    copy.write_bytes(file.read_bytes())
    return copy


def _say(line: str) -> None:
    click.echo(line)
    sys.stdout.flush()
