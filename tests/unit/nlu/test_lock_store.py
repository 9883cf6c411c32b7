"""Two Rasa processes, one conversation: one turn at a time, whoever dies, whatever is away."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
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


# ── a user of its own at Redis ───────────────────────────────────────────────────

EXAMPLE = Path(__file__).resolve().parents[3] / "deploy" / "redis" / "rasa.acl"


@pytest.fixture
def narrow(address):
    """The example's user at the real Redis, under another name while the test runs."""
    word, _, *rules = EXAMPLE.read_text(encoding="utf-8").split()
    assert word == "user"
    name, password = f"rasa-{uuid4().hex[:8]}", uuid4().hex
    admin = redis.Redis.from_url(address)
    rules = [rule.replace("CHANGE-ME", password) for rule in rules]
    admin.execute_command("ACL", "SETUSER", name, *rules)
    host = address.partition("://")[2].rpartition("@")[2]
    yield f"redis://{name}:{password}@{host}"
    admin.execute_command("ACL", "DELUSER", name)


def test_the_users_few_rights_are_enough_to_take_keep_and_leave_turns(
    narrow, address, caplog, monkeypatch
):
    monkeypatch.setattr(lock_store, "LEASE_SECONDS", 0.4)
    sender, admin = uuid4().hex, redis.Redis.from_url(address)
    key = f"seedwarden:rasa:{{{sender}}}"

    async def long_turn():
        async with store(narrow).lock(sender):
            await asyncio.sleep(0.9)  # longer than a lease
            return admin.exists(key)

    assert asyncio.run(long_turn()) == 1
    assert admin.exists(key) == 0

    async def two_processes():
        return await turns(store(narrow), store(narrow), sender=uuid4().hex)

    assert in_turn(asyncio.run(two_processes()))
    assert "redis_away" not in caplog.text


def test_the_user_reaches_nothing_of_the_gateways_and_cannot_look_around(narrow, address):
    admin, theirs = redis.Redis.from_url(address), redis.Redis.from_url(narrow)
    foreign = f"seedwarden:lane:{uuid4().hex}"
    admin.set(foreign, "kept", ex=60)
    for ask in (
        lambda: theirs.get(foreign),
        lambda: theirs.set(foreign, "mine"),
        lambda: theirs.delete(foreign),
        lambda: theirs.eval("return redis.call('GET', KEYS[1])", 1, foreign),
        lambda: theirs.xadd("seedwarden:events", {"kind": "message"}),
        lambda: theirs.publish("seedwarden", "x"),
        lambda: theirs.keys("*"),
        theirs.flushall,
        lambda: theirs.config_get("*"),
        lambda: theirs.execute_command("ACL", "LIST"),
    ):
        with pytest.raises(redis.ResponseError, match=r"(?i)noperm|no permission|can't access"):
            ask()
    assert admin.get(foreign) == b"kept"
    assert theirs.set(f"seedwarden:rasa:{uuid4().hex}", "mine", px=50)


def test_a_wrong_password_is_noticed_and_each_process_keeps_order_alone(narrow, caplog):
    wrong = narrow.replace("@", "-wrong@")
    here = store(wrong)

    async def run():
        return await turns(here, sender=uuid4().hex)

    assert in_turn(asyncio.run(run()))
    assert "redis_away" in caplog.text
