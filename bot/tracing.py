"""Traces over OpenTelemetry: off unless a collector is named, and never a text in a span.

A trace has one id through gateway, Rasa and actions. The gateway begins it, for what a customer's
browser might send is not believed; Rasa hands it on in the message's metadata (W3C Trace Context,
``traceparent``) without a span of its own; the action server goes on with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span, Tracer

CARRIER: Final = "traceparent"
_TRACEPARENT: Final = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_WORD: Final = re.compile(r"[A-Za-z0-9_./{}:-]{1,80}")
"""What may stand in a span: routes, names of actions, kinds of errors; a sentence does not fit."""

Kind = Literal["SERVER", "CLIENT", "INTERNAL"]


@dataclass(slots=True)
class _Here:
    """The tracer of this process; None while tracing is off."""

    tracer: Tracer | None = None
    stop: Callable[[], None] | None = None


_here: Final = _Here()


def start(service: str, endpoint: str, exporter: SpanExporter | None = None) -> None:
    """Send this process's spans to a collector from now on; an empty endpoint turns it off.

    Args:
        service: the process's name, ``seedwarden-gateway``.
        endpoint: an OTLP collector over HTTP without path, ``http://collector:4318``.
        exporter: where spans go instead, for tests.
    """
    stop()
    if not endpoint:
        return
    # Half a second of imports that nobody needs whose traces are off.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    provider = TracerProvider(resource=Resource({"service.name": f"seedwarden-{service}"}))
    sink = exporter or OTLPSpanExporter(f"{_collector(endpoint)}/v1/traces", timeout=5)
    provider.add_span_processor(BatchSpanProcessor(sink))
    _here.tracer = provider.get_tracer("seedwarden")
    _here.stop = provider.shutdown


def _collector(endpoint: str) -> str:
    """The collector's own address, for people who name it as other programs want it."""
    return endpoint.rstrip("/").removesuffix("/v1/traces")


def stop() -> None:
    """Send what is left and stop tracing."""
    if _here.stop is not None:
        _here.stop()
    _here.tracer = _here.stop = None


@contextmanager
def span(
    name: str, kind: Kind = "INTERNAL", parent: str = "", **attributes: str | float
) -> Iterator[Mark]:
    """Measure a block; an error is told by its kind alone and goes on its way.

    Args:
        name: what is done: letters, digits, ``_ . / { } : -`` only.
        kind: as OpenTelemetry has it.
        parent: a ``traceparent`` of another process; anything else begins a trace or goes on
            with the one of the block around.
        attributes: words and numbers; what is no single word is left out.
    """
    if _here.tracer is None:
        yield Mark(None)
        return
    from opentelemetry.trace import SpanKind, Status, StatusCode  # noqa: PLC0415 - see start

    with _here.tracer.start_as_current_span(
        _word(name) or "unnamed",
        context=_context(parent),
        kind=SpanKind[kind],
        record_exception=False,  # its message may quote somebody
        set_status_on_exception=False,
    ) as made:
        mark = Mark(made)
        mark.note(**attributes)
        try:
            yield mark
        except BaseException as error:
            mark.note(**{"error.type": type(error).__name__})
            made.set_status(Status(StatusCode.ERROR))
            raise


@dataclass(frozen=True, slots=True)
class Mark:
    """A span under way, or nothing where tracing is off."""

    made: Span | None

    def rename(self, name: str) -> None:
        """Give it the name that is known only now."""
        if self.made is not None and _word(name):
            self.made.update_name(name)

    def note(self, **attributes: str | float) -> None:
        """Add words and numbers; what is no single word is left out."""
        for key, value in attributes.items():
            said = _word(value) if isinstance(value, str) else value
            if self.made is not None and said != "":
                self.made.set_attribute(key.replace("__", "."), said)

    @property
    def trace_id(self) -> str:
        """The trace's id as logs show it; empty where tracing is off."""
        return "" if self.made is None else f"{self.made.get_span_context().trace_id:032x}"


def carrier() -> dict[str, str]:
    """What takes the trace along to another process: ``traceparent``, or nothing."""
    if _here.tracer is None:
        return {}
    from opentelemetry.trace import get_current_span  # noqa: PLC0415 - see start

    here = get_current_span().get_span_context()
    if not here.is_valid:
        return {}
    flags = f"{int(here.trace_flags):02x}"
    return {CARRIER: f"00-{here.trace_id:032x}-{here.span_id:016x}-{flags}"}


def brought_by(metadata: Any) -> str:
    """The ``traceparent`` in a message's metadata; empty when there is none that is usable."""
    given = metadata.get(CARRIER) if isinstance(metadata, Mapping) else None
    return given if isinstance(given, str) and _TRACEPARENT.fullmatch(given) else ""


def _context(parent: str) -> Any:
    if not _TRACEPARENT.fullmatch(parent):
        return None
    from opentelemetry.trace.propagation.tracecontext import (  # noqa: PLC0415 - see start
        TraceContextTextMapPropagator,
    )

    return TraceContextTextMapPropagator().extract({CARRIER: parent})


def _word(text: str) -> str:
    return text if _WORD.fullmatch(text) else ""
