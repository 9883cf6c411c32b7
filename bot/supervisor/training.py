"""Training the model in Rasa's environment, with signs of life on the terminal."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bot.nlu import launch
from bot.supervisor.checks import check_interpreter
from bot.supervisor.errors import TrainingFailed
from bot.supervisor.logs import RotatingLog, safe
from bot.supervisor.parts import rasa_python
from bot.supervisor.process import Child

SIGN_OF_LIFE_SECONDS: Final = 15.0


async def train(root: Path, var: Path, say: Callable[[str], None]) -> None:
    """Train the model of the project under ``root``; what training says goes to ``var/log``.

    Raises:
        EnvironmentMissing: Rasa's environment is not there.
        TrainingFailed: no model came out; the one before it was kept.
    """
    python = rasa_python(root)
    check_interpreter(python)
    log = RotatingLog(var / "log" / "train.log")

    def hear(line: str) -> None:
        log.write(safe(line))

    say("Training the model (one to two minutes)")
    began = time.monotonic()
    environment = dict(os.environ) | launch.training_environment(root)
    child = await Child.start(launch.train_command(python, root), environment, root, hear)
    life = asyncio.create_task(_say_it_lives(began, say))
    try:
        status = await child.ended()
    finally:
        life.cancel()
        await child.stop()
        log.close()
    if status or not launch.model_path(root).is_file():
        for line in log.last:
            say(f"  train | {line}")
        raise TrainingFailed(status, log.path)
    say(f"  trained in {time.monotonic() - began:.0f} s")


async def _say_it_lives(began: float, say: Callable[[str], None]) -> None:
    while True:
        await asyncio.sleep(SIGN_OF_LIFE_SECONDS)
        say(f"  still training ({time.monotonic() - began:.0f} s)")
