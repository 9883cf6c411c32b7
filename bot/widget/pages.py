"""The public pages and the chat element: `/`, `/verify`, `/widget.js`, `/static/…`.

A page is finished HTML in one of both languages; script only adds the chat. What is pasted into
the checker comes by POST, so that it stands in no address, history or access log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from bot.content.language import Language
from bot.guard.findings import KEYS_TO_THE_FUNDS
from bot.widget.assets import FOLDER, Asset, load_assets
from bot.widget.checker import LONGEST_TEXT, Checked, Checker
from bot.widget.headers import asset_headers, page_headers
from bot.widget.words import TAGS, load_words, pick_language

if TYPE_CHECKING:
    from bot.settings import Settings

_LONGEST_FORM: Final = 16 * 1024

_log = structlog.get_logger(__name__)


class Pages:
    """Renders the pages; templates and words are read once, when it is made."""

    def __init__(self, checker: Checker) -> None:
        loader = FileSystemLoader(FOLDER / "templates")
        self._templates = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._words = load_words()
        self._checker = checker

    def render(self, request: Request, template: str, **more: Any) -> Response:
        """Give a page in the language that the address or the browser asks for."""
        language = self.language(request)
        content: Mapping[str, Any] = {
            "lang": language,
            "tag": TAGS[language],
            "t": self._words[language],
            "path": request.url.path,
            "note": None,
            "found": Checked(),
            **more,
        }
        body = self._templates.get_template(template).render(content)
        return Response(body, headers=page_headers(TAGS[language]), media_type="text/html")

    async def checked(self, request: Request) -> Response:
        """Answer the checker's form; a check that breaks never reads as a yes."""
        language = self.language(request)
        text = await _text_of(request)
        problem = "" if text else "verify_long" if text is None else "verify_empty"
        found = Checked()
        if text:
            try:
                found = await run_in_threadpool(self._checker.check, text, language)
            except Exception as error:  # noqa: BLE001 - whatever broke, the customer gets a plain no
                _log.error("verify_failed", error=type(error).__name__)
                problem = "verify_failed"
        note = self._words[language][problem] if problem else self._note(found, language)
        if "application/json" in request.headers.get("accept", ""):
            return JSONResponse(
                {"note": note, **asdict(found)}, headers=page_headers(TAGS[language])
            )
        return self.render(request, "verify.html", note=note, found=found)

    def _note(self, found: Checked, language: Language) -> str | None:
        """What is said about secrets that were pasted: their kinds, and what to do."""
        if not found.secrets:
            return None
        words = self._words[language]
        kinds = words["and"].join(words["kinds"][kind] for kind in found.secrets)
        opens = any(kind in KEYS_TO_THE_FUNDS for kind in found.secrets)
        return str(words["verify_key" if opens else "verify_secret"]).format(kinds=kinds)

    @staticmethod
    def language(request: Request) -> Language:
        """The language that the address or the browser asks for."""
        return pick_language(
            request.query_params.get("lang"), request.headers.get("accept-language")
        )


def router(settings: Settings, *, verify: Callable[[str], Any] | None = None) -> APIRouter:
    """The routes of the pages, to be mounted by the gateway.

    Args:
        settings: ``origins`` are the other web sites that may load the element.
        verify: judges a contact as ``bot.guard.verify`` does, which is the default.
    """
    pages, assets = Pages(Checker(verify)), load_assets(settings.own_hosts)
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/", methods=["GET", "HEAD"])
    async def support(request: Request) -> Response:
        return pages.render(request, "support.html")

    @routes.api_route("/verify", methods=["GET", "HEAD"])
    async def verify_page(request: Request) -> Response:
        return pages.render(request, "verify.html")

    @routes.post("/verify")
    async def verify_form(request: Request) -> Response:
        return await pages.checked(request)

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


async def _text_of(request: Request) -> str | None:
    """The pasted text; None when the form is too long or no form at all."""
    try:
        form = await request.form(max_files=0, max_fields=4, max_part_size=_LONGEST_FORM)
    except (HTTPException, ValueError):
        return None
    text = str(form.get("contact", "")).strip()
    return text if len(text) <= LONGEST_TEXT else None
