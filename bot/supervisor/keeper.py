"""Keeps one part running: starts it, waits until it is healthy, restarts it when it dies."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from bot.supervisor.errors import PartFailed
from bot.supervisor.logs import RotatingLog, is_alarming, safe
from bot.supervisor.parts import Part
from bot.supervisor.process import Child, describe


@dataclass(frozen=True)
class Patience:
    """How long is waited for what, in seconds."""

    start: float = 240.0  # Rasa imports TensorFlow: 12 s on a fast machine, a minute on a slow one
    poll: float = 0.2
    sign_of_life: float = 10.0
    first_restart: float = 1.0
    longest_restart: float = 30.0
    steady: float = 10.0  # who was healthy this long starts the back-off from the beginning
    stop: float = 10.0


DEFAULT_PATIENCE: Final = Patience()


class Keeper:
    """One part and the process that currently plays it."""

    def __init__(
        self,
        part: Part,
        folder: Path,
        log: RotatingLog,
        say: Callable[[str], None],
        *,
        patience: Patience = DEFAULT_PATIENCE,
    ) -> None:
        self.part = part
        self.healthy = asyncio.Event()
        self._folder = folder
        self._log = log
        self._say = say
        self._patience = patience
        self._child: Child | None = None
        self._healthy_at = 0.0

    async def run(self) -> None:
        """Keep the part running until this task is cancelled; then nothing of it is left.

        Raises:
            PartFailed: it never became healthy.
        """
        delays = self._delays()
        try:
            while True:
                what = await self._live()
                was_healthy = self.healthy.is_set()
                self.healthy.clear()
                if was_healthy and time.monotonic() - self._healthy_at >= self._patience.steady:
                    delays = self._delays()
                delay = next(delays)
                self._say(f"The {self.part.name} {what}; it is started again in {delay:.0f} s.")
                await asyncio.sleep(delay)
        finally:
            await self._stop()

    def kill(self) -> None:
        """End the process at once, without waiting."""
        if self._child is not None:
            self._child.kill()

    async def _live(self) -> str:
        """Live through one process; gives how it ended."""
        first = self._child is None
        try:
            child = await Child.start(
                self.part.command, self.part.environment, self._folder, self._hear
            )
        except OSError as error:
            return self._fail_or(f"cannot be started ({error.strerror})", fail=first)
        self._child = child
        if not await self._becomes_healthy(child):
            await child.stop(self._patience.stop)
            what = f"was not healthy after {self._patience.start:.0f} s"
            return self._fail_or(self._end_of(child) or what, fail=first)
        self._healthy_at = time.monotonic()
        self.healthy.set()
        status = await child.ended()
        await child.stop(self._patience.stop)
        return describe(status)

    def _fail_or(self, what: str, *, fail: bool) -> str:
        if not fail:
            return what
        for line in self._log.last:
            self._say(f"  {self.part.log_name} | {line}")
        raise PartFailed(self.part.name, what, self._log.path)

    @staticmethod
    def _end_of(child: Child) -> str:
        return describe(child.died) if child.died is not None else ""

    async def _becomes_healthy(self, child: Child) -> bool:
        began = time.monotonic()
        life = began + self._patience.sign_of_life
        # No proxy of the environment stands between us and our own loopback.
        async with httpx.AsyncClient(trust_env=False, timeout=2.0) as client:
            while child.running and time.monotonic() - began < self._patience.start:
                if await _answers(client, self.part.health):
                    self._say(f"  {self.part.name} healthy ({time.monotonic() - began:.1f} s)")
                    return True
                if time.monotonic() > life:
                    self._say(f"  {self.part.name} starting ({time.monotonic() - began:.0f} s)")
                    life += self._patience.sign_of_life
                await asyncio.sleep(self._patience.poll)
        return False

    def _hear(self, line: str) -> None:
        line = safe(line)
        self._log.write(line)
        if is_alarming(line):
            self._say(f"  {self.part.log_name} | {line}")

    def _delays(self) -> Iterator[float]:
        delay = self._patience.first_restart
        while True:
            yield delay
            delay = min(delay * 2, self._patience.longest_restart)

    async def _stop(self) -> None:
        if self._child is not None:
            await self._child.stop(self._patience.stop)
        self._log.close()


async def _answers(client: httpx.AsyncClient, address: str) -> bool:
    try:
        return (await client.get(address)).is_success
    except httpx.HTTPError:
        return False
