"""Spans hold words and numbers, never a text; one trace goes through all processes."""

from __future__ import annotations

import subprocess
import sys

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from bot import tracing
from bot.guard import scrub
from bot.settings import ROOT

TOLD = "my words are abandon ability able"


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


def test_without_a_collector_nothing_is_traced():
    tracing.start("gateway", "")
    with tracing.span("turn") as mark:
        mark.note(route="/healthz")
        assert tracing.carrier() == {}
        assert mark.trace_id == ""


def test_without_a_collector_the_library_is_not_even_loaded():
    code = (
        "import sys; from bot import tracing\n"
        "with tracing.span('x'): tracing.carrier()\n"
        "assert not [m for m in sys.modules if m.startswith('opentelemetry')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


@pytest.mark.parametrize(
    "named", ["http://collector:4318", "http://collector:4318/", "http://collector:4318/v1/traces"]
)
def test_a_collector_may_be_named_with_or_without_the_path_that_is_asked(named):
    assert tracing._collector(named) == "http://collector:4318"
    assert tracing._collector(f"{named}/of/another") != "http://collector:4318"


def test_a_trace_goes_on_in_another_process(spans):
    with tracing.span("POST", "SERVER") as mark:
        taken_along = tracing.carrier()
        trace = mark.trace_id
    with tracing.span("action", parent=tracing.brought_by(taken_along)):
        pass
    sent = spans()
    assert f"{sent['action'].context.trace_id:032x}" == trace
    assert sent["action"].parent.span_id == sent["POST"].context.span_id
    assert sent["POST"].resource.attributes["service.name"] == "seedwarden-gateway"


@pytest.mark.parametrize("given", [None, 7, TOLD, "00-12-34-01", "00-" + "Z" * 32 + "-1-01"])
def test_a_parent_that_is_none_begins_a_trace_of_its_own(spans, given):
    with tracing.span("action", parent=tracing.brought_by({"traceparent": given})):
        pass
    assert spans()["action"].parent is None


def test_a_text_gets_into_no_span(spans):
    with pytest.raises(ValueError, match="abandon"), tracing.span(TOLD, text=TOLD) as mark:  # noqa: PT012
        mark.note(route=TOLD, milliseconds=4.5, reason="ConnectError")
        mark.rename(TOLD)
        raise ValueError(TOLD)
    (span,) = spans().values()
    assert "abandon" not in span.to_json()
    assert span.name == "unnamed"
    assert dict(span.attributes) == {
        "milliseconds": 4.5,
        "reason": "ConnectError",
        "error.type": "ValueError",
    }
    assert not span.status.is_ok
    assert span.events == ()


def test_the_guard_does_not_take_a_trace_for_a_secret():
    told = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    assert str(scrub(told)) == told
    assert tracing.brought_by({"traceparent": told}) == told
