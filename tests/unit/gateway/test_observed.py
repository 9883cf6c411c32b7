"""What one request leaves behind: a line with its id, a count, a span, and no text."""

from __future__ import annotations

import json
import logging
import re

import pytest
import structlog
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from bot import log, tracing

TOLD = "my screen stays dark since tuesday"


@pytest.fixture
def lines(capsys):
    """What is logged as in production; the tests after it log as before."""
    root, before = logging.getLogger(), structlog.get_config()
    handlers, level, processors = root.handlers[:], root.level, before["processors"][:]
    log.configure("gateway")
    yield lambda: capsys.readouterr().err
    root.handlers[:] = handlers
    root.setLevel(level)
    before["processors"][:] = processors  # the same list, which loggers that are in use hold
    structlog.configure(**before)


@pytest.fixture
def spans():
    """Asks for what was sent; that ends the tracing."""
    exporter = InMemorySpanExporter()
    tracing.start("gateway", "http://nowhere.example:4318", exporter)

    def sent():
        tracing.stop()
        return list(exporter.get_finished_spans())

    yield sent
    tracing.stop()


async def test_a_request_can_be_found_in_the_log_by_the_id_in_its_answer(http, lines):
    answer = await http.get("/healthz", headers={"X-Request-Id": "made-up-by-the-caller"})
    shown = answer.headers["x-request-id"]
    assert re.fullmatch(r"[0-9a-f]{32}", shown)
    told = [json.loads(line) for line in lines().splitlines()]
    (line,) = [line for line in told if line["event"] == "request"]
    assert line["request"] == shown
    assert line["route"] == "/healthz"
    assert "made-up" not in str(line)


async def test_two_requests_never_share_an_id(http):
    ids = {(await http.get("/healthz")).headers["x-request-id"] for _ in range(5)}
    assert len(ids) == 5


async def test_a_span_names_the_route_and_holds_no_text_and_no_conversation(http, customer, spans):
    await customer.write(TOLD)
    found = {span.name: span for span in spans()}
    turn = found["POST:/api/v1/conversations/{conversation_id}/messages"]
    assert turn.attributes["http.response.status_code"] == 200
    whole = "".join(span.to_json() for span in found.values())
    assert "screen" not in whole
    assert customer.id not in whole


async def test_a_line_names_its_trace_only_where_traces_are_sent(http, spans, lines):
    await http.get("/healthz")
    traced = lines()
    (span,) = spans()
    assert f"{span.context.trace_id:032x}" in traced
    await http.get("/healthz")
    assert '"trace"' not in lines()


async def test_messages_under_way_are_counted_and_other_requests_are_not(http, customer, engine):
    seen = []

    async def turn(*_):
        seen.append(REGISTRY.get_sample_value("seedwarden_turns_in_progress"))
        await http.get("/healthz")
        seen.append(REGISTRY.get_sample_value("seedwarden_turns_in_progress"))
        return await before(*_)

    before, engine.turn = engine.turn, turn
    with capture_logs():
        await customer.write(TOLD)
    assert seen == [1.0, 1.0]
    assert REGISTRY.get_sample_value("seedwarden_turns_in_progress") == 0.0
