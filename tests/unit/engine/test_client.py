from __future__ import annotations

import asyncio

import httpx
import pytest

from bot.engine import Engine, said
from bot.errors import EngineUnavailable
from bot.guard import inspect

HELLO = said(inspect("hello").safe_text)


def engine(handler, timeout=5.0):
    client = httpx.AsyncClient(transport=httpx.MockTransport(handler))
    return Engine(
        client, "http://rasa", "t0ken", actions_url="http://actions/health", timeout=timeout
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
