"""What stands behind the page `/status`: it answers with notes, never with a problem."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import structlog
from fastapi import Request

from bot.content.language import Language
from bot.desk.models import Ticket
from bot.desk.proofs import AddressInvalid
from bot.desk.telling import Telling
from bot.errors import SeedwardenError
from bot.gateway.problems import Problem
from bot.gateway.proving import Proving

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """A ticket in the words of the page's language."""

    reference: str
    status: str
    updated: str
    last: str
    following: str


@dataclass(frozen=True, slots=True)
class Told:
    """What came of a form: a note by its name, an address where one was left, or a ticket."""

    note: str = ""
    address: str = ""
    shown: Shown | None = None


@dataclass(frozen=True, slots=True)
class StatusDesk:
    """Looks tickets up, keeps addresses and has codes sent for the page."""

    proving: Proving
    telling: Callable[[], Telling]

    @property
    def sends(self) -> bool:
        """False where the desk sends no mail."""
        return self.proving.sends

    async def look(self, request: Request, fields: Mapping[str, str], language: Language) -> Told:
        """Show a ticket for its reference and a code."""

        async def looked() -> Told:
            given = fields["reference"], fields.get("code", "")
            ticket = await self.proving.show(request, *given)
            if ticket is None:
                return Told("wrong")
            return Told(shown=self._shown(ticket, language))

        return await _noted(looked)

    async def ask(self, request: Request, fields: Mapping[str, str], language: Language) -> Told:  # noqa: ARG002 - as the page asks for it
        """Have a code sent to the address of a ticket."""

        async def asked() -> Told:
            await self.proving.ask_code(request, fields["reference"])
            return Told("asked")

        return await _noted(asked)

    async def leave(self, request: Request, fields: Mapping[str, str], language: Language) -> Told:
        """Keep an address and have a code sent there."""

        async def left() -> Told:
            reference, proof = fields["reference"], fields.get("proof", "")
            address = fields.get("address", "")
            kept = await self.proving.leave(request, reference, proof, address, language)
            return Told("left", kept)

        return await _noted(left)

    def _shown(self, ticket: Ticket, language: Language) -> Shown:
        telling = self.telling()
        return Shown(
            reference=ticket.joined_as or ticket.reference,
            status=telling.status(ticket)[language],
            updated=telling.day(ticket.updated_at),
            last=telling.last_step(ticket)[language],
            following=telling.next_step(ticket)[language],
        )


async def _noted(deed: Callable[[], Awaitable[Told]]) -> Told:
    """Do what a form asks for; what stands in the way becomes a note."""
    try:
        return await deed()
    except AddressInvalid:
        return Told("address")
    except Problem:
        return Told("busy")
    except SeedwardenError as error:
        _log.error("status_failed", kind=type(error).__name__)
        return Told("failed")
