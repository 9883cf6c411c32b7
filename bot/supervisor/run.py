"""One machine, all processes: checked, trained, started together, watched, stopped."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from pathlib import Path
from typing import Final

from bot.nlu import launch
from bot.settings import Settings
from bot.supervisor.checks import check_interpreter, check_ports, check_several
from bot.supervisor.keeper import DEFAULT_PATIENCE, Keeper, Patience
from bot.supervisor.logs import RotatingLog
from bot.supervisor.parts import Part, all_parts, public_address, rasa_python
from bot.supervisor.rolling import TOKEN_FILE
from bot.supervisor.training import train

Say = Callable[[str], None]
_STOPPING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def supervise(settings: Settings, root: Path, say: Say) -> None:
    """Run everything until Ctrl-C, SIGTERM or SIGHUP; nothing is left running, however it ends.

    Raises:
        StartRefused: it could not be started; the message names the remedy.
    """
    check_several(settings)
    parts = all_parts(settings, root)
    check_interpreter(rasa_python(root))
    check_ports(parts)
    async with _told_to_stop() as stop:
        if launch.model_is_stale(root):
            await _unless(stop, train(root, settings.var_folder, say))
        if not stop.is_set():
            with _token_at_hand(settings.var_folder / TOKEN_FILE, parts[0].token):
                await keep(
                    parts,
                    root,
                    settings.var_folder / "log",
                    say,
                    stop=stop,
                    addresses=addresses(settings),
                )


@contextlib.contextmanager
def _token_at_hand(path: Path, token: str) -> Iterator[None]:
    """Leave the token of this start where ``seedwarden model`` of the same user finds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(token)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


async def keep(  # noqa: PLR0913 - one keyword a fact, all named
    parts: Sequence[Part],
    folder: Path,
    logs: Path,
    say: Say,
    *,
    stop: asyncio.Event,
    addresses: Sequence[str] = (),
    patience: Patience = DEFAULT_PATIENCE,
) -> None:
    """Start ``parts`` side by side in ``folder``, say ``addresses`` once all are healthy, watch.

    Raises:
        PartFailed: one never became healthy; the others were stopped.
    """
    say(f"Starting {', '.join(part.name for part in parts)}")
    keepers = [
        Keeper(part, folder, RotatingLog(logs / f"{part.log_name}.log"), say, patience=patience)
        for part in parts
    ]
    tasks = [asyncio.create_task(keeper.run()) for keeper in keepers]
    tasks.append(asyncio.create_task(_announce(keepers, say, addresses)))
    try:
        await _until(stop, tasks)
    finally:
        say("Stopping everything")
        for task in tasks:
            task.cancel()
        await _all_gone(keepers, tasks, stop)
        say("Everything is stopped.")


async def _announce(keepers: Sequence[Keeper], say: Say, addresses: Sequence[str]) -> None:
    for keeper in keepers:
        await keeper.healthy.wait()
    say("Everything is healthy.")
    for line in addresses:
        say(line)
    await asyncio.Event().wait()


async def _until(stop: asyncio.Event, tasks: Sequence[asyncio.Task[None]]) -> None:
    """Wait for the stop, or for the first task that fails."""
    stopping = asyncio.create_task(stop.wait())
    try:
        done, _ = await asyncio.wait({*tasks, stopping}, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        stopping.cancel()


async def _all_gone(
    keepers: Sequence[Keeper], tasks: Sequence[asyncio.Task[None]], stop: asyncio.Event
) -> None:
    """Wait until every process has ended; a second Ctrl-C ends the waiting."""
    stop.clear()
    hurry = asyncio.create_task(_kill_when(stop, keepers))
    await asyncio.gather(*tasks, return_exceptions=True)
    hurry.cancel()


async def _kill_when(hurried: asyncio.Event, keepers: Sequence[Keeper]) -> None:
    await hurried.wait()
    for keeper in keepers:
        keeper.kill()


async def _unless(stop: asyncio.Event, work: Coroutine[None, None, None]) -> None:
    """Do ``work``, but drop it when told to stop."""
    task = asyncio.create_task(work)
    stopping = asyncio.create_task(stop.wait())
    stopping.add_done_callback(lambda waited: waited.cancelled() or task.cancel())
    try:
        await task
    except asyncio.CancelledError:
        if not stop.is_set():
            raise
    finally:
        stopping.cancel()


@contextlib.asynccontextmanager
async def _told_to_stop() -> AsyncIterator[asyncio.Event]:
    """Give an event that Ctrl-C, SIGTERM and a closed terminal set, for as long as it is used."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in _STOPPING:
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in _STOPPING:
            loop.remove_signal_handler(number)


def addresses(settings: Settings) -> list[str]:
    """What somebody opens next, one line each."""
    public = public_address(settings)
    return [
        "",
        f"  Support page      {public}/",
        f"  API description   {public}/api/v1/openapi.json",
        f"  Health            {public}/readyz",
        f"  Logs              {_short(settings.var_folder / 'log')}",
        "",
        "Ctrl-C stops everything.",
    ]


def _short(path: Path) -> Path:
    """A path as one types it here: relative where it lies below the working folder."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
