"""The trace of a turn: in a header for whoever listens, in the metadata for the action server."""

from __future__ import annotations

import json

import httpx
import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from actions.server import create_app
from bot import tracing
from bot.engine import Engine, Pool, Times, said
from bot.guard import inspect

HELLO = said(inspect("my screen stays dark").safe_text)


@pytest.fixture
def spans():
    """What was sent; asking for it ends the tracing."""
    exporter = InMemorySpanExporter()
    tracing.start("gateway", "http://nowhere.example:4318", exporter)

    def sent():
        tracing.stop()
        return {span.name: span for span in exporter.get_finished_spans()}

    yield sent
    tracing.stop()


async def turn():
    """Take one turn, and give the request that Rasa got."""
    seen = []

    def answer(request):
        seen.append(request)
        return httpx.Response(200, json={"replies": [{"reply": "a"}], "intent": {"name": "greet"}})

    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    rasa = Engine(client, Pool(("http://rasa",), 8), "t", actions_urls=[], times=Times(5.0))
    await rasa.turn("c1", HELLO, "en")
    await rasa.close()
    return seen[0]


async def test_without_traces_a_turn_takes_no_trace_along():
    request = await turn()
    assert "traceparent" not in request.headers
    assert "traceparent" not in json.loads(request.content)["metadata"]


async def test_gateway_rasa_and_action_are_one_trace_without_a_word_in_it(spans):
    with tracing.span("POST", "SERVER") as mark:
        trace = mark.trace_id
        request = await turn()
    metadata = json.loads(request.content)["metadata"]
    assert request.headers["traceparent"].split("-")[1] == trace
    # What Rasa sends the action server: the message with its metadata as it came.
    call = {"next_action": "unknown_action", "tracker": {"latest_message": {"metadata": metadata}}}
    transport = httpx.ASGITransport(create_app(None, "t"))
    async with httpx.AsyncClient(transport=transport, base_url="http://actions") as http:
        answer = await http.post("/webhook", json=call, headers={"X-Seedwarden-Token": "t"})
    assert answer.status_code == 404
    sent = spans()
    assert {f"{span.context.trace_id:032x}" for span in sent.values()} == {trace}
    assert set(sent) == {"POST", "rasa:turn", "action:unknown_action"}
    assert "screen" not in "".join(span.to_json() for span in sent.values())
