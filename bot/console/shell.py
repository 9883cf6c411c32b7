"""Around every page: language, session, role, CSRF token, and what an error looks like."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import structlog
from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment
from starlette.exceptions import HTTPException

from bot.console.headers import page_headers
from bot.console.parts import Parts
from bot.console.words import COOKIE, TAGS, language_of
from bot.content.language import Language
from bot.desk.handoff_models import AlreadyTaken, NotWaiting, NotYours
from bot.desk.life import ParcelInvalid
from bot.desk.people_models import Agent, Role, SessionInvalid
from bot.errors import DeskUnavailable, MoveRefused, NotFound, SeedwardenError, TooManyWaiting
from bot.guard.errors import GuardBroken

_LARGEST_FIELD: Final = 32 * 1024
_ERRORS: Final[tuple[tuple[type[Exception], str, int], ...]] = (
    (NotFound, "not_found", 404),
    (AlreadyTaken, "already_taken", 409),
    (NotYours, "not_yours", 409),
    (NotWaiting, "not_waiting", 409),
    (MoveRefused, "move_refused", 409),
    (ParcelInvalid, "parcel_invalid", 422),
    (GuardBroken, "guard_broken", 503),
    (TooManyWaiting, "busy", 503),
    (DeskUnavailable, "unavailable", 503),
)

_log = structlog.get_logger(__name__)


class Refused(SeedwardenError):
    """A page answers with an error: its name in ``words.yml`` and its HTTP status."""

    def __init__(self, name: str, status: int) -> None:
        super().__init__(name)
        self.name = name
        self.status = status


@dataclass(frozen=True, slots=True)
class Page:
    """A page or an action; ``roles`` None needs no sign-in."""

    method: str
    path: str
    handler: Callable[[Visit], Awaitable[Response]]
    roles: tuple[Role, ...] | None


@dataclass
class Visit:
    """One request of an agent, on its way through a page."""

    request: Request
    parts: Parts
    shell: Shell
    language: Language
    token: str = ""
    person: Agent | None = None
    form: Mapping[str, str] = field(default_factory=dict)

    @property
    def me(self) -> Agent:
        """The person who is signed in; pages with roles only."""
        if self.person is None:
            raise SessionInvalid
        return self.person

    @property
    def words(self) -> Mapping[str, Any]:
        """The words of the pages in the agent's language."""
        return self.shell.words[self.language]

    @property
    def is_part(self) -> bool:
        """True when htmx asks for a fragment."""
        return self.request.headers.get("hx-request") == "true"

    def arg(self, name: str) -> str:
        """A part of the path, a field of the form, or of the query; "" when there is none."""
        for source in (self.request.path_params, self.form, self.request.query_params):
            if name in source:
                return str(source[name]).strip()
        return ""

    def number(self, name: str) -> int:
        """A number of the form or the query, -1 when it is none."""
        given = self.arg(name)
        return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1

    def render(self, template: str, status: int = 200, **more: Any) -> Response:
        """Give a page."""
        content: Mapping[str, Any] = {
            "lang": self.language,
            "tag": TAGS[self.language],
            "t": self.words,
            "me": self.person,
            "csrf": self.parts.csrf(self.token) if self.token else "",
            "here": self.request.url.path,
            # What was posted cannot be asked for again in another language.
            "can_switch": self.request.method == "GET",
            "say": self.arg("say"),
            **more,
        }
        body = self.shell.templates.get_template(template).render(content)
        return HTMLResponse(body, status, headers=page_headers(TAGS[self.language]))

    def go(self, path: str) -> Response:
        """Send the browser to another page, after what was posted."""
        headers = page_headers(TAGS[self.language])
        if self.is_part:
            return Response(status_code=204, headers={**headers, "HX-Redirect": path})
        return Response(status_code=303, headers={**headers, "Location": path})


class Shell:
    """Serves pages; words and templates are read once, when it is made."""

    def __init__(
        self, parts: Parts, words: Mapping[Language, dict[str, Any]], templates: Environment
    ) -> None:
        self.words = words
        self.templates = templates
        self._parts = parts

    async def serve(self, request: Request, page: Page) -> Response:
        """Let a page answer, if this person may have it."""
        token = request.cookies.get(self._parts.cookie, "")
        visit = Visit(request, self._parts, self, language_of(request), token)
        try:
            response = await self._answer(visit, page)
        except SessionInvalid:
            response = visit.go("/desk/sign-in")
        except SeedwardenError as error:
            response = self._error(visit, error)
        if request.query_params.get("lang") in TAGS:
            response.set_cookie(
                COOKIE, visit.language, secure=True, httponly=True, samesite="lax", path="/"
            )
        return response

    async def _answer(self, visit: Visit, page: Page) -> Response:
        if page.roles is not None:
            visit.person = await self._parts.staff.signed_in(visit.token)
            if visit.person.role not in page.roles:
                raise Refused("not_allowed", 403)
        if page.method == "POST":
            visit.form = await _form(visit.request)
            self._check_origin(visit, page)
        return await page.handler(visit)

    def _check_origin(self, visit: Visit, page: Page) -> None:
        """Refuse what another site sends in a person's name, at a sign-in too."""
        if not _is_own(visit.request):
            raise Refused("csrf", 403)
        if page.roles is None:
            return
        shown = visit.form.get("csrf") or visit.request.headers.get("x-csrf-token", "")
        if not hmac.compare_digest(shown.encode(), self._parts.csrf(visit.token).encode()):
            raise Refused("csrf", 403)

    def _error(self, visit: Visit, error: SeedwardenError) -> Response:
        name, status = "unavailable", 500
        if isinstance(error, Refused):
            name, status = error.name, error.status
        for kind, known, code in _ERRORS:
            if isinstance(error, kind):
                name, status = known, code
        if status >= 500 and not isinstance(error, TooManyWaiting):
            _log.error("desk_page_failed", error=type(error).__name__)
        text = str(visit.words["errors"][name])
        if isinstance(error, AlreadyTaken):
            text = text.format(name=error.name, badge=error.badge)
        if visit.is_part:
            response = visit.render("_notice.html", status, text=text)
            response.headers.update({"HX-Retarget": "#notice", "HX-Reswap": "innerHTML"})
        else:
            response = visit.render("error.html", status, text=text)
        if isinstance(error, TooManyWaiting):
            response.headers["Retry-After"] = str(error.retry_after)
        return response


def _is_own(request: Request) -> bool:
    """True when the page that sends this is ours, as far as the browser tells.

    A page without referrer names the origin "null", so what the browser says of the site counts
    first; what is no browser tells neither and has no session to abuse.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


async def _form(request: Request) -> dict[str, str]:
    try:
        form = await request.form(max_files=0, max_fields=60, max_part_size=_LARGEST_FIELD)
    except (HTTPException, ValueError):
        raise Refused("malformed", 400) from None
    return {name: value for name, value in form.items() if isinstance(value, str)}
