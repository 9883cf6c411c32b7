"""What the actions work with: authored content, the registry of channels, and the desk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bot.desk.wishes import Callers

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.content import Content, Language
    from bot.content.channels import Channels
    from bot.content.office_hours import OfficeHours
    from bot.desk.handoff_models import CaseBrief
    from bot.desk.models import Field, OpenTicket, Ticket


class TicketDesk(Callers, Protocol):
    """The part of ``bot.desk.service.Desk`` that actions use."""

    @property
    def office(self) -> OfficeHours:
        """The team's calendar as it stands."""

    async def open_ticket(self, order: OpenTicket) -> Ticket:
        """Open a case's ticket once, however often it is asked for."""

    async def request_handoff(
        self,
        conversation_id: str,
        case_id: str,
        language: Language,
        reason: str,
        fields: Sequence[Field] = (),
    ) -> Ticket:
        """File the wish for a person."""

    async def keep_brief(self, brief: CaseBrief) -> None:
        """Keep what an agent reads first."""

    async def tickets(self, *, limit: int = 50, conversation_id: str = "") -> list[Ticket]:
        """List tickets, the newest first."""

    async def change_language(self, conversation_id: str, language: Language) -> None:
        """Set the language in which the conversation goes on."""


@dataclass(frozen=True)
class Parts:
    """All that an action may use.

    ``channels`` is called per use, so that a broken registry fails that one answer only;
    ``desk`` gives the desk, opened at the first use; ``new_id`` makes ids of cases.
    """

    content: Content
    channels: Callable[[], Channels]
    desk: Callable[[], TicketDesk]
    new_id: Callable[[], str]
