"""What search engines read: `/robots.txt`, and `/sitemap.xml` with every public page by language.

Without a public address in the settings the one that the crawler asked for is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import quoteattr

from fastapi import APIRouter, Request, Response
from markupsafe import escape

from bot.content.profile import profile
from bot.widget.words import TAGS

if TYPE_CHECKING:
    from bot.widget.site import Site

_PRIVATE: Final = ("/api/", "/desk", "/search")
_PAGES: Final = ("/", "/faq", "/channels", "/fraud", "/verify", "/status")
_HEADERS: Final = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}


def crawler_router(site: Site, public_url: str) -> APIRouter:
    """The two routes, to be mounted by the gateway."""
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/robots.txt", methods=["GET", "HEAD"])
    async def robots(request: Request) -> Response:
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in _PRIVATE), ""]
        lines.append(f"Sitemap: {_origin(request, public_url)}/sitemap.xml\n")
        return Response("\n".join(lines), headers=_HEADERS, media_type="text/plain")

    @routes.api_route("/sitemap.xml", methods=["GET", "HEAD"])
    async def sitemap(request: Request) -> Response:
        content = _sitemap(_origin(request, public_url), public_paths(site))
        return Response(content, headers=_HEADERS, media_type="application/xml")

    return routes


def public_paths(site: Site) -> list[str]:
    """Every page that is for everybody, without its language."""
    topics = (f"/topics/{topic}" for topic in site.topics.ids())
    questions = (f"/faq/{question}" for question in site.content.faq.questions)
    return [*_PAGES, *topics, *questions]


def _origin(request: Request, public_url: str) -> str:
    return public_url.rstrip("/") or f"{request.url.scheme}://{request.url.netloc}"


def _sitemap(origin: str, paths: Sequence[str]) -> str:
    entries = "\n".join(entry for path in paths for entry in _entries(origin, path))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        ' xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
        f"{entries}\n</urlset>\n"
    )


def _entries(origin: str, path: str) -> Iterator[str]:
    """One entry a language, each with all its alternates, as search engines want it."""
    languages = profile().languages
    tongues = [(TAGS[tongue], f"{origin}{path}?lang={tongue}") for tongue in languages]
    places = [*tongues, ("x-default", f"{origin}{path}")]
    alternates = "".join(
        f'<xhtml:link rel="alternate" hreflang="{tag}" href={quoteattr(place)}/>'
        for tag, place in places
    )
    for _, place in tongues:
        yield f"<url><loc>{escape(place)}</loc>{alternates}</url>"
