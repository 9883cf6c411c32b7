"""The public pages and the chat element: `/`, `/verify`, `/widget.js`, `/static/…`.

A page is finished HTML in one of both languages; script only adds the chat. What is pasted into
the checker comes by POST, so that it stands in no address, history or access log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

import structlog
from fastapi import APIRouter, Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.content.language import Language
from bot.widget.assets import FOLDER, Asset, load_assets
from bot.widget.headers import asset_headers, page_headers
from bot.widget.words import TAGS, load_words, pick_language

if TYPE_CHECKING:
    from bot.settings import Settings

LONGEST_CONTACT: Final = 500
_LONGEST_FORM: Final = 16 * 1024

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """A judgement as the page shows it: the checked value, the verdict's name, why."""

    value: str
    verdict: str
    why: str


class Pages:
    """Renders the pages; templates and words are read once, when it is made."""

    def __init__(self, verify: Callable[[str], Any] | None = None) -> None:
        loader = FileSystemLoader(FOLDER / "templates")
        self._templates = Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._words = load_words()
        self._verify = verify or _guards_verify

    def render(self, request: Request, template: str, **more: Any) -> Response:
        """Give a page in the language that the address or the browser asks for."""
        language = pick_language(
            request.query_params.get("lang"), request.headers.get("accept-language")
        )
        content: Mapping[str, Any] = {
            "lang": language,
            "tag": TAGS[language],
            "t": self._words[language],
            "path": request.url.path,
            "problem": None,
            "judgement": None,
            **{key: value(language) if callable(value) else value for key, value in more.items()},
        }
        body = self._templates.get_template(template).render(content)
        return Response(body, headers=page_headers(TAGS[language]), media_type="text/html")

    async def checked(self, request: Request) -> Response:
        """Answer the checker's form; a check that breaks never reads as a yes."""
        contact = await _contact_of(request)
        problem = "verify_long" if contact is None else "" if contact else "verify_empty"
        if problem or contact is None:
            return self._with_problem(request, problem)
        try:
            judgement = self._verify(contact)
        except Exception as error:  # noqa: BLE001 - whatever broke, the customer gets a plain no
            _log.error("verify_failed", error=type(error).__name__)
            return self._with_problem(request, "verify_failed")

        def shown(language: Language) -> Shown:
            return Shown(judgement.value, judgement.verdict, judgement.why[language])

        return self.render(request, "verify.html", judgement=shown)

    def _with_problem(self, request: Request, key: str) -> Response:
        return self.render(
            request, "verify.html", problem=lambda language: self._words[language][key]
        )


def router(settings: Settings, *, verify: Callable[[str], Any] | None = None) -> APIRouter:
    """The routes of the pages, to be mounted by the gateway.

    Args:
        settings: ``origins`` are the other web sites that may load the element.
        verify: judges a contact as ``bot.guard.verify`` does, which is the default.
    """
    pages, assets = Pages(verify), load_assets()
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


async def _contact_of(request: Request) -> str | None:
    """The pasted contact; None when the form is too long or no form at all."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_FORM:
            return None
    try:
        fields = parse_qs(body.decode("utf-8"), max_num_fields=4)
    except (UnicodeDecodeError, ValueError):
        return None
    contact = fields.get("contact", [""])[0].strip()
    return contact if len(contact) <= LONGEST_CONTACT else None


def _guards_verify(contact: str) -> Any:
    from bot.guard import verify  # noqa: PLC0415 - only who asks for a check needs the registry

    return verify(contact)
