from __future__ import annotations

import asyncio
import contextlib
import json
import time
from dataclasses import replace

import httpx
import pytest

from bot.engine import Engine, Pool, Times, connect, said, secret_shared, signalled
from bot.errors import EngineUnavailable
from bot.guard import inspect

HELLO = said(inspect("hello").safe_text)


def engine(handler, timeout=5.0, urls=("http://rasa",), at_once=8, place=60.0):
    client = httpx.AsyncClient(transport=httpx.MockTransport(handler))
    return Engine(
        client,
        Pool(urls, at_once),
        "t0ken",
        actions_urls=["http://actions/health"],
        times=Times(timeout, place),
    )


async def fails_with(handler, timeout=5.0):
    with pytest.raises(EngineUnavailable) as caught:
        await engine(handler, timeout).turn("c1", HELLO, "en")
    return caught.value.reason


async def test_a_turn_gives_the_named_replies_in_order():
    def answer(request):
        assert request.headers["X-Seedwarden-Token"] == "t0ken"
        body = {"replies": [{"reply": "a"}, {"reply": "b"}], "intent": {"name": "greet"}}
        return httpx.Response(200, json=body)

    answered = await engine(answer).turn("c1", HELLO, "en")
    assert [reply["reply"] for reply in answered.replies] == ["a", "b"]
    assert answered.intent == "greet"


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"[]",
        b"{}",
        b'{"replies": []}',
        b'{"replies": [1]}',
        b'{"replies": [{"text": "made up"}]}',
        b'{"replies": "x"}',
        b"null",
    ],
)
async def test_nonsense_is_not_taken_for_an_answer(body):
    reason = await fails_with(lambda _: httpx.Response(200, content=body))
    assert reason == "nonsense"


async def test_an_error_status_is_named_and_its_body_is_not_repeated():
    reason = await fails_with(lambda _: httpx.Response(503, json={"error": "tracker_unavailable"}))
    assert reason == "status 503"


async def test_no_connection_is_unavailable():
    def refuse(request):
        raise httpx.ConnectError("refused", request=request)

    assert await fails_with(refuse) == "ConnectError"


async def test_an_answer_that_does_not_come_in_time_is_slow():
    async def sleep(_):
        await asyncio.sleep(5)

    assert await fails_with(sleep, timeout=0.05) == "slow"


async def test_health_names_the_part_that_is_down():
    def answer(request):
        if request.url.host == "actions":
            raise httpx.ConnectError("refused", request=request)
        return httpx.Response(200, json={})

    health = await engine(answer).health()
    assert (health.rasa, health.actions) == ("ok", "down")


# ── several Rasa ─────────────────────────────────────────────────────────────────

TWO = ("http://one", "http://two")
MESSAGE = replace(HELLO, message_id="m1")


class Several:
    """Several Rasa: what each was told, and how each answers."""

    def __init__(self, **ways):
        self.ways, self.told = ways, []

    async def __call__(self, request):
        host = request.url.host
        self.told.append(host)
        way = self.ways.get(host, "ok")
        if way == "refused":
            raise httpx.ConnectError("refused", request=request)
        if way == "died":
            raise httpx.ReadError("reset", request=request)
        if way in {"slow", "hangs"}:
            await asyncio.sleep(1.5 if way == "slow" else 30)
        elif way != "ok":
            return httpx.Response(503, json={"error": way})
        body = {"replies": [{"reply": host}], "intent": {"name": "greet"}}
        return httpx.Response(200, json=body)


async def asked(rasa, utterance=MESSAGE, **more):
    answer = await engine(rasa, urls=TWO, **more).turn("c1", utterance, "en")
    return answer.replies[0]["reply"]


@pytest.mark.parametrize("way", ["refused", "died", "starting", "tracker_unavailable"])
async def test_a_turn_that_one_rasa_cannot_take_is_taken_by_another(way):
    rasa = Several(one=way)
    assert await asked(rasa) == "two"
    assert rasa.told == ["one", "two"]


