"""Two Rasa processes, one conversation: one turn at a time, whoever dies, whatever is away."""

from __future__ import annotations

import asyncio
import os
from types import SimpleNamespace
from uuid import uuid4

import pytest
import redis

from bot.nlu import lock_store, turn
from bot.nlu.lock_store import SeedwardenLockStore

URL = os.environ.get("SEEDWARDEN_TEST_REDIS", "redis://127.0.0.1:6379/0")
NOBODY = "redis://127.0.0.1:1/0"


def store(url=""):
    return SeedwardenLockStore(SimpleNamespace(url=url))


@pytest.fixture
def address():
    try:
        redis.Redis.from_url(URL).ping()
    except redis.RedisError:
        if "redis" in os.environ.get("SEEDWARDEN_TEST_REQUIRE", ""):
            pytest.fail(f"redis is required here and missing: no server at {URL}")
        pytest.skip(f"redis is missing: no server answers at {URL}")
    return URL


async def turns(*stores, sender):
    """Two turns at each store, all at once; gives who was in when, in order."""
    seen = []

    async def one(name, where):
        async with where.lock(sender):
            seen.append(f"{name} in")
            await asyncio.sleep(0.02)
            seen.append(f"{name} out")

    await asyncio.gather(*(one(n, where) for n, where in enumerate(stores * 2)))
    return seen


def in_turn(seen):
    pairs = list(zip(seen[::2], seen[1::2], strict=True)) if len(seen) % 2 == 0 else []
    return bool(pairs) and all(a.split()[0] == b.split()[0] for a, b in pairs)


def test_two_processes_take_turns(address):
    async def run():
        return await turns(store(address), store(address), sender=uuid4().hex)

    assert in_turn(asyncio.run(run()))


def test_two_processes_that_share_nothing_do_not():
    async def run():
        return await turns(store(), store(), sender=uuid4().hex)

    assert not in_turn(asyncio.run(run()))


def test_one_process_alone_takes_turns_without_redis():
    async def run():
        return await turns(store(), sender=uuid4().hex)

    assert in_turn(asyncio.run(run()))


def test_while_redis_is_away_a_process_keeps_order_by_itself_and_says_so_once(caplog):
    async def run():
        return await turns(store(NOBODY), sender=uuid4().hex)

    assert in_turn(asyncio.run(run()))
    assert caplog.text.count("redis_away") == 1


def test_a_dead_process_is_waited_for_no_longer_than_its_lease(address, monkeypatch):
    monkeypatch.setattr(lock_store, "LEASE_SECONDS", 0.3)
    sender = uuid4().hex

    async def dies():
        await store(address)._take(f"seedwarden:rasa:{{{sender}}}", "the dead one")

    async def comes():
        async with store(address).lock(sender):
            return "in"

    asyncio.run(dies())
    assert asyncio.run(comes()) == "in"


def test_whoever_lives_keeps_the_conversation_beyond_the_lease(address, monkeypatch):
    monkeypatch.setattr(lock_store, "LEASE_SECONDS", 0.2)
    monkeypatch.setattr(lock_store, "WAIT_SECONDS", 0.6)
    sender = uuid4().hex

    async def run():
        async with store(address).lock(sender):
            with pytest.raises(lock_store.Busy):
                await asyncio.create_task(_other(store(address), sender))

    asyncio.run(run())


async def _other(where, sender):
    lock_store._held.set(frozenset())  # another process knows nothing of ours
    async with where.lock(sender):
        pass


def test_who_holds_a_conversation_goes_straight_on_inside():
    async def run():
        where = store()
        async with where.lock("c1"), where.lock("c1"):
            return "in"

    assert asyncio.run(run()) == "in"


def test_waiting_in_vain_ends_the_turn_and_not_rasas_process():
    assert issubclass(lock_store.Busy, turn.TurnFailed)
