"""The parts from start to stop, with real little processes in place of ours."""

from __future__ import annotations

import asyncio
import contextlib
import re

import httpx
import pytest

from bot.supervisor.errors import PartFailed
from bot.supervisor.run import keep


class Watched:
    """A run of the supervisor: what it said, and a way to wait for words."""

    def __init__(self, parts, folder, patience):
        self.said = []
        self.stop = asyncio.Event()
        self._heard = asyncio.Event()
        self.task = asyncio.create_task(
            keep(
                parts,
                folder,
                folder / "log",
                self.say,
                stop=self.stop,
                addresses=["the address"],
                patience=patience,
            )
        )

    def say(self, line):
        self.said.append(line)
        self._heard.set()

    async def hears(self, words, times=1):
        """Wait until so many lines hold the words, or the run ends."""
        async with asyncio.timeout(30):
            while sum(words in line for line in self.said) < times:
                self._heard.clear()
                if self.task.done():
                    self.task.result()
                    pytest.fail(f"ended without saying {words!r}: {self.said}")
                await self._heard.wait()

    async def finish(self):
        self.stop.set()
        await self.task


@pytest.fixture
async def watch(tmp_path, quick):
    """Starts runs, and ends them with the test."""
    runs = []

    def start(*parts):
        runs.append(Watched(parts, tmp_path, quick))
        return runs[-1]

    yield start
    for run in runs:
        run.stop.set()
        with contextlib.suppress(PartFailed):
            await run.task


def listens(part):
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(part.health, trust_env=False).is_success
    return False


def ask_to_die(part):
    with contextlib.suppress(httpx.HTTPError):
        httpx.get(f"{part.health}die", trust_env=False)


async def test_the_addresses_come_last_and_only_when_all_are_healthy(watch, make_part):
    run = watch(make_part("Rasa"), make_part("action server"), make_part("gateway"))
    await run.hears("the address")
    healthy = [line.split(" healthy")[0].strip() for line in run.said if " healthy (" in line]
    assert sorted(healthy) == ["Rasa", "action server", "gateway"]
    assert run.said[-2:] == ["Everything is healthy.", "the address"]


async def test_a_stop_leaves_nothing_running(watch, make_part):
    part = make_part("gateway")
    run = watch(part)
    await run.hears("the address")
    assert listens(part)
    await run.finish()
    assert not listens(part)
    assert run.said[-1] == "Everything is stopped."


async def test_what_a_part_started_is_stopped_too(watch, make_part, tmp_path, is_gone):
    run = watch(make_part("gateway", "parent"))
    await run.hears("the address")
    pid = int(re.search(r"grandchild (\d+)", (tmp_path / "log/gateway.log").read_text())[1])
    assert not is_gone(pid)
    await run.finish()
    async with asyncio.timeout(10):  # the signal is sent; the kernel may take a moment
        while not is_gone(pid):  # noqa: ASYNC110 - a stranger's process sets no event of ours
            await asyncio.sleep(0.02)


async def test_a_part_that_is_deaf_to_sigterm_is_killed(watch, make_part):
    part = make_part("gateway", "deaf")
    run = watch(part)
    await run.hears("the address")
    await run.finish()
    assert not listens(part)


async def test_a_second_ctrl_c_waits_for_nobody(make_part, tmp_path, quick, watch):
    part = make_part("gateway", "deaf")
    run = watch(part)
    await run.hears("the address")
    run.stop.set()
    await run.hears("Stopping everything")
    await asyncio.sleep(0)
    run.stop.set()
    await run.task
    assert not listens(part)


async def test_a_part_that_dies_is_started_again_and_said_so(watch, make_part):
    part = make_part("gateway")
    run = watch(part)
    await run.hears("the address")
    ask_to_die(part)
    await run.hears("The gateway ended with exit status 3; it is started again in")
    await run.hears("gateway healthy (", times=2)
    assert listens(part)


async def test_a_part_that_dies_at_its_first_start_ends_everything(watch, make_part):
    other = make_part("gateway")
    broken = make_part("Rasa", program="print('no model here'); raise SystemExit(7)")
    run = watch(other, broken)
    with pytest.raises(PartFailed, match="The Rasa ended with exit status 7; everything was"):
        await run.task
    assert "  rasa | no model here" in run.said
    assert not listens(other)


async def test_a_part_that_never_answers_ends_everything(make_part, tmp_path, quick):
    silent = make_part("Rasa", program="import time; time.sleep(600)")
    patience = type(quick)(start=0.3, poll=0.05, stop=1)
    with pytest.raises(PartFailed, match="was not healthy after"):
        await keep(
            [silent], tmp_path, tmp_path, lambda _: None, stop=asyncio.Event(), patience=patience
        )


async def test_a_program_that_does_not_exist_is_named(make_part, tmp_path, quick):
    part = make_part("action server")
    missing = type(part)(**{**vars(part), "command": ("/nowhere/python",)})
    with pytest.raises(PartFailed, match=r"action server cannot be started \(No such file"):
        await keep(
            [missing], tmp_path, tmp_path, lambda _: None, stop=asyncio.Event(), patience=quick
        )


async def test_alarming_lines_reach_the_terminal_and_quiet_ones_only_the_log(
    watch, make_part, tmp_path
):
    run = watch(make_part("gateway", before="print('ERROR: the roof\\nINFO: the rain')"))
    await run.hears("the address")
    assert "  gateway | ERROR: the roof" in run.said
    assert not any("the rain" in line for line in run.said)
    log = (tmp_path / "log/gateway.log").read_text()
    assert "the roof" in log
    assert "the rain" in log
