"""The public pages and the chat element: the site, `/verify`, `/widget.js`, `/static/…`.

A page is finished HTML in one of both languages; script only adds the chat. What is pasted into
the checker comes by POST, so that it stands in no address, history or access log.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool

from bot.content import load_content
from bot.content.language import Language
from bot.content.profile import profile
from bot.guard.findings import KEYS_TO_THE_FUNDS
from bot.settings import ROOT
from bot.widget.assets import FOLDER, Asset, load_assets
from bot.widget.brand import brand_router
from bot.widget.checker import Checked, Checker
from bot.widget.crawlers import crawler_router
from bot.widget.forms import short_text
from bot.widget.headers import asset_headers, page_headers
from bot.widget.prose import blocks_of
from bot.widget.search_page import Searching, search_router
from bot.widget.searching import Finder
from bot.widget.site import Site, site_router
from bot.widget.words import TAGS, day, load_words, pick_language

if TYPE_CHECKING:
    from bot.content import Content, Text
    from bot.settings import Settings

_QUICK: Final = 6  # gzip's level: a page is packed anew for every visitor

_log = structlog.get_logger(__name__)


class Pages:
    """Renders the pages; templates and words are read once, when it is made.

    ``origin`` is our public address; without it canonical links name the path alone.
    """

    def __init__(self, checker: Checker, origin: str = "") -> None:
        loader = FileSystemLoader(FOLDER / "templates")
        self._templates = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._templates.globals |= {"blocks": lambda text: list(blocks_of(text)), "tags": TAGS}
        self._templates.globals |= {"operator": profile()}
        self.words = load_words()
        self._checker = checker
        self._origin = origin.rstrip("/")

    def render(self, request: Request, template: str, **more: Any) -> Response:
        """Give a page in the language that the address or the browser asks for."""
        language = self.language(request)
        content: Mapping[str, Any] = {
            "lang": language,
            "tag": TAGS[language],
            "t": self.words[language],
            "path": request.url.path,
            "origin": self._origin,
            "say": _saying(language),
            "day": lambda when: day(when, language),
            "note": None,
            "found": Checked(),
            **more,
        }
        body = self._templates.get_template(template).render(content).encode()
        headers = page_headers(TAGS[language])
        if request.method == "POST":  # what somebody typed or looked up is nobody else's
            headers["X-Robots-Tag"] = "noindex"
        # What answers a form is not packed: its length must tell nothing of what is in it.
        if request.method == "GET" and "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            body = gzip.compress(body, _QUICK, mtime=0)
        return Response(body, headers=headers, media_type="text/html")

    async def checked(self, request: Request) -> Response:
        """Answer the checker's form; a check that breaks never reads as a yes."""
        language = self.language(request)
        text = await short_text(request, "contact")
        problem = "" if text else "verify_long" if text is None else "verify_empty"
        found = Checked()
        if text:
            try:
                found = await run_in_threadpool(self._checker.check, text, language)
            except Exception as error:  # noqa: BLE001 - whatever broke, the customer gets a plain no
                _log.error("verify_failed", error=type(error).__name__)
                problem = "verify_failed"
        note = self.words[language][problem] if problem else self.note(found, language)
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse(
                {"note": note, **asdict(found)}, headers=page_headers(TAGS[language])
            )
        return self.render(request, "verify.html", note=note, found=found)

    def note(self, found: Checked, language: Language) -> str | None:
        """What is said about secrets that were pasted: their kinds, and what to do."""
        if not found.secrets:
            return None
        words = self.words[language]
        kinds = words["and"].join(words["kinds"][kind] for kind in found.secrets)
        opens = any(kind in KEYS_TO_THE_FUNDS for kind in found.secrets)
        return str(words["verify_key" if opens else "verify_secret"]).format(kinds=kinds)

    @staticmethod
    def language(request: Request) -> Language:
        """The language that the address or the browser asks for."""
        return pick_language(
            request.query_params.get("lang"), request.headers.get("accept-language")
        )


def _saying(language: Language) -> Callable[[Text | Mapping[str, str]], str]:
    """Words what the content has in both languages, as a text or as a plain mapping."""

    def say(text: Text | Mapping[str, str]) -> str:
        return text[language] if isinstance(text, Mapping) else text.of(language)

    return say


def router(
    settings: Settings,
    *,
    verify: Callable[[str], Any] | None = None,
    content: Content | None = None,
    finder: Finder | None = None,
) -> APIRouter:
    """The routes of the pages, to be mounted by the gateway.

    Args:
        settings: ``origins`` are the other web sites that may load the element.
        verify: judges a contact as ``bot.guard.verify`` does, which is the default.
        content: what the assistant says; read from ``data`` where it is not given.
        finder: looks up what is searched for; made ready at the first search by default.
    """
    said = content or load_content(ROOT)
    checker = Checker(verify)
    pages = Pages(checker, settings.public_url)
    site = Site(said, ROOT, pages)
    searching = Searching(site, finder or Finder(said, ROOT), checker, pages)
    routes = APIRouter(include_in_schema=False)
    routes.include_router(brand_router())
    routes.include_router(_files(settings))
    routes.include_router(crawler_router(site, settings.public_url))
    routes.include_router(site_router(site, pages))
    routes.include_router(search_router(searching, pages, site))

    @routes.api_route("/verify", methods=["GET", "HEAD"])
    async def verify_page(request: Request) -> Response:
        return pages.render(request, "verify.html")

    @routes.post("/verify")
    async def verify_form(request: Request) -> Response:
        return await pages.checked(request)

    return routes


def _files(settings: Settings) -> APIRouter:
    """The routes of the chat element and of the pages' static files."""
    assets = load_assets(settings.own_hosts)
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/widget.js", methods=["GET", "HEAD"])
    async def element(request: Request) -> Response:
        return _send(request, assets["widget.js"], settings)

    @routes.api_route("/static/{name:path}", methods=["GET", "HEAD"])
    async def asset(request: Request, name: str) -> Response:
        found = assets.get(name) if name != "widget.js" else None
        return Response(status_code=404) if found is None else _send(request, found, settings)

    return routes


def _send(request: Request, asset: Asset, settings: Settings) -> Response:
    headers = asset_headers(asset, embedded=bool(settings.origins))
    if asset.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(asset.packed, headers=headers, media_type=asset.media_type)
    return Response(asset.content, headers=headers, media_type=asset.media_type)
