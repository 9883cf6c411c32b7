"""One child process in a process group of its own: started, listened to, stopped for certain."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from bot.supervisor.logs import LineSplitter

STOP_SECONDS: Final = 10.0
"""How long a process may take to end after SIGTERM, before its whole group is killed."""


class Child:
    """A running process and everything it started.

    ``heard`` is called with each line of its output, standard error included.
    """

    def __init__(self, process: asyncio.subprocess.Process, heard: Callable[[str], None]) -> None:
        self._process = process
        self._died: int | None = None
        self._listening = asyncio.create_task(_listen(process, heard))

    @classmethod
    async def start(
        cls,
        command: Sequence[str],
        environment: Mapping[str, str],
        folder: Path,
        heard: Callable[[str], None],
    ) -> Child:
        """Start ``command`` in ``folder``.

        Raises:
            OSError: the program cannot be started.
        """
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=folder,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            # A group of its own: Ctrl-C reaches us alone, and we stop the children in order.
            start_new_session=True,
        )
        return cls(process, heard)

    @property
    def pid(self) -> int:
        """Its process id, which is also its group's."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.returncode is None

    @property
    def died(self) -> int | None:
        """How it ended of its own accord, before anybody stopped it; None when it did not."""
        return self._died

    async def ended(self) -> int:
        """Wait for its end; gives the exit status, or minus the signal that ended it."""
        return await self._process.wait()

    async def stop(self, patience: float = STOP_SECONDS) -> None:
        """End it and all it started: SIGTERM, ``patience`` seconds, then SIGKILL to the group."""
        self._died = self._process.returncode
        try:
            self._signal(signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), patience)
        finally:
            # Also after a clean end: a worker may have outlived its parent.
            self.kill()
        await self._process.wait()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._listening, 1)

    def kill(self) -> None:
        """End it and all it started at once."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, number)


async def _listen(process: asyncio.subprocess.Process, heard: Callable[[str], None]) -> None:
    stream = process.stdout
    if stream is None:
        return
    lines = LineSplitter()
    while data := await stream.read(65_536):
        for line in lines.feed(data):
            heard(line)
    for line in lines.end():
        heard(line)


def describe(status: int) -> str:
    """Say how a process ended: "ended with exit status 1", "was ended by SIGKILL"."""
    if status >= 0:
        return f"ended with exit status {status}"
    try:
        return f"was ended by {signal.Signals(-status).name}"
    except ValueError:
        return f"was ended by signal {-status}"
