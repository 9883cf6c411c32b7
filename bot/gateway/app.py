"""The public application: routes, limits, errors, headers."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import structlog
from fastapi import APIRouter, Depends, FastAPI
from prometheus_client import Gauge
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, unbind_contextvars

from bot import tracing
from bot.engine import Engine
from bot.gateway import (
    api,
    attachments,
    desk_api,
    desk_files,
    desk_people,
    desk_session,
    health,
    metrics,
    presence,
    records,
)
from bot.gateway.desk_session import Console
from bot.gateway.limits import BodyLimit
from bot.gateway.problems import Problems

_DESCRIPTION: Final = "Customer support for holders of digital money; it never asks for a secret."
_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)

_NOTHING: Final = Gauge("nothing", "Counted and shown nowhere", registry=None)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Gateway:
    """What the public application is made of."""

    api: api.Api
    attachments: attachments.AttachmentParts
    engine: Engine
    console: Console
    problems: Problems
    pages: APIRouter
    hooks: APIRouter
    origins: Sequence[str]
    lifespan: Callable[[], AbstractAsyncContextManager[None]]


def create_app(parts: Gateway) -> FastAPI:
    """Put the public application together."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with parts.lifespan():
            yield

    app = FastAPI(
        title="Seedwarden",
        version="1",
        description=_DESCRIPTION,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    app.state.api = parts.api
    app.state.attachments = parts.attachments
    app.state.engine = parts.engine
    app.state.console = parts.console
    app.include_router(api.router)
    app.include_router(attachments.router)
    app.include_router(records.router)
    app.include_router(presence.router)
    for desk in (desk_session, desk_api, desk_files, desk_people):
        app.include_router(desk.router)
    app.include_router(health.router)
    app.include_router(parts.hooks)  # signed: many customers behind one address are no flood
    app.include_router(parts.pages, dependencies=[Depends(api.counted)])
    _add_problem_schema(app)
    parts.problems.install(app)
    app.add_middleware(BodyLimit, problems=parts.problems)
    if parts.origins:
        _allow(app, parts.origins)
    app.add_middleware(Observed)
    return app


def _allow(app: FastAPI, origins: Sequence[str]) -> None:
    app.add_middleware(
        CORSMiddleware,
        allow_origins=list(origins),
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Authorization", "Content-Type", "Last-Event-ID"],
        expose_headers=["Retry-After"],
    )


def _add_problem_schema(app: FastAPI) -> None:
    """Describe problems once, where the routes' answers refer to them."""
    describe = app.openapi

    def with_problem() -> dict[str, Any]:
        described = describe()
        schemas = described.setdefault("components", {}).setdefault("schemas", {})
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        return described

    app.openapi = with_problem  # type: ignore[method-assign]  # FastAPI's documented way


class Observed:
    """ASGI middleware: one log line, one count and one span a request, by route, never by path.

    Every line that is logged on the way names the request's id, and the trace's where traces are
    sent; the caller reads the id in ``X-Request-Id``. One that the caller made up is not taken.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count a request and add the headers that every answer has."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status, request_id = time.perf_counter(), 500, uuid4().hex

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                own = (b"x-request-id", request_id.encode())
                message["headers"] = [*_with_common(message.get("headers", ())), own]
            await send(message)

        method = scope["method"] if scope["method"] in {"GET", "POST", "DELETE"} else "other"
        answering = metrics.IN_PROGRESS if _is_turn(scope) else _NOTHING
        with tracing.span(method, "SERVER") as mark, answering.track_inprogress():
            bind_contextvars(request=request_id, **({"trace": t} if (t := mark.trace_id) else {}))
            try:
                await self._app(scope, receive, observed)
            finally:
                route = getattr(scope.get("route"), "path", "none")
                mark.rename(f"{method}:{route}")
                mark.note(http__route=route, http__response__status_code=status)
                metrics.REQUESTS.labels(method, route, status).inc()
                milliseconds = round((time.perf_counter() - began) * 1000, 1)
                _log.info("request", method=method, route=route, status=status, ms=milliseconds)
                unbind_contextvars("request", "trace")


def _is_turn(scope: Scope) -> bool:
    """True for a customer's message, which is what all the rest is there for."""
    return scope["method"] == "POST" and str(scope["path"]).endswith("/messages")


def _with_common(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    present = list(headers)
    names = {name.lower() for name, _ in present}
    return present + [header for header in _HEADERS if header[0] not in names]