async def test_a_line_without_an_id_is_not_said_twice_when_it_may_have_been_heard():
    rasa = Several(one="died")
    with pytest.raises(EngineUnavailable, match="ReadError"):
        await asked(rasa, HELLO)
    assert rasa.told == ["one"]


async def test_a_line_without_an_id_is_said_elsewhere_when_nobody_can_have_heard_it():
    assert await asked(Several(one="refused"), HELLO) == "two"


async def test_when_none_takes_it_the_turn_ends_after_one_try_each():
    rasa = Several(one="refused", two="refused")
    with pytest.raises(EngineUnavailable, match="ConnectError"):
        await asked(rasa)
    assert rasa.told == ["one", "two"]


async def test_one_that_failed_is_left_alone_until_its_health_is_good(monkeypatch):
    monkeypatch.setattr("bot.engine.client._LOOK_SECONDS", 0.01)
    rasa = Several(one="refused")
    several = engine(rasa, urls=TWO)
    await several.turn("c1", MESSAGE, "en")
    await several.turn("c1", MESSAGE, "en")
    assert rasa.told == ["one", "two", "two"]
    rasa.ways.clear()
    watching = asyncio.create_task(several.watch())
    async with asyncio.timeout(5):
        while several._pool.resting():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.01)
    watching.cancel()
    both = {(await several.turn("c1", MESSAGE, "en")).replies[0]["reply"] for _ in range(2)}
    assert both == {"one", "two"}


async def test_a_refusal_that_concerns_one_conversation_makes_no_rasa_ill():
    several = engine(Several(one="tracker_unavailable"), urls=TWO)
    await several.turn("c1", MESSAGE, "en")
    assert several._pool.resting() == []


async def test_a_safety_line_never_waits_for_a_place():
    rasa = Several(rasa="hangs")
    full = engine(rasa, at_once=1)
    under_way = asyncio.create_task(full.turn("c1", MESSAGE, "en"))
    await asyncio.sleep(0.01)
    for line in (secret_shared("seed_phrase"), signalled("remote_control")):
        with pytest.raises(EngineUnavailable, match="busy"):
            await full.turn("c2", line, "en")
    waiting = asyncio.create_task(full.turn("c3", MESSAGE, "en"))
    await asyncio.sleep(0.01)
    assert (full.busy, full.waiting) == (1, 1)
    for task in (under_way, waiting):
        task.cancel()
    await asyncio.gather(under_way, waiting, return_exceptions=True)
    assert (full.busy, full.waiting) == (0, 0)


async def test_a_safety_line_is_given_up_sooner_than_an_ordinary_one():
    slow = engine(Several(rasa="slow"), timeout=4)
    assert await slow.turn("c1", MESSAGE, "en")
    with pytest.raises(EngineUnavailable, match="slow"):
        await slow.turn("c1", secret_shared("seed_phrase"), "en")


async def test_health_is_good_while_one_of_several_is():
    assert (await engine(Several(one="refused"), urls=TWO).health()).rasa == "ok"
    assert (await engine(Several(one="refused", two="refused"), urls=TWO).health()).rasa == "down"


async def test_forgetting_is_asked_of_another_when_one_is_down():
    rasa = Several(one="refused")
    await engine(rasa, urls=TWO).forget("c1")
    assert rasa.told == ["one", "two"]


async def test_each_turn_carries_the_id_of_its_message():
    seen = []

    def answer(request):
        seen.append(json.loads(request.content)["id"])
        return httpx.Response(200, json={"replies": [{"reply": "a"}]})

    await engine(answer).turn("c1", MESSAGE, "en")
    assert seen == ["m1"]


# ── one deadline for a turn ──────────────────────────────────────────────────────


async def seconds_of(doing):
    """How long something takes that ends with no answer; gives the reason too."""
    began = time.monotonic()
    with pytest.raises(EngineUnavailable) as caught:
        await doing
    return time.monotonic() - began, caught.value.reason


