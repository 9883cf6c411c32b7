"""Two gateways on PostgreSQL and Redis: whichever takes a message, it is as if there were one."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
from uuid import uuid4

import httpx
import pytest
from redis import Redis

from bot.desk.credentials import Seal
from bot.desk.database import migrate, open_database
from bot.desk.handoff_models import CallPerson
from bot.desk.people_models import NewAgent
from bot.desk.service import Desk
from bot.keys import Keys
from tests.cast import Customer
from tests.conftest import missing, postgres_address, postgres_database
from tests.integration.doors import KEY, Door, RedisServer, StandIn, eventually, sign_in

pytestmark = [pytest.mark.postgres, pytest.mark.redis]

SPLIT = ("gravity machine north sort", "system female filter attitude", "volume fold club stay")


@pytest.fixture(scope="module")
def database():
    """A database of this file's own, dropped afterwards."""
    with postgres_database() as name:
        yield postgres_address(name)


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    if shutil.which("redis-server") is None:
        missing("redis", "no redis-server to start one of our own")
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def rasa():
    standin = StandIn()
    yield standin
    standin.stop()


@pytest.fixture(scope="module")
def doors(database, redis, rasa, tmp_path_factory):
    """Two gateways; they are started once, for that takes most of the time."""
    asyncio.run(migrate(database))
    folder = tmp_path_factory.mktemp("doors")
    opened = [Door(folder, rasa, database_url=database, redis_url=redis.url) for _ in range(2)]
    try:
        for door in opened:
            door.start()
        for door in opened:
            door.wait()
        yield opened
    finally:
        for door in opened:
            door.stop()


@pytest.fixture
async def desk(database):
    desk = Desk(open_database(database))
    yield desk
    await desk.close()


@pytest.fixture
async def clients(doors):
    async with contextlib.AsyncExitStack() as stack:
        yield [
            await stack.enter_async_context(
                httpx.AsyncClient(base_url=door.address, timeout=30, trust_env=False)
            )
            for door in doors
        ]


@pytest.fixture
async def customer(clients):
    return await Customer(clients[0]).begin()


class Stream:
    """A customer's event stream at one gateway, read in the background."""

    def __init__(self, http, customer):
        self.http, self.customer, self.events = http, customer, []
        self.opened = asyncio.Event()
        self.task = asyncio.create_task(self._read())

    async def _read(self):
        path, kind, number = f"/api/v1/conversations/{self.customer.id}/events", "", None
        async with self.http.stream("GET", path, headers=self.customer.headers) as answer:
            async for line in answer.aiter_lines():
                name, _, value = line.partition(": ")
                if name == "event":
                    kind = value
                elif name == "id":
                    number = int(value)
                elif name == "data":
                    self.events.append((kind, number, json.loads(value)))
                    self.opened.set()

    async def until(self, holds, seconds=30):
        await eventually(lambda: holds(self.events), seconds)

    def numbers(self):
        return [number for kind, number, _ in self.events if kind == "message"]

    def texts(self):
        return [data["text"] for kind, _, data in self.events if kind == "message"]

    async def close(self):
        self.task.cancel()
        with contextlib.suppress(asyncio.CancelledError, httpx.HTTPError):
            await self.task


@pytest.fixture
async def stream(clients, customer):
    """The customer listens at the first gateway."""
    stream = Stream(clients[0], customer)
    await stream.opened.wait()
    yield stream
    await stream.close()


@pytest.fixture
async def agents(clients, desk):
    """Two people, each signed in at a gateway of their own; the sessions hold at both."""
    staff = desk.staff(Seal(Keys(KEY.encode())))
    names = [f"a{uuid4().hex[:8]}" for _ in range(2)]
    return [
        await sign_in(http, staff, NewAgent(name, name.title(), "lead"))
        for http, name in zip(clients, names, strict=True)
    ]


async def test_what_happens_at_one_gateway_is_seen_once_and_in_order_at_the_other(
    clients, customer, stream, agents
):
    customer.http = clients[1]
    await customer.write("hello")
    path = f"/desk/api/conversations/{customer.id}"
    taken = await clients[1].post(f"{path}/claim", json={"take_over": True}, headers=agents[0])
    assert taken.status_code == 200, taken.text
    epoch = (
        taken.json()["standing"]["epoch"] if "standing" in taken.json() else taken.json()["epoch"]
    )
    said = await clients[1].post(
        f"{path}/messages",
        json={"client_id": "a1", "text": "Please unplug the device.", "epoch": epoch},
        headers=agents[0],
    )
    assert said.status_code in {200, 201}, said.text
    await stream.until(lambda _: "Please unplug the device." in stream.texts())
    assert stream.numbers() == list(range(2, 2 + len(stream.numbers())))
    assert ("owner", {"owner": "human"}) in [(kind, data) for kind, _, data in stream.events]


