"""The gateway's side of the worker: started when needed, ended when idle, slow or broken."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

import structlog

from bot.attachments.kinds import REASONS, FileRefused, Kept, Stopped
from bot.guard.findings import SECRET_KINDS

_ROOT: Final = Path(__file__).resolve().parents[2]
_LENGTH_BYTES: Final = 8
_LONGEST_LINE: Final = 4096
_LARGEST_ANSWER: Final = 64 * 1024 * 1024
_MADE: Final = ("image/png", "image/jpeg", "image/webp", "application/pdf")
_PASSED_ON: Final = ("PATH", "SYSTEMROOT", "TMPDIR", "LD_LIBRARY_PATH")
"""All that the worker gets of the gateway's environment, which holds its keys."""

_Word = TypeVar("_Word", bound=str)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the worker may use: seconds for a file, bytes of address space, files in line."""

    seconds: float = 60.0
    memory: int = 3 * 1024**3
    waiting: int = 8
    idle_seconds: float = 300.0


class Reader:
    """Has files read by one worker process, one after the other."""

    def __init__(self, bounds: Bounds | None = None) -> None:
        self._bounds = bounds or Bounds()
        self._lock = asyncio.Lock()
        self._waiting = 0
        self._worker: asyncio.subprocess.Process | None = None
        self._idle: asyncio.TimerHandle | None = None

    async def read(self, content: bytes | bytearray) -> Kept | Stopped:
        """Have a file read and made anew; while others wait, in turn.

        Raises:
            FileRefused: it is not taken, took too long (``slow``), broke the worker
                (``unread``), or too many files wait (``busy``).
        """
        if self._waiting > self._bounds.waiting:
            raise FileRefused("busy")
        self._waiting += 1
        try:
            async with self._lock:
                return await self._in_time(content)
        finally:
            self._waiting -= 1

    async def close(self) -> None:
        """End the worker."""
        async with self._lock:
            await self._end()

    async def _in_time(self, content: bytes | bytearray) -> Kept | Stopped:
        if self._idle is not None:
            self._idle.cancel()
        try:
            async with asyncio.timeout(self._bounds.seconds):
                answer = await self._asked(content)
        except TimeoutError:
            await self._end()
            _log.warning("attachment_worker_slow")
            raise FileRefused("slow") from None
        except (OSError, EOFError, ValueError, LookupError, TypeError) as error:
            await self._end()
            _log.warning("attachment_worker_broken", kind=type(error).__name__)
            raise FileRefused("unread") from None
        except BaseException:
            await self._end()  # an answer half read would be taken for the next file's
            raise
        if isinstance(answer, Stopped):
            await self._end()
        else:
            loop = asyncio.get_running_loop()
            self._idle = loop.call_later(self._bounds.idle_seconds, self._kill)
        if isinstance(answer, FileRefused):
            raise answer
        return answer

    async def _asked(self, content: bytes | bytearray) -> Kept | Stopped | FileRefused:
        worker = self._worker = await self._running()
        source, sink = worker.stdout, worker.stdin
        if source is None or sink is None:
            raise EOFError
        sink.write(len(content).to_bytes(_LENGTH_BYTES, "big"))
        sink.write(content)
        await sink.drain()
        size = int.from_bytes(await source.readexactly(_LENGTH_BYTES), "big")
        if size > _LONGEST_LINE:
            raise ValueError
        answer: dict[str, Any] = json.loads(await source.readexactly(size))
        if "refused" in answer:
            return FileRefused(_one_of(REASONS, answer["refused"]))
        if "kinds" in answer:
            return Stopped(tuple(_one_of(SECRET_KINDS, kind) for kind in answer["kinds"]))
        sizes = [int(one) for one in answer["sizes"]]
        if len(sizes) != 2 or sum(sizes) > _LARGEST_ANSWER or min(sizes) < 1:
            raise ValueError
        made, small = [await source.readexactly(one) for one in sizes]
        width, height, pages = (int(answer[name]) for name in ("width", "height", "pages"))
        media_type = _one_of(_MADE, answer["media_type"])
        return Kept(media_type, made, small, width, height, pages)

    async def _running(self) -> asyncio.subprocess.Process:
        if self._worker is not None and self._worker.returncode is None:
            return self._worker
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        words = (str(self._bounds.memory), str(int(self._bounds.seconds) + 1))
        return await asyncio.create_subprocess_exec(
            sys.executable,
            *("-P", "-m", "bot.attachments", *words),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={**environment, "PYTHONPATH": str(_ROOT), "OMP_NUM_THREADS": "1"},
        )

    async def _end(self) -> None:
        worker, self._worker = self._worker, None
        if self._idle is not None:
            self._idle.cancel()
        if worker is not None:
            _killed(worker)
            await worker.wait()

    def _kill(self) -> None:
        if self._worker is not None and not self._lock.locked():
            worker, self._worker = self._worker, None  # the next file gets a new one at once
            _killed(worker)


def _killed(worker: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        worker.kill()


def _one_of(known: Sequence[_Word], said: object) -> _Word:
    """A word that we know: the worker saw a stranger's file and is not believed."""
    return known[list[object](known).index(said)]
