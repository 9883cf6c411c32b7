"""What answers where nothing else does: a page for people, the plain problem for programs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope

_OF_PROGRAMS: Final = (
    *("/api", "/desk", "/doors", "/hooks", "/static", "/brand"),
    *("/healthz", "/readyz", "/metrics"),
)


class _Last(APIRoute):
    """Matches less well than any other route, wherever it stands in the list."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Call it a partial match: it is taken where no other route has path and method."""
        match, child = super().matches(scope)
        mine = match is Match.FULL and not _of_a_program(scope["path"])
        return (Match.PARTIAL, child) if mine else (Match.NONE, {})


def missing_router(show: Callable[[Request], Response]) -> APIRouter:
    """The route of every address that is not there."""
    routes = APIRouter(include_in_schema=False, route_class=_Last)

    @routes.api_route("/{path:path}", methods=["GET", "HEAD"])
    async def missing(request: Request) -> Response:
        if _wants_json(request.headers.get("accept", "")):
            raise HTTPException(404)
        return show(request)

    return routes


def _of_a_program(path: str) -> bool:
    return any(path == place or path.startswith(f"{place}/") for place in _OF_PROGRAMS)


def _wants_json(accept: str) -> bool:
    """True where JSON is asked for and HTML is not; who asks for nothing gets a page."""
    return "json" in accept and "text/html" not in accept
