"""The moves of a conversation as the agents' pages ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext

from fastapi import Request

from bot.desk.handoff_models import Held, Moved, Note, Said
from bot.desk.people_models import Agent
from bot.gateway.erasing import Erasing
from bot.gateway.handing import Handing, WordsRefused
from bot.gateway.limits import Limits
from bot.gateway.problems import Problem
from bot.guard.findings import Reason


class DeskTalk:
    """Hands the pages' wishes to ``Handing``: pages may not import the gateway."""

    def __init__(self, handing: Handing, limits: Limits, erasing: Erasing) -> None:
        self._handing = handing
        self._limits = limits
        self._erasing = erasing

    async def standing(self, conversation_id: str) -> tuple[Held, str | None]:
        """Tell who holds a conversation, with the mark; raises NotFound."""
        present = await self._handing.present(conversation_id)
        return present.held, present.mark

    async def claim(self, agent: Agent, conversation_id: str, *, takes_over: bool) -> Moved:
        """Let an agent have it; raises AlreadyTaken, NotWaiting, NotFound."""
        return await self._handing.claim(agent, conversation_id, takes_over=takes_over)

    async def transfer(
        self, agent: Agent, conversation_id: str, epoch: int, to: Agent | None
    ) -> Moved:
        """Hand it to a colleague, or back into the queue (None); raises NotYours."""
        return await self._handing.transfer(agent, conversation_id, epoch, to)

    async def give_back(self, agent: Agent, conversation_id: str, epoch: int) -> Moved:
        """Return it to the bot; raises NotYours."""
        return await self._handing.give_back(agent, conversation_id, epoch)

    async def close(self, agent: Agent, conversation_id: str, epoch: int) -> Moved:
        """Close it; raises NotYours."""
        return await self._handing.close(agent, conversation_id, epoch)

    async def say(self, agent: Agent, said: Said) -> Sequence[Reason]:
        """Send words to the customer, or give why not; raises NotYours, GuardBroken."""
        try:
            await self._handing.says(agent, said)
        except WordsRefused as refused:
            return refused.reasons
        return ()

    async def note(self, agent: Agent, conversation_id: str, text: str) -> Note:
        """Keep a note for colleagues; raises NotFound."""
        return await self._handing.note(agent, conversation_id, text)

    def agent_types(self, conversation_id: str) -> None:
        """Show the customer that somebody is writing."""
        self._handing.agent_types(conversation_id)

    async def erase(self, agent: Agent, conversation_id: str) -> None:
        """Erase a conversation everywhere, between two of its turns.

        Raises:
            NotFound: there is no such conversation.
            TooManyWaiting: so many messages wait there that it has to be tried again.
        """
        lanes = self._erasing.lanes
        async with nullcontext() if lanes is None else lanes.enter(conversation_id):
            await self._erasing.erase(conversation_id, agent.login)

    async def seconds_to_wait(self, request: Request) -> int:
        """Count an attempt to sign in; above the limit, how long to wait."""
        try:
            await self._limits.sign_in(request)
        except Problem as problem:
            return int(problem.headers.get("Retry-After", "60"))
        return 0