async def test_typing_at_one_gateway_is_seen_at_the_other(clients, customer, stream):
    customer.http = clients[1]
    await customer.write("hello")
    await stream.until(lambda events: any(kind == "typing" for kind, *_ in events))


async def test_two_agents_claim_at_two_gateways_and_one_has_it(clients, desk, agents, customer):
    await desk.call_person(CallPerson(customer.id, "wish", "high", "en"))
    path = f"/desk/api/conversations/{customer.id}/claim"
    answers = await asyncio.gather(
        *(
            http.post(path, json={}, headers=agent)
            for http, agent in zip(clients, agents, strict=True)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    lines = [one for one in await desk.messages(customer.id) if one.author == "system"]
    assert len(lines) == 1


async def test_a_phrase_over_two_gateways_is_caught_and_is_in_neither_server(
    clients, customer, desk, redis
):
    for number, words in enumerate(SPLIT):
        customer.http = clients[number % 2]
        await customer.write(words)
    own = [one.text for one in await desk.messages(customer.id) if one.author == "customer"]
    assert own == ["[recovery phrase removed]"] * 3
    reader = Redis(port=redis.port)
    kept = repr([(key, _value(reader, key)) for key in reader.scan_iter()])
    reader.close()
    assert "seedwarden:events" in kept
    assert not [word for words in SPLIT for word in words.split() if word in kept]


def _value(reader, key):
    kind = reader.type(key)
    return reader.xrange(key) if kind == b"stream" else reader.dump(key)


async def test_messages_sent_to_both_at_once_are_answered_one_by_one(clients, customer, desk, rasa):
    path = f"/api/v1/conversations/{customer.id}/messages"
    rasa.pause = 0.1
    try:
        answers = await asyncio.gather(
            *(
                clients[number % 2].post(
                    path,
                    json={"client_id": f"m{number}", "text": f"message {number}"},
                    headers=customer.headers,
                )
                for number in range(5)
            )
        )
    finally:
        rasa.pause = 0.0
    assert {answer.status_code for answer in answers} == {200}
    stored = await desk.messages(customer.id)
    assert [one.author for one in stored[1:]] == ["customer", "bot"] * 5
    assert rasa.of(customer.id) == [one.text for one in stored if one.author == "customer"]


async def test_one_message_sent_to_both_at_once_is_one_turn(clients, customer, desk, rasa):
    path = f"/api/v1/conversations/{customer.id}/messages"
    body = {"client_id": "the-same", "text": "hello there"}
    first, second = await asyncio.gather(
        *(http.post(path, json=body, headers=customer.headers) for http in clients)
    )
    assert first.json() == second.json()
    assert rasa.of(customer.id) == ["hello there"]
    assert [one.author for one in await desk.messages(customer.id)] == ["bot", "customer", "bot"]


async def test_redis_goes_and_comes_back_and_nothing_is_missed(
    clients, customer, stream, doors, redis
):
    redis.stop()
    try:
        await customer.write("said where I listen")
        await stream.until(lambda _: "said where I listen" in stream.texts())
        customer.http = clients[1]
        await customer.write("said next door")
        await stream.until(lambda _: "said next door" in stream.texts())
    finally:
        redis.start()
    for door in doors:
        assert door.said().count("redis_away") == 1
        assert "SEEDWARDEN_REDIS_URL" in door.said()
    await eventually(lambda: all("redis_back" in door.said() for door in doors))
    await customer.write("said after that")
    await stream.until(lambda _: "said after that" in stream.texts())
    assert stream.numbers() == list(range(2, 2 + len(stream.numbers())))


async def test_a_gateway_dies_in_mid_turn_and_the_other_one_finishes_it(
    clients, customer, stream, doors, rasa
):
    rasa.pause = 3.0
    path = f"/api/v1/conversations/{customer.id}/messages"
    body = {"client_id": "cut-off", "text": "are you there?"}
    lost = asyncio.create_task(clients[1].post(path, json=body, headers=customer.headers))
    await eventually(lambda: rasa.of(customer.id))
    doors[1].kill()
    rasa.pause = 0.0
    try:
        with pytest.raises(httpx.TransportError):
            await lost
        again = await clients[0].post(path, json=body, headers=customer.headers)
        assert again.status_code == 200
        assert len(again.json()["replies"]) == 1
        authors = [one["author"] for one in await customer.messages()]
        assert authors == ["bot", "customer", "bot"]
        await stream.until(lambda _: stream.numbers() == [2, 3])
    finally:
        doors[1].start().wait()
