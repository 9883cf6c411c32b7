"""What makes the pages a company's own: its logo and its colours, as files at fixed addresses.

The colours come as a style sheet of custom properties, after the page's own: nothing is inline,
so the policy of the pages stays as strict as it is.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request, Response

from bot.content.colours import tinted
from bot.content.profile import profile
from bot.content.profile_rules import GROUNDS

if TYPE_CHECKING:
    from bot.content.profile import Colours

LOGO: Final = "/brand/logo"
COLOURS: Final = "/brand/colours.css"
_HEADERS: Final = {
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    # An SVG that is opened by itself is a document of ours: it may do nothing at all.
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


def brand_router() -> APIRouter:
    """The two routes, of the profile in use."""
    routes = APIRouter(include_in_schema=False)
    logo, sheet = profile().logo, colours_sheet().encode()

    @routes.api_route(LOGO, methods=["GET", "HEAD"])
    async def own_logo(request: Request) -> Response:
        return _send(request, logo.content, logo.media_type)

    @routes.api_route(COLOURS, methods=["GET", "HEAD"])
    async def own_colours(request: Request) -> Response:
        return _send(request, sheet, "text/css")

    return routes


def colours_sheet() -> str:
    """The profile's colours as the pages and the chat read them; paper stays black on white."""
    light, dark = (_properties(scheme) for scheme in ("light", "dark"))
    return (
        f"@media screen {{ :root {{ {light} }} }}\n"
        f"@media screen and (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"
    )


def _properties(scheme: str) -> str:
    given: Colours = profile().light if scheme == "light" else profile().dark
    soft = tinted(GROUNDS[scheme][0], given.accent)
    values = {
        "accent": given.accent,
        "on-accent": given.on_accent,
        "soft": soft,
        "person": soft,
        "seedwarden-accent": given.accent,
        "seedwarden-on-accent": given.on_accent,
        "seedwarden-mine": soft,
    }
    return " ".join(f"--{name}: {value};" for name, value in values.items())


def _send(request: Request, content: bytes, media_type: str) -> Response:
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {**_HEADERS, "ETag": etag}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=media_type)
