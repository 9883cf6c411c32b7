"""What runs beside answering: no failure ends it, its end is told, and it ends before its parts."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from bot.bootstrap import _lifespan
from bot.desk.outbox import Order
from bot.desk.retention import Periods
from bot.gateway import keeping
from bot.gateway.keeping import Keeping
from bot.gateway.outbox import MOST_AT_ONCE, Outbox


class Failing:
    """Fails as a bug does, each time that it is asked."""

    def __init__(self):
        self.times = 0

    async def catch_up(self):
        self.times += 1
        raise RuntimeError("a customer's words")

    async def claim_parcel(self, kinds):
        await self.catch_up()


async def _twice(run, failing):
    """Let a loop fail twice; gives what it logged."""
    with capture_logs() as logs:
        task = asyncio.create_task(run)
        while failing.times < 2 and not task.done():  # noqa: ASYNC110 - it has no event
            await asyncio.sleep(0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    return logs


async def test_a_bug_in_a_round_does_not_end_the_rounds(monkeypatch):
    monkeypatch.setattr(keeping, "ROUND_SECONDS", 0)
    failing = Failing()
    logs = await _twice(Keeping(None, failing, Periods(1, 1, 1, 1)).run(), failing)
    assert failing.times >= 2
    told = {"event": "round_failed", "log_level": "error", "kind": "RuntimeError"}
    assert logs[0] == told, "the kind, and never the text"


async def test_a_bug_does_not_end_the_draining_of_the_outbox(monkeypatch):
    monkeypatch.setattr("bot.gateway.outbox._PAUSE_SECONDS", 0)
    failing = Failing()
    logs = await _twice(Outbox(failing, {}, None).run(), failing)
    assert failing.times >= 2
    assert logs[0]["kind"] == "RuntimeError"


class Sending:
    """Sends what is fast, and hangs on what is slow until it may go on."""

    def __init__(self):
        self.begun = 0
        self.sent = asyncio.Queue()
        self.may_go_on = asyncio.Event()

    async def deliver(self, parcel):
        self.begun += 1
        if parcel.payload["is"] == "slow":
            await self.may_go_on.wait()
        self.sent.put_nowait(parcel.payload["is"])


async def test_a_server_that_hangs_holds_up_its_own_row_and_no_other(desk, monkeypatch):
    monkeypatch.setattr("bot.gateway.outbox._PAUSE_SECONDS", 0.01)
    sending = Sending()
    for name in ("slow", "fast"):
        await desk.send_later(Order("a", desk.now(), payload={"is": name}))
    draining = asyncio.create_task(Outbox(desk, {"a": sending}, None).drain())
    assert await asyncio.wait_for(sending.sent.get(), 20) == "fast"
    await desk.send_later(Order("a", desk.now(), payload={"is": "new"}))
    assert await asyncio.wait_for(sending.sent.get(), 20) == "new"
    sending.may_go_on.set()
    assert await draining == 3
    assert await sending.sent.get() == "slow"


async def test_no_more_rows_are_taken_up_than_are_sent_at_once(desk, monkeypatch):
    monkeypatch.setattr("bot.gateway.outbox._PAUSE_SECONDS", 0.01)
    sending = Sending()
    for _ in range(MOST_AT_ONCE + 1):
        await desk.send_later(Order("a", desk.now(), payload={"is": "slow"}))
    draining = asyncio.create_task(Outbox(desk, {"a": sending}, None).drain())
    while sending.begun < MOST_AT_ONCE:  # noqa: ASYNC110 - it has no event
        await asyncio.sleep(0.01)
    assert (await desk.claim_parcel(["a"])).payload == {"is": "slow"}, "one was left for others"
    assert await desk.claim_parcel(["a"]) is None
    sending.may_go_on.set()
    assert await draining == MOST_AT_ONCE


class Part:
    def __init__(self, done):
        self._done = done

    async def close(self):
        self._done.append("closed")


@pytest.fixture
def done():
    return []


async def test_what_runs_has_ended_before_its_parts_are_closed(settings, done):
    async def runs():
        try:
            await asyncio.sleep(600)
        finally:
            await asyncio.sleep(0)
            done.append("ended")

    with capture_logs() as logs:
        async with _lifespan(settings, lambda: [runs()], Part(done))():
            await asyncio.sleep(0)
    assert done == ["ended", "closed"]
    assert logs == [], "to be ended is no failure"


async def test_a_loop_that_ends_by_itself_is_told_to_the_operator(settings, done):
    async def breaks():
        raise RuntimeError("a customer's words")

    with capture_logs() as logs:
        async with _lifespan(settings, lambda: [breaks()], Part(done))():
            await asyncio.sleep(0.01)
    (line,) = logs
    assert (line["event"], line["kind"]) == ("loop_ended", "RuntimeError")
    assert line["loop"].endswith("breaks")
    assert done == ["closed"]
