"""The routes of the agents' pages: one table of what there is and who may have it."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request, Response

from bot.console import (
    calendar,
    canned,
    dashboard,
    privacy,
    signing,
    talking,
    team,
    tickets,
    waiting,
)
from bot.console.assets import load_assets
from bot.console.headers import asset_headers
from bot.console.parts import Parts
from bot.console.shell import Page, Shell
from bot.console.showing import templates
from bot.console.words import load_words
from bot.desk.people_models import ROLES, SERVING

_LEADING: Final = ("lead", "admin")
_AUDITING: Final = ("lead", "admin", "auditor")
_ADMIN: Final = ("admin",)
_TALK: Final = "/desk/conversations/{id}"
_TICKET: Final = "/desk/tickets/{ref}"

PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/desk/sign-in", signing.ask, None),
    Page("POST", "/desk/sign-in", signing.first_step, None),
    Page("POST", "/desk/sign-in/code", signing.second_step, None),
    Page("GET", "/desk/setup", signing.setup, None),
    Page("POST", "/desk/setup", signing.choose_password, None),
    Page("POST", "/desk/setup/finish", signing.finish_setup, None),
    Page("POST", "/desk/sign-out", signing.sign_out, ROLES),
    Page("POST", "/desk/sign-out-everywhere", signing.sign_out_everywhere, ROLES),
    Page("GET", "/desk", waiting.queue, ROLES),
    Page("GET", "/desk/queue", waiting.listed, ROLES),
    Page("GET", "/desk/bot", waiting.bot_talks, ROLES),
    Page("GET", "/desk/bot/list", waiting.bot_listed, ROLES),
    Page("POST", f"{_TALK}/claim", waiting.claim, SERVING),
    Page("GET", _TALK, talking.conversation, ROLES),
    Page("GET", f"{_TALK}/messages", talking.messages, ROLES),
    Page("GET", f"{_TALK}/standing", talking.standing, ROLES),
    Page("GET", f"{_TALK}/notes", talking.notes, ROLES),
    Page("GET", f"{_TALK}/answer", talking.answer, SERVING),
    Page("POST", f"{_TALK}/say", talking.say, SERVING),
    Page("POST", f"{_TALK}/typing", talking.typing, SERVING),
    Page("POST", f"{_TALK}/notes", talking.note, SERVING),
    Page("POST", f"{_TALK}/transfer", talking.transfer, SERVING),
    Page("POST", f"{_TALK}/return", talking.give_back, SERVING),
    Page("POST", f"{_TALK}/close", talking.close, SERVING),
    Page("POST", f"{_TALK}/reveal", talking.reveal, ROLES),
    Page("POST", f"{_TALK}/correct", talking.correct, SERVING),
    Page("POST", f"{_TALK}/words", talking.own_words, SERVING),
    Page("GET", "/desk/tickets", tickets.listed, ROLES),
    Page("GET", _TICKET, tickets.ticket, ROLES),
    Page("POST", f"{_TICKET}/status", tickets.move, SERVING),
    Page("POST", f"{_TICKET}/priority", tickets.change_priority, SERVING),
    Page("POST", f"{_TICKET}/parcel", tickets.note_parcel, SERVING),
    Page("POST", f"{_TICKET}/reveal", tickets.reveal, ROLES),
    Page("GET", "/desk/replies", canned.listed, ROLES),
    Page("POST", "/desk/replies", canned.keep, _LEADING),
    Page("POST", "/desk/replies/{number}/delete", canned.drop, _LEADING),
    Page("GET", "/desk/calendar", calendar.shown, ROLES),
    Page("POST", "/desk/calendar", calendar.change, _ADMIN),
    Page("GET", "/desk/privacy", privacy.shown, _AUDITING),
    Page("POST", "/desk/privacy", privacy.act, _ADMIN),
    Page("GET", "/desk/people", team.people, _ADMIN),
    Page("POST", "/desk/people", team.add, _ADMIN),
    Page("POST", "/desk/people/{login}/reset", team.reset, _ADMIN),
    Page("POST", "/desk/people/{login}/disable", team.disable, _ADMIN),
    Page("GET", "/desk/reports", team.reports, _LEADING),
    Page("GET", "/desk/audit", team.audit, _AUDITING),
    Page("GET", "/desk/figures", dashboard.shown, ROLES),
    Page("GET", "/desk/figures.csv", dashboard.csv_file, _LEADING),
)


def router(parts: Parts) -> APIRouter:
    """The routes of the desk, to be mounted by the gateway."""
    shell = Shell(parts, load_words(), templates(parts.content, parts.desk))
    assets = load_assets()
    routes = APIRouter(include_in_schema=False)
    for page in PAGES:
        _add(routes, shell, page)

    @routes.get("/desk/static/{name}")
    async def asset(request: Request, name: str) -> Response:
        found = assets.get(name)
        if found is None:
            return Response(status_code=404)
        headers = asset_headers(found.etag)
        if found.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(found.packed, headers=headers, media_type=found.media_type)
        return Response(found.content, headers=headers, media_type=found.media_type)

    return routes


def _add(routes: APIRouter, shell: Shell, page: Page) -> None:
    async def endpoint(request: Request) -> Response:
        return await shell.serve(request, page)

    routes.add_api_route(page.path, endpoint, methods=[page.method], response_model=None)
