"""What joins two gateways: wake-ups, turns and counts over a real Redis; and the way without."""

from __future__ import annotations

import asyncio
import contextlib
import shutil

import pytest

from bot.desk.models import Draft
from bot.errors import SettingInvalid, TooManyWaiting
from bot.gateway import fanout_lanes
from bot.gateway.events import Polling
from bot.gateway.fanout import STREAM, Fanout, Link
from bot.gateway.fanout_lanes import SharedLanes
from bot.gateway.hub import Happening, Hub
from bot.gateway.lanes import Lanes
from bot.gateway.limits import Limits
from bot.gateway.problems import Problem
from bot.guard import authored
from bot.settings import Settings, load_settings
from tests.conftest import missing
from tests.integration.doors import RedisServer, eventually

TICKETS = "seedwarden:lane:{c1}:tickets"


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    if shutil.which("redis-server") is None:
        missing("redis", "no redis-server to start one of our own")
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def links(redis):
    links = [Link(redis.url) for _ in range(2)]
    await links[0].client.flushall()
    yield links
    for link in links:
        await link.close()


@pytest.fixture
async def hubs(links):
    """Two gateways' hubs, joined; the second one notes what it was told to forget."""
    hubs, forgotten = [Hub(), Hub()], []
    tasks = [
        asyncio.create_task(Fanout(link, hub, forgotten.append).run())
        for link, hub in zip(links, hubs, strict=True)
    ]
    hubs[1].forgotten = forgotten
    yield hubs
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def heard(inbox):
    """The next wake-up that is more than "look"."""
    async with asyncio.timeout(20):
        while (happening := await inbox.get()).kind == "look":
            pass
    return happening


async def joined(hubs):
    """Wait until the second gateway hears the first."""
    with hubs[1].subscribe("ready") as inbox:
        async with asyncio.timeout(20):
            while inbox.empty() or (await inbox.get()).kind != "note":
                hubs[0].tell("ready", Happening("note"))
                await asyncio.sleep(0.05)


@pytest.mark.redis
async def test_a_wake_up_reaches_the_other_gateway_and_not_its_own_twice(hubs):
    await joined(hubs)
    with hubs[0].subscribe("c1") as here, hubs[1].subscribe("c1") as there:
        hubs[0].tell("c1", Happening("typing", {"author": "bot"}))
        assert await heard(there) == Happening("typing", {"author": "bot"})
        hubs[1].tell("c1", Happening("note"))
        assert [(await heard(here)).kind for _ in range(2)] == ["typing", "note"]


@pytest.mark.redis
async def test_nothing_but_ids_and_kinds_is_in_redis(hubs, links):
    await joined(hubs)
    with hubs[1].subscribe("c1") as there:
        hubs[0].tell(
            "c1", Happening("message", {"text": "my words", "author": "no author of ours"})
        )
        assert await heard(there) == Happening("message")
    told = [entry for _, entry in await links[0].client.xrange(STREAM)]
    assert "my words" not in str(told)
    assert {name for entry in told for name in entry} == {"from", "about", "kind", "author"}


@pytest.mark.redis
async def test_what_is_erased_at_one_gateway_is_forgotten_at_the_other(hubs):
    await joined(hubs)
    hubs[0].tell("c1", Happening("erased"))
    await eventually(lambda: "c1" in hubs[1].forgotten)


@pytest.mark.redis
async def test_what_could_not_be_told_is_told_when_redis_is_back(hubs, redis):
    await joined(hubs)
    redis.stop()
    with hubs[1].subscribe("c1") as there:
        hubs[0].tell("c1", Happening("resync"))
        await asyncio.sleep(0.2)
        redis.start()
        assert (await heard(there)).kind == "resync"


