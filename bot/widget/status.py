"""The page `/status`: where a ticket stands, and mail when there is news; it needs no script.

What is typed comes by POST, so that neither code nor address stands in an address, a history or
an access log; and every wrong entry gets the same answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from bot.content.reference import read_reference

if TYPE_CHECKING:
    from bot.content.language import Language

_LONGEST_FORM: Final = 8 * 1024
_LONGEST_FIELD: Final = 2000


Told = Any
"""What the template shows: a ``note`` by name, the ``address`` it tells of, a ticket ``shown``."""


@dataclass(frozen=True, slots=True)
class Note:
    """A note of the page's own, for what never reaches the service."""

    note: str = ""
    address: str = ""
    shown: None = None


class Service(Protocol):
    """What stands behind the page; it counts, and never raises for what somebody typed."""

    @property
    def sends(self) -> bool:
        """False where the desk sends no mail."""

    async def look(self, request: Request, fields: Mapping[str, str], language: Language) -> Told:
        """Show a ticket for its reference and a code."""

    async def ask(self, request: Request, fields: Mapping[str, str], language: Language) -> Told:
        """Have a code sent to the address of a ticket."""

    async def leave(self, request: Request, fields: Mapping[str, str], language: Language) -> Told:
        """Keep an address and have a code sent there."""


class Renderer(Protocol):
    """What makes pages."""

    def render(self, request: Request, template: str, **more: Any) -> Response:
        """Give a page in the language that the address or the browser asks for."""

    def language(self, request: Request) -> Language:
        """The language of the page."""


def status_router(pages: Renderer, service: Service) -> APIRouter:
    """The routes of the page, to be mounted by the gateway."""
    routes = APIRouter(include_in_schema=False)

    def page(request: Request, told: Told, reference: str = "") -> Response:
        return pages.render(
            request, "status.html", told=told, sends=service.sends, reference=reference
        )

    @routes.api_route("/status", methods=["GET", "HEAD"])
    async def look(request: Request) -> Response:
        return page(request, Note())

    @routes.post("/status")
    async def act(request: Request) -> Response:
        fields = await _fields(request)
        if not fields.get("reference"):
            return page(request, Note("missing"))
        language = pages.language(request)
        deeds = {"look": service.look, "code": service.ask, "leave": service.leave}
        deed = deeds.get(fields.get("do", ""), service.look)
        if deed != service.look and not service.sends:
            return page(request, Note("no_mail"))
        known = read_reference(fields["reference"])  # only what is a reference is shown again
        return page(request, await deed(request, fields, language), known or "")

    return routes


async def _fields(request: Request) -> dict[str, str]:
    """The short texts of a form; empty when it is none."""
    try:
        form = await request.form(max_files=0, max_fields=8, max_part_size=_LONGEST_FORM)
    except (HTTPException, ValueError):
        return {}
    texts = {name: value.strip() for name, value in form.items() if isinstance(value, str)}
    return {name: text for name, text in texts.items() if len(text) <= _LONGEST_FIELD}
