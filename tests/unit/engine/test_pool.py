"""Which Rasa takes the next turn, and who waits for one."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from bot.engine.pool import DOUBTED, LONGEST_REST, Pool, Standing, choose
from bot.errors import EngineUnavailable

A, B = "http://a", "http://b"


def standings(**busy):
    return [Standing(name, busy=count) for name, count in busy.items()]


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


class Line:
    """Turns at a pool, each held until it is let go."""

    def __init__(self, pool, patience=30.0):
        self.pool, self.patience = pool, patience
        self.got, self.told, self.doors, self.tasks = [], {}, {}, {}

    async def come(self, name, tried=()):
        self.told[name], self.doors[name] = [], asyncio.Event()
        self.tasks[name] = asyncio.create_task(self._turn(name, tried))
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def _turn(self, name, tried):
        async with self.pool.place(tried, self.patience, self.told[name].append) as standing:
            self.got.append((name, standing.url))
            await self.doors[name].wait()

    async def leave(self, *names):
        for name in names:
            self.doors[name].set()
            await self.tasks[name]
        await asyncio.sleep(0)

    async def hang_up(self, name):
        self.tasks[name].cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.tasks[name]
        await asyncio.sleep(0)


def test_the_least_busy_one_takes_the_turn():
    assert choose(standings(a=2, b=1), (), 8, 0).url == "b"


def test_one_that_is_full_takes_none_and_neither_does_one_that_was_tried():
    assert choose(standings(a=8, b=8), (), 8, 0) is None
    assert choose(standings(a=0, b=8), ("a",), 8, 0) is None
    assert choose(standings(a=0, b=7), ("a",), 8, 0).url == "b"


def test_one_that_rests_is_left_alone_while_another_is_well():
    both = standings(a=0, b=5)
    both[0].rests_until = 10
    assert choose(both, (), 8, now=9).url == "b"
    assert choose(both, (), 8, now=10).url == "a"


def test_a_full_one_that_is_well_is_waited_for_rather_than_one_that_rests():
    both = standings(a=0, b=8)
    both[0].rests_until = 10
    assert choose(both, (), 8, now=9) is None


def test_when_all_rest_one_is_asked_all_the_same():
    both = standings(a=1, b=0)
    both[0].rests_until = both[1].rests_until = 10
    assert choose(both, (), 8, now=9).url == "b"


def test_one_that_failed_of_late_takes_no_turn_though_it_is_the_least_busy():
    both = standings(a=0, b=7)
    both[0].failures = 1  # its rest is over, nobody saw it well yet
    assert choose(both, (), 8, now=10).url == "b"
    both[1].busy = 8
    assert choose(both, (), 8, now=10).url == "a"


def test_of_two_that_failed_the_one_that_failed_less_is_asked():
    both = standings(a=0, b=3)
    both[0].failures, both[1].failures = 2, 1
    assert choose(both, (), 8, now=10).url == "b"
    both[1].failures = 2
    assert choose(both, (), 8, now=10).url == "a"


async def test_silence_is_not_made_up_for_by_a_good_health_but_by_time_or_an_answer():
    clock = Clock()
    pool = Pool([A, B], 8, clock)
    silent, other = pool._standings
    other.busy = 3
    pool.failed(silent, since=clock.now - 8)
    pool.is_well(A)
    assert pool.resting() == []
    assert choose(pool._standings, (), 8, clock.now).url == B
    clock.now += DOUBTED
    assert choose(pool._standings, (), 8, clock.now).url == A
    pool.failed(silent, since=clock.now - 8)
    pool.answered(silent)
    assert choose(pool._standings, (), 8, clock.now).url == A


async def test_one_that_refused_and_is_well_again_takes_turns_at_once():
    clock = Clock()
    pool = Pool([A, B], 8, clock)
    pool._standings[1].busy = 3
    pool.failed(pool._standings[0])
    assert choose(pool._standings, (), 8, clock.now).url == B
    pool.is_well(A)
    assert choose(pool._standings, (), 8, clock.now).url == A


async def test_turns_wait_in_the_order_they_came_and_hear_where_they_stand():
    pool = Pool([A], 1)
    line = Line(pool)
    for name in ("first", "second", "third"):
        await line.come(name)
    assert (pool.busy, pool.waiting) == (1, 2)
    await line.leave("first")
    assert [name for name, _ in line.got] == ["first", "second"]
    await line.leave("second", "third")
    assert line.told == {"first": [], "second": [0, None], "third": [1, 0, None]}
    assert (pool.busy, pool.waiting) == (0, 0)


async def test_who_was_let_down_goes_before_those_who_just_came():
    pool = Pool([A, B], 1)
    line = Line(pool)
    for name in ("at a", "at b", "new"):
        await line.come(name)
    await line.come("let down by a", tried=[A])
    assert line.told["let down by a"] == [0]
    await line.leave("at b")
    assert line.got[-1] == ("let down by a", B)
    await line.leave("at a", "new", "let down by a")


async def test_who_hangs_up_while_waiting_is_no_longer_counted():
    pool = Pool([A], 1)
    line = Line(pool)
    for name in ("first", "gone", "third"):
        await line.come(name)
    await line.hang_up("gone")
    assert pool.waiting == 1
    await line.leave("first")
    assert line.got[-1][0] == "third"
    await line.leave("third")


async def test_a_place_given_to_somebody_who_hangs_up_at_that_moment_is_not_lost():
    pool = Pool([A], 1)
    line = Line(pool)
    for name in ("first", "gone", "third"):
        await line.come(name)
    line.doors["first"].set()
    await line.tasks["first"]  # the place is given, the one it is given to has not run yet
    line.tasks["gone"].cancel()
    await asyncio.gather(line.tasks["gone"], return_exceptions=True)
    await asyncio.sleep(0)
    assert line.got[-1][0] == "third"
    await line.leave("third")
    assert pool.busy == 0


async def test_patience_ends_and_the_turn_is_told_that_all_are_busy():
    line = Line(Pool([A], 1), patience=0.01)
    await line.come("first")
    await line.come("impatient")
    with pytest.raises(EngineUnavailable) as caught:
        await line.tasks["impatient"]
    assert caught.value.reason == "busy"
    assert line.pool.waiting == 0
    await line.leave("first")


async def test_without_patience_nobody_waits_at_all():
    line = Line(Pool([A], 1), patience=0.0)
    await line.come("first")
    await line.come("second")
    with pytest.raises(EngineUnavailable):
        await line.tasks["second"]
    assert line.told["second"] == []
    await line.leave("first")


async def test_when_every_one_was_tried_there_is_none_left():
    with pytest.raises(EngineUnavailable) as caught:
        async with Pool([A], 1).place([A], 5, print):
            pass
    assert caught.value.reason == "none_left"


async def test_failures_lengthen_the_rest_and_an_answer_ends_it():
    clock = Clock()
    pool = Pool([A, B], 1, clock)
    async with pool.place((), 0, print) as standing:
        for _ in range(9):
            pool.failed(standing)
        assert standing.rests_until == clock.now + LONGEST_REST
        assert pool.resting() == [standing.url]
        pool.answered(standing)
        assert pool.resting() == []


async def test_slow_for_one_turn_is_not_ill_when_others_were_answered_meanwhile():
    clock = Clock()
    pool = Pool([A], 2, clock)
    async with pool.place((), 0, print) as standing:
        pool.answered(standing)
        pool.failed(standing, since=clock.now - 1)
        assert pool.resting() == []
        clock.now += 10
        pool.failed(standing, since=clock.now - 1)
        assert pool.resting() == [A]


async def test_one_seen_well_again_serves_those_who_wait():
    clock = Clock()
    pool = Pool([A, B], 1, clock)
    async with pool.place((B,), 0, print) as ill:
        pool.failed(ill)
    line = Line(pool)
    await line.come("at b")
    await line.come("waits")
    assert pool.waiting == 1
    pool.is_well(A)
    await asyncio.sleep(0)
    assert line.got[-1] == ("waits", A)
    await line.leave("at b", "waits")
