"""The hand-off as customers and agents see it: each move with its line and its events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.content.language import Language
from bot.desk.handoff_models import Card, HandoffOutcome, Held, Moved, Note, Said
from bot.desk.models import Draft, Message
from bot.desk.people_models import Agent
from bot.desk.service import Desk
from bot.errors import SeedwardenError
from bot.gateway import metrics
from bot.gateway.handoff import HandoffProvider
from bot.gateway.hub import QUEUE, Happening, Hub, behind
from bot.gateway.marks import Marks
from bot.gateway.rating import Rating
from bot.gateway.voice import Reviewer, Voice
from bot.guard import scrub
from bot.guard.findings import Reason

_PARTING: Final = {"returned": "handoff_returned", "closed": "handoff_closed"}


_PLAIN: Final = {
    "handoff_joined": "handoff_joined_plain",
    "handoff_transferred": "handoff_joined_plain",
    "handoff_returned": "handoff_returned_plain",
    "handoff_closed": "handoff_closed_plain",
    "handoff_returned_to_queue": "handoff_returned_to_queue_unnamed",
}
"""The same without a name: a name and a badge can look like a contact to the outbound guard, and
the customer must learn who joined all the same (the name stands under "Who is talking to me?")."""
_IN_A_MESSENGER: Final = "__messenger"
WIDGET: Final = "web"
"""The channel that has a window of ours, with its head."""


class WordsRefused(SeedwardenError):
    """The outbound guard holds an agent's words back: which rules, and where in the text."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__("The message was not sent.")
        self.reasons = tuple(reasons)


@dataclass(frozen=True, slots=True)
class Present:
    """Who is there, with the mark that both sides see."""

    held: Held
    mark: str | None


class Handing:
    """Moves conversations from hand to hand; all its parts come from ``bot.bootstrap``."""

    def __init__(  # noqa: PLR0913 - put together in one place
        self,
        *,
        desk: Desk,
        voice: Voice,
        review: Reviewer,
        hub: Hub,
        provider: HandoffProvider,
        marks: Marks,
    ) -> None:
        self._desk = desk
        self._voice = voice
        self._review = review
        self._hub = hub
        self._provider = provider
        self._marks = marks
        self._rating = Rating(desk, voice)

    async def present(self, conversation_id: str) -> Present:
        """Tell who is talking to the customer; raises NotFound."""
        held = await self._desk.held(conversation_id)
        if held.agent is None or held.since is None:
            return Present(held, None)
        mark = self._marks.mark(conversation_id, held.agent.id, held.since, held.language)
        return Present(held, mark)

    async def claim(self, agent: Agent, conversation_id: str, *, takes_over: bool = False) -> Moved:
        """Let an agent have a conversation; raises AlreadyTaken, NotWaiting, NotFound."""
        lines = await self._lines(
            conversation_id, "handoff_joined", name=agent.name, badge=agent.badge
        )
        deed = self._desk.deed(agent, conversation_id, lines)
        return self.announced(await self._desk.claim(deed, takes_over=takes_over))

    async def transfer(
        self, agent: Agent, conversation_id: str, epoch: int, to: Agent | None
    ) -> Moved:
        """Hand a conversation to a colleague, or back into the queue (None); raises NotYours."""
        if to is None:
            lines = await self._lines(conversation_id, "handoff_returned_to_queue", name=agent.name)
            card = None
        else:
            lines = await self._lines(
                conversation_id, "handoff_transferred", name=to.name, badge=to.badge
            )
            card = Card(to.id, to.name, to.badge)
        deed = self._desk.deed(agent, conversation_id, lines, epoch)
        return self.announced(await self._desk.transfer(deed, card))

    async def give_back(self, agent: Agent, conversation_id: str, epoch: int) -> Moved:
        """Return a conversation to the bot; raises NotYours."""
        return await self._let_go(agent, conversation_id, epoch, "returned")

    async def close(self, agent: Agent, conversation_id: str, epoch: int) -> Moved:
        """Close a conversation with one closing line; raises NotYours."""
        return await self._let_go(agent, conversation_id, epoch, "closed")

    async def _let_go(
        self, agent: Agent, conversation_id: str, epoch: int, outcome: HandoffOutcome
    ) -> Moved:
        lines = await self._lines(conversation_id, _PARTING[outcome], name=agent.name)
        deed = self._desk.deed(agent, conversation_id, lines, epoch)
        moved = await self._desk.let_go(deed, outcome)
        if outcome == "closed" and moved.is_new:
            await self._rating.at_the_end(moved.held)
        self.announced(moved)
        await self._provider.close(conversation_id, outcome)
        return moved

    async def says(self, agent: Agent, said: Said) -> Message:
        """Store and deliver an agent's words, if the outbound guard lets them pass.

        Raises:
            WordsRefused: the guard holds them back; the lead can read which rule.
            NotYours: the conversation is in other hands; nothing was stored.
            GuardBroken: the guard could not read them; nothing was stored.
        """
        conversation = await self._desk.conversation(said.conversation_id)
        deed = self._desk.deed(agent, conversation.id, epoch=said.epoch)
        verdict = self._review(said.text, author="agent", language=conversation.language)
        if verdict.safe_text is None:
            metrics.AGENT_REFUSALS.inc()
            await self._desk.refused(deed, [reason.rule for reason in verdict.reasons])
            raise WordsRefused(verdict.reasons)
        draft = Draft(verdict.safe_text, conversation.language, "agent")
        message = await self._desk.agent_says(deed, draft, said.client_id, said.origin)
        self._hub.tell(conversation.id, Happening("message"))
        return message

    async def note(self, agent: Agent, conversation_id: str, text: str) -> Note:
        """Keep a note for colleagues, without secrets; raises NotFound."""
        note = await self._desk.add_note(self._desk.deed(agent, conversation_id), scrub(text))
        self._hub.tell(behind(conversation_id), Happening("note"))
        return note

    def agent_types(self, conversation_id: str) -> None:
        """Show the customer that somebody is writing; never what."""
        self._hub.tell(conversation_id, Happening("typing", {"author": "agent"}))

    def customer_types(self, conversation_id: str) -> None:
        """Show the agent that the customer is writing; never what."""
        self._hub.tell(behind(conversation_id), Happening("typing", {"author": "customer"}))

    async def report(self, conversation_id: str, text: str) -> None:
        """Keep a customer's report of a person where that person cannot see it."""
        await self._desk.report(conversation_id, scrub(text))
        metrics.REPORTS.inc()

    def announced(self, moved: Moved) -> Moved:
        """Wake everybody who looks at a conversation that changed hands."""
        if moved.is_new:
            conversation_id = moved.held.conversation_id
            self._hub.tell(conversation_id, Happening("message"))
            self._hub.tell(conversation_id, Happening("owner"))
            self._hub.tell(QUEUE, Happening("queue"))
        return moved

    async def _lines(self, conversation_id: str, reply: str, **params: Any) -> list[Draft]:
        conversation = await self._desk.conversation(conversation_id)
        language: Language = conversation.language
        named, plain = (self._for(conversation.channel, name) for name in (reply, _PLAIN[reply]))
        drafts, withheld = self._voice.drafts(
            [{"reply": named, "params": params}], language, "system"
        )
        if withheld:
            drafts, _ = self._voice.drafts([{"reply": plain}], language, "system")
        return drafts

    def _for(self, channel: str, reply: str) -> str:
        """The reply in a messenger's words, where the widget's speak of its window."""
        worded = f"{reply}{_IN_A_MESSENGER}"
        return worded if channel != WIDGET and worded in self._voice.content.replies else reply
