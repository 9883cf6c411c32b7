"""When a person is called: by wish, by rule; and what happens to those who wait too long."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

import structlog

from bot.content.language import Language
from bot.content.loader import Content, choose
from bot.desk.conversations import BOT_SPEAKS
from bot.desk.handoff_models import CallPerson, Handoff, HandoffReason
from bot.desk.models import Conversation, Draft, Message, Priority
from bot.desk.service import Desk
from bot.desk.waiting import back_told, brief_told, queued
from bot.desk.wishes import ask_person, told
from bot.engine import Utterance, chosen
from bot.errors import SeedwardenError
from bot.gateway.handing import Handing
from bot.gateway.handoff import HandoffProvider
from bot.gateway.voice import Voice

WITHDRAW: Final = "handoff_withdraw"
"""The choice with which a customer leaves the queue."""
_RULES: Final[Mapping[str, tuple[HandoffReason, Priority]]] = {
    "scam_in_progress": ("robbery", "urgent"),
    "funds_stolen": ("funds_stolen", "urgent"),
    "complaint": ("complaint", "high"),
}
"""Topic of a reply → why a person is called and how urgently; each calls once a conversation."""
_TEND_SECONDS: Final = 5.0

_log = structlog.get_logger(__name__)


def is_withdrawal(utterance: Utterance) -> bool:
    """True when the customer pressed the button that leaves the queue."""
    return utterance == chosen(choose(WITHDRAW))


class Calling:
    """Calls people for conversations; all its parts come from ``bot.bootstrap``."""

    def __init__(
        self,
        *,
        desk: Desk,
        voice: Voice,
        handing: Handing,
        provider: HandoffProvider,
        longest_wait: timedelta,
    ) -> None:
        self._desk = desk
        self._voice = voice
        self._handing = handing
        self._provider = provider
        self._longest_wait = longest_wait

    @property
    def _content(self) -> Content:
        return self._voice.content

    async def wish(self, conversation_id: str, language: Language) -> list[Mapping[str, Any]]:
        """File and queue a wish for a person while the engine is away; raises NotFound."""
        ticket = await self._desk.request_handoff(
            conversation_id, f"handoff:{conversation_id}", language, "engine unavailable"
        )
        order = CallPerson(conversation_id, "engine_down", "high", language, ticket.reference)
        called = await ask_person(self._desk, order)
        return [told(self._content, self._desk.office, called, ticket.reference)]

    async def by_rule(
        self, conversation: Conversation, replies: Iterable[Mapping[str, Any]]
    ) -> list[Mapping[str, Any]]:
        """Call a person where a reply shows an emergency or a complaint; gives what to add.

        A failure here must not hold back what the customer needs to hear now.
        """
        topics = {str(reply.get("reply", "")).partition("__")[0] for reply in replies}
        rule = next((rule for topic, rule in _RULES.items() if topic in topics), None)
        if rule is None or conversation.owner not in BOT_SPEAKS:
            return []
        try:
            return await self._called(conversation, *rule)
        except SeedwardenError as error:
            _log.error("call_failed", kind=type(error).__name__, reason=rule[0])
            return []

    async def _called(
        self, conversation: Conversation, reason: HandoffReason, priority: Priority
    ) -> list[Mapping[str, Any]]:
        order = CallPerson(conversation.id, reason, priority, conversation.language)
        if conversation.owner == "queue":  # already on the way: only more urgently
            await self._desk.call_person(order)
            return []
        before = await self._desk.was_called(conversation.id, reason)
        if before or not await self._desk.may_call():
            return []
        place = await self._desk.call_person(order)
        if place is None or not place.is_new:
            return []
        payloads: list[Mapping[str, Any]] = [
            queued(self._content, "handoff_called", place.position, place.wait)
        ]
        brief = await self._desk.brief(conversation.id)
        return [*payloads, brief_told(brief.summary)] if brief else payloads

    async def withdraw(self, conversation_id: str) -> list[Mapping[str, Any]]:
        """Take a customer out of the queue; gives what to answer."""
        moved = self._handing.announced(await self._desk.leave_queue(conversation_id, "withdrawn"))
        if not moved.is_new:
            return [{"reply": "handoff_not_waiting"}]
        await self._provider.close(conversation_id, "withdrawn")
        return [{"reply": "handoff_withdrawn"}]

    async def waits(self, message: Message) -> None:
        """Tell the place where people sit that a conversation waits, and what was said there."""
        place = await self._desk.place(message.conversation_id)
        if place is not None:
            await self._provider.open(place.handoff)
            await self._provider.append(message)

    async def heard(self, message: Message) -> None:
        """Tell the place where people sit what the customer said to a person."""
        await self._provider.append(message)

    async def watch(self) -> None:
        """Tend the queue for ever; a failure is logged and tried again."""
        while True:
            await asyncio.sleep(_TEND_SECONDS)
            try:
                await self.tend()
            except Exception as error:  # noqa: BLE001 - a loop that ends is worse than any one failure
                _log.error("queue_not_tended", kind=type(error).__name__)

    async def tend(self) -> None:
        """Let go who waited too long, and put back whose person has left the team."""
        for handoff in await self._desk.overdue(self._longest_wait):
            await self._expire(handoff)
        for handoff in await self._desk.orphaned():
            lines = self._lines("handoff_returned_to_queue_unnamed", handoff.language)
            self._handing.announced(await self._desk.put_back(handoff.conversation_id, lines))

    async def _expire(self, handoff: Handoff) -> None:
        """Tell the customer that nobody could come, and under which number it is kept."""
        conversation_id = handoff.conversation_id
        language = (await self._desk.conversation(conversation_id)).language
        reference = handoff.reference or await self._filed(conversation_id, language)
        when = back_told(self._content, self._desk.office, self._desk.opens_later())
        lines = self._lines("handoff_expired", language, reference=reference, when=when)
        moved = await self._desk.leave_queue(conversation_id, "expired", lines)
        if self._handing.announced(moved).is_new:
            await self._provider.close(conversation_id, "expired")

    async def _filed(self, conversation_id: str, language: Language) -> str:
        """The ticket of a conversation that a rule put in the queue: its case's, or a new one."""
        for ticket in await self._desk.tickets(limit=1, conversation_id=conversation_id):
            return ticket.reference
        brief = await self._desk.brief(conversation_id)
        reason = self._content.reply("handoff_reason").render(language)
        summary = f"{reason} · {brief.summary}" if brief else reason
        ticket = await self._desk.request_handoff(
            conversation_id, f"handoff:{conversation_id}", language, summary
        )
        return ticket.reference

    def _lines(self, reply: str, language: Language, **params: Any) -> list[Draft]:
        drafts, _ = self._voice.drafts([{"reply": reply, "params": params}], language, "system")
        return drafts
