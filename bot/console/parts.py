"""What the agents' pages work with; ``bot.bootstrap`` puts it together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from fastapi import Request

from bot.content.loader import Content
from bot.desk.handoff_models import Held, Moved, Note, Said
from bot.desk.people_models import Agent
from bot.desk.retention import Periods
from bot.desk.service import Desk
from bot.desk.staff import Staff
from bot.guard.findings import Reason


class Talk(Protocol):
    """The moves of a conversation, as the gateway makes them."""

    async def standing(self, conversation_id: str) -> tuple[Held, str | None]:
        """Tell who holds a conversation, with the mark; raises NotFound."""

    async def claim(self, agent: Agent, conversation_id: str, *, takes_over: bool) -> Moved:
        """Let an agent have it; raises AlreadyTaken, NotWaiting, NotFound."""

    async def transfer(
        self, agent: Agent, conversation_id: str, epoch: int, to: Agent | None
    ) -> Moved:
        """Hand it to a colleague, or back into the queue (None); raises NotYours."""

    async def give_back(self, agent: Agent, conversation_id: str, epoch: int) -> Moved:
        """Return it to the bot; raises NotYours."""

    async def close(self, agent: Agent, conversation_id: str, epoch: int) -> Moved:
        """Close it; raises NotYours."""

    async def say(self, agent: Agent, said: Said) -> Sequence[Reason]:
        """Send words to the customer, or give why not; raises NotYours, GuardBroken."""

    async def note(self, agent: Agent, conversation_id: str, text: str) -> Note:
        """Keep a note for colleagues; raises NotFound."""

    def agent_types(self, conversation_id: str) -> None:
        """Show the customer that somebody is writing."""

    async def erase(self, agent: Agent, conversation_id: str) -> None:
        """Erase a conversation everywhere; raises NotFound."""

    async def seconds_to_wait(self, request: Request) -> int:
        """Count an attempt to sign in; above the limit, how long to wait."""


@dataclass(frozen=True, slots=True)
class Parts:
    """All that pages may use; ``cookie`` and ``csrf`` are those of the agents' API."""

    desk: Desk
    staff: Staff
    talk: Talk
    content: Content
    periods: Periods
    cookie: str
    csrf: Callable[[str], str]