async def test_the_time_for_an_answer_is_that_of_the_turn_however_many_are_tried():
    async def dies_after_a_while(request):
        await asyncio.sleep(0.3)
        raise httpx.ReadError("reset", request=request)

    many = engine(dies_after_a_while, 0.5, urls=[f"http://r{n}" for n in range(9)])
    seconds, _ = await seconds_of(many.turn("c1", MESSAGE, "en"))
    assert seconds < 1
    in_time = engine(dies_after_a_while, 5, urls=TWO)
    seconds, reason = await seconds_of(in_time.turn("c1", MESSAGE, "en"))
    assert (reason, seconds > 0.55) == ("ReadError", True), "both were tried"


async def test_the_patience_for_a_place_is_that_of_the_turn_however_many_are_tried():
    gates = {"one": asyncio.Event(), "two": asyncio.Event()}

    async def answer(request):
        host = request.url.host
        if json.loads(request.content)["id"] == "m1" and host == "one":
            raise httpx.ReadError("reset", request=request)
        await gates[host].wait()
        return httpx.Response(200, json={"replies": [{"reply": host}]})

    full = engine(answer, 30, urls=TWO, at_once=1, place=0.8)
    others = [
        asyncio.create_task(full.turn(f"c{n}", replace(HELLO, message_id=f"x{n}"), "en"))
        for n in range(2)
    ]
    await asyncio.sleep(0.01)
    waiting = asyncio.create_task(seconds_of(full.turn("c9", MESSAGE, "en")))
    await asyncio.sleep(0.5)
    gates["one"].set()  # a place at last, at a Rasa that lets the turn down
    seconds, reason = await waiting
    assert (reason, 0.7 < seconds < 1.2) == ("busy", True)
    gates["two"].set()
    assert len(await asyncio.gather(*others)) == 2


async def test_a_place_that_comes_within_what_is_left_of_the_patience_is_taken():
    rasa = Several(one="died", two="slow")
    full = engine(rasa, 30, urls=TWO, at_once=1, place=3.0)
    holds_two = asyncio.create_task(full._pool.place(["http://one"], 0, print).__aenter__())
    standing = await holds_two
    turn = asyncio.create_task(full.turn("c1", MESSAGE, "en"))
    await asyncio.sleep(0.2)
    standing.busy -= 1
    full._pool._serve()
    assert (await turn).replies[0]["reply"] == "two"


async def test_forgetting_too_ends_in_a_turns_time():
    async def hangs(_):
        await asyncio.sleep(30)

    seconds, reason = await seconds_of(engine(hangs, 0.3, urls=TWO).forget("c1"))
    assert (reason, seconds < 2) == ("slow", True)


# ── connections ──────────────────────────────────────────────────────────────────


@contextlib.asynccontextmanager
async def meeting_place(expected):
    """A server that answers nobody before ``expected`` turns are there together."""
    here, together = [], asyncio.Event()
    body = b'{"replies": [{"reply": "a"}]}'

    async def serve(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        here.append(writer)
        if len(here) == expected:
            together.set()
        await together.wait()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", here


@pytest.mark.parametrize(("places", "arrive"), [(8, 104), (7, 91)])
async def test_thirteen_rasa_are_reached_by_all_the_turns_they_take(places, arrive):
    rasa = 13
    async with meeting_place(arrive) as (address, here):
        urls = [f"{address}/r{n}" for n in range(rasa)]
        client = connect(rasa, places, 20)
        full = Engine(client, Pool(urls, places), "t", actions_urls=[], times=Times(20))
        turns = [
            full.turn(f"c{n}", replace(HELLO, message_id=f"m{n}"), "en") for n in range(arrive)
        ]
        assert len(await asyncio.gather(*turns)) == len(here) == arrive
        await full.close()


async def test_no_more_connections_are_opened_than_the_rasa_there_are_can_use():
    async with connect(1, 1, 5) as client:
        assert client._transport._pool._max_connections == 1 * (1 + 2) + 20
