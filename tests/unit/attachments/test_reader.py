"""The worker as the gateway sees it: one process, bounded, ended when it misbehaves."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from bot.attachments.kinds import FileRefused, Kept, Stopped
from bot.attachments.reader import Bounds, Reader
from tests.drawing import PHRASE, WALLET, grid, page, qr, saved

SCREEN = saved(page(WALLET))


@pytest.fixture
async def reader():
    reader = Reader()
    yield reader
    await reader.close()


async def refusal(reader, content):
    with pytest.raises(FileRefused) as refused:
        await reader.read(content)
    return refused.value.reason


async def test_no_process_runs_before_the_first_file_and_none_after_a_secret(reader):
    assert reader._worker is None
    kept = await reader.read(SCREEN)
    assert isinstance(kept, Kept)
    first = reader._worker.pid
    assert await refusal(reader, b"no picture") == "type"
    assert reader._worker.pid == first, "a refused file costs no new process"
    stopped = await reader.read(saved(grid(PHRASE, 3)))
    assert stopped == Stopped(("seed_phrase",))
    assert reader._worker is None, "its memory went back"
    assert await reader.read(saved(qr(" ".join(PHRASE)))) == stopped


async def test_the_worker_knows_no_key_and_no_setting(reader, monkeypatch):
    monkeypatch.setenv("SEEDWARDEN_SECRET_KEY", "k" * 40)
    assert await refusal(reader, b"no picture") == "type"
    environment = Path(f"/proc/{reader._worker.pid}/environ").read_bytes()  # noqa: ASYNC240 - short
    assert b"SEEDWARDEN" not in environment


async def test_a_file_that_takes_too_long_ends_the_worker_and_not_the_gateway():
    reader = Reader(Bounds(seconds=0.05))
    reading = asyncio.create_task(refusal(reader, SCREEN))
    assert await reading == "slow"
    assert reader._worker is None


async def test_a_worker_that_dies_is_an_unread_file_and_the_next_one_gets_a_new_worker(reader):
    assert await refusal(reader, b"no picture") == "type"
    reading = asyncio.create_task(refusal(reader, SCREEN))
    await asyncio.sleep(0.2)
    os.kill(reader._worker.pid, 9)
    assert await reading == "unread"
    assert await refusal(reader, b"no picture") == "type"


async def test_a_worker_without_memory_refuses_the_file():
    reader = Reader(Bounds(memory=300 * 1024**2))
    assert await refusal(reader, SCREEN) == "unread"
    await reader.close()


async def test_too_many_files_at_once_are_told_to_come_back():
    reader = Reader(Bounds(waiting=1))
    tasks = [asyncio.create_task(refusal(reader, b"no picture")) for _ in range(3)]
    assert sorted(await asyncio.gather(*tasks)) == ["busy", "type", "type"]
    await reader.close()


async def test_an_idle_worker_goes():
    reader = Reader(Bounds(idle_seconds=0.05))
    assert await refusal(reader, b"no picture") == "type"
    worker = reader._worker
    await asyncio.wait_for(worker.wait(), 20)
    assert reader._worker is None
    assert await refusal(reader, b"no picture") == "type"
    await reader.close()


async def test_a_file_that_comes_as_the_idle_worker_goes_is_read_by_a_new_one(reader):
    assert await refusal(reader, b"no picture") == "type"
    reader._kill()
    assert await refusal(reader, b"no picture") == "type"


async def test_two_customers_files_do_not_mix(reader):
    phrase, screen = saved(grid(PHRASE, 2)), saved(page(WALLET))
    one, two = await asyncio.gather(reader.read(screen), reader.read(phrase))
    assert isinstance(one, Kept)
    assert isinstance(two, Stopped)
