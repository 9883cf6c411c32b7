"""The public application: routes, limits, errors, headers."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import structlog
from fastapi import APIRouter, Depends, FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
    """ASGI middleware: one log line and one count a request, by route and never by path."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count a request and add the headers that every answer has."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def observed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _with_common(message.get("headers", ()))
            await send(message)

        try:
            await self._app(scope, receive, observed)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            method = scope["method"] if scope["method"] in {"GET", "POST", "DELETE"} else "other"
            metrics.REQUESTS.labels(method, route, status).inc()
            milliseconds = round((time.perf_counter() - began) * 1000, 1)
            _log.info("request", method=method, route=route, status=status, ms=milliseconds)


def _with_common(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    present = list(headers)
    names = {name.lower() for name, _ in present}
    return present + [header for header in _HEADERS if header[0] not in names]