@pytest.mark.redis
async def test_turns_of_two_gateways_come_one_by_one_in_the_order_of_arrival(links):
    lanes = [Lanes(5, SharedLanes(link, 5).enter) for link in links]
    inside, order, all_there = [], [], asyncio.Event()

    async def turn(number):
        async with lanes[number % 2].enter("c1"):
            inside.append(number)
            assert len(inside) == 1
            await all_there.wait()
            inside.remove(number)
            order.append(number)

    tasks = []
    for number in range(5):
        tasks.append(asyncio.create_task(turn(number)))
        while await links[0].client.zcard(TICKETS) <= number:  # noqa: ASYNC110 - in Redis
            await asyncio.sleep(0.01)
    all_there.set()
    await asyncio.gather(*tasks)
    assert order == [0, 1, 2, 3, 4]


@pytest.mark.redis
async def test_two_conversations_do_not_wait_for_each_other(links):
    lanes = [Lanes(5, SharedLanes(link, 5).enter) for link in links]
    async with asyncio.timeout(20), lanes[0].enter("c1"), lanes[1].enter("c2"):
        pass


@pytest.mark.redis
async def test_the_queue_is_as_long_over_both_gateways_as_over_one(links):
    lanes = [SharedLanes(link, 1) for link in links]
    async with lanes[0].enter("c1"):
        waiting = asyncio.create_task(_pass_through(lanes[0]))
        await asyncio.sleep(0.2)
        with pytest.raises(TooManyWaiting):
            await _pass_through(lanes[1])
    await waiting


async def _pass_through(lanes):
    async with lanes.enter("c1"):
        pass


@pytest.mark.redis
async def test_the_turn_of_a_gateway_that_died_runs_out(links, monkeypatch):
    monkeypatch.setattr(fanout_lanes, "LEASE_SECONDS", 0.3)
    dead = SharedLanes(links[0], 5).enter("c1")
    monkeypatch.setattr(fanout_lanes, "_RENEW_SECONDS", 3600)
    await dead.__aenter__()
    async with asyncio.timeout(20):
        await _pass_through(SharedLanes(links[1], 5))
    await dead.__aexit__(None, None, None)


async def test_without_redis_it_is_ones_turn_at_once():
    link = Link("redis://127.0.0.1:1/0")
    async with SharedLanes(link, 5).enter("c1"):
        assert link.is_away
    await link.close()


@pytest.mark.redis
async def test_two_gateways_count_together_and_each_for_itself_while_redis_is_away(links):
    counted = [Limits(Settings(messages_per_minute=2), link) for link in links]
    await counted[0].message("c1")
    await counted[1].message("c1")
    with pytest.raises(Problem):
        await counted[0].message("c1")
    for link in links:
        link.is_away = True
    await counted[1].message("c1")
    for limits in counted:
        await limits.close()


async def test_a_stream_learns_what_no_wake_up_told_of(desk):
    hub = Hub()
    polling = Polling(desk, hub)
    conversation = await desk.create_conversation("en", is_chosen=False)
    with hub.subscribe(conversation.id) as inbox:
        await polling.round()
        assert inbox.get_nowait().kind == "look"
        await polling.round()
        assert inbox.empty(), "nothing moved"
        await desk.say(conversation.id, [Draft(authored("hello"), "en")])
        await polling.round()
        assert inbox.get_nowait().kind == "look"
    with contextlib.suppress(Exception):
        await desk.close()


def test_redis_beside_sqlite_is_refused_and_beside_postgresql_it_is_not(monkeypatch):
    monkeypatch.setenv("SEEDWARDEN_REDIS_URL", "redis://127.0.0.1:6379/0")
    monkeypatch.delenv("SEEDWARDEN_DATABASE_URL", raising=False)
    with pytest.raises(SettingInvalid, match="lose messages on SQLite"):
        load_settings()
    monkeypatch.setenv("SEEDWARDEN_DATABASE_URL", "postgresql+asyncpg://127.0.0.1/desk")
    assert load_settings().redis_url.get_secret_value()
    monkeypatch.setenv("SEEDWARDEN_REDIS_URL", "http://127.0.0.1:6379")
    with pytest.raises(SettingInvalid, match="SEEDWARDEN_REDIS_URL"):
        load_settings()
