from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import httpx
import pytest

from bot.engine import Engine, Pool, Times, said, secret_shared, signalled
from bot.errors import EngineUnavailable
from bot.guard import inspect

HELLO = said(inspect("hello").safe_text)


def engine(handler, timeout=5.0, urls=("http://rasa",), at_once=8):
    client = httpx.AsyncClient(transport=httpx.MockTransport(handler))
    return Engine(
        client,
        Pool(urls, at_once),
        "t0ken",
        actions_urls=["http://actions/health"],
        times=Times(timeout),
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
