"""When no Rasa has a place: customers are told once, nothing is dropped, safety does not wait."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from fastapi import APIRouter

from bot.bootstrap import build_gateway
from bot.engine import Engine, Pool, Times
from bot.errors import SettingInvalid
from bot.gateway import crowd
from bot.guard.placeholders import PLACEHOLDERS
from tests.cast import Customer
from tests.unit.gateway.conftest import serving

WAITING = "Many people are writing just now"
PHRASE = "abandon " * 11 + "about"


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(crowd, "SAID_AFTER", 0.05)


async def until(holds):
    async with asyncio.timeout(10):
        while not await holds():  # noqa: ASYNC110 - what is waited for is behind HTTP
            await asyncio.sleep(0.02)


def texts(messages):
    return [(one["author"], one["text"][:32]) for one in messages]


async def test_who_waits_is_told_once_and_then_gets_the_answer(customer, engine):
    engine.ahead = 3
    sent = asyncio.create_task(customer.write("hello"))

    async def told():
        return len(await customer.messages()) == 3

    await until(told)
    engine.crowded.set()
    turn = await sent
    authors = [one["author"] for one in await customer.messages()]
    assert authors == ["bot", "customer", "system", "bot"]
    assert WAITING in (await customer.messages())[2]["text"]
    assert [one["author"] for one in turn["replies"]] == ["bot"]
    engine.crowded.clear()
    again = asyncio.create_task(customer.write("and now?"))
    await asyncio.sleep(0.2)
    engine.crowded.set()
    await again
    assert [one["author"] for one in await customer.messages()][4:] == ["customer", "bot"]


async def test_it_is_told_in_the_customers_language(http, engine):
    kunde = await Customer(http).begin("zh")
    engine.ahead = 0
    sent = asyncio.create_task(kunde.write("你好"))

    async def told():
        return len(await kunde.messages()) == 3

    await until(told)
    engine.crowded.set()
    await sent
    assert "现在咨询的人比较多" in (await kunde.messages())[2]["text"]


async def test_who_waits_only_a_moment_hears_nothing_of_it(customer, engine, monkeypatch):
    monkeypatch.setattr(crowd, "SAID_AFTER", 30.0)
    engine.ahead = 0
    sent = asyncio.create_task(customer.write("hello"))
    await asyncio.sleep(0.1)
    engine.crowded.set()
    await sent
    assert [one["author"] for one in await customer.messages()] == ["bot", "customer", "bot"]


class Slow:
    """A Rasa that answers when it is let."""

    def __init__(self):
        self.open, self.told = asyncio.Event(), []

    async def __call__(self, request):
        self.told.append(request)
        await self.open.wait()
        return httpx.Response(200, json={"replies": [{"reply": "greet"}], "intent": {}})


@pytest.fixture
def rasa():
    return Slow()


@pytest.fixture
def engine(rasa, request):
    """The real engine with one place, for the tests that need it; else the cast's."""
    if "full" not in request.fixturenames:
        return request.getfixturevalue("fake_engine")
    client = httpx.AsyncClient(transport=httpx.MockTransport(rasa))
    urls = ["http://actions/health"]
    return Engine(client, Pool(["http://rasa"], 1), "t", actions_urls=urls, times=Times(20))


@pytest.fixture
def fake_engine():
    from tests.cast import FakeEngine  # noqa: PLC0415 - the other tests of this file need none

    return FakeEngine()


@pytest.fixture
async def full(settings, desk, engine, rasa):
    """A gateway whose only Rasa is busy with somebody else's message."""
    app = build_gateway(settings, desk, engine, APIRouter())
    async with serving(app) as address, httpx.AsyncClient(base_url=address, timeout=20) as client:
        first = await Customer(client).begin()
        busy = asyncio.create_task(first.write("hello"))

        async def taken():
            return bool(rasa.told)

        await until(taken)
        yield client
        rasa.open.set()
        await busy


async def test_a_phrase_is_answered_at_once_while_rasa_is_full(full, rasa):
    customer = await Customer(full).begin()
    turn = await customer.write(PHRASE)
    assert turn["message"]["text"] in PLACEHOLDERS
    assert "phrase" in turn["replies"][0]["text"].lower()
    assert len(rasa.told) == 1


async def test_a_robbery_is_answered_at_once_while_rasa_is_full(full, rasa):
    customer = await Customer(full).begin()
    said = "the support agent asks me to install AnyDesk so he can fix my wallet"
    turn = await customer.write(said)
    assert turn["replies"]
    assert "not available" not in turn["replies"][0]["text"]
    assert len(rasa.told) == 1


async def test_everybody_who_waits_is_answered_in_the_end_and_counted_meanwhile(full, rasa, engine):
    customers = [await Customer(full).begin() for _ in range(4)]
    sent = [asyncio.create_task(one.write("hello")) for one in customers]

    async def all_wait():
        return engine.waiting == 4

    await until(all_wait)
    rasa.open.set()
    turns = await asyncio.gather(*sent)
    assert all(len(turn["replies"]) == 1 for turn in turns)
    assert engine.waiting == 0


async def test_the_other_calls_answer_while_messages_wait(full, engine):
    customer = await Customer(full).begin()
    sent = asyncio.create_task(customer.write("hello"))

    async def waits():
        return engine.waiting == 1

    await until(waits)
    assert (await customer.get("who")).json()["owner"] == "bot"
    assert (await full.get("/desk/api/me")).status_code == 401
    assert engine.waiting == 1
    assert not sent.done()
    sent.cancel()
    await asyncio.gather(sent, return_exceptions=True)


async def test_several_rasa_without_redis_stop_the_start(settings, desk, fake_engine):
    several = settings.model_copy(update={"rasa_url": "http://one,http://two"})
    with pytest.raises(SettingInvalid, match="SEEDWARDEN_REDIS_URL"):
        build_gateway(several, desk, fake_engine, APIRouter())
    assert build_gateway(settings, desk, fake_engine, APIRouter())
