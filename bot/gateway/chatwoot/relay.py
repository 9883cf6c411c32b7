"""Tells Chatwoot what happens in conversations that wait for a person or have one.

What is due is read from the desk, so nothing is lost when Chatwoot is away or a process is killed.
A call may have arrived although its answer did not: before a message is posted again, Chatwoot is
asked whether it has it. A note may then come twice; a customer's words never do.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog

from bot.desk.handoff_models import Handoff, HandoffOutcome
from bot.desk.models import Message
from bot.desk.outside import Due, LeaseLost
from bot.desk.service import Desk
from bot.gateway.chatwoot import PROVIDER
from bot.gateway.chatwoot.client import Chatwoot, OutsideUnavailable
from bot.gateway.chatwoot.wording import brief, customer, told
from bot.gateway.handoff import HandoffProvider
from bot.gateway.rounds import keep_making

_log = structlog.get_logger(__name__)


class Relay:
    """A hand-off provider: our own desk is woken as ever, and Chatwoot is told as well."""

    def __init__(self, desk: Desk, chatwoot: Chatwoot, own: HandoffProvider) -> None:
        self._desk = desk
        self._chatwoot = chatwoot
        self._own = own
        self._woken = asyncio.Event()

    async def open(self, handoff: Handoff) -> None:
        """A conversation waits for a person."""
        await self._own.open(handoff)
        self._woken.set()

    async def append(self, message: Message) -> None:
        """A message was stored in a conversation that waits or is served."""
        await self._own.append(message)
        self._woken.set()

    async def close(self, conversation_id: str, outcome: HandoffOutcome) -> None:
        """A hand-off ended."""
        await self._own.close(conversation_id, outcome)
        self._woken.set()

    async def run(self) -> None:
        """Tell what is due until cancelled; a failure is logged and tried again."""
        try:
            await keep_making(self.round, self._woken, self._round_failed)
        finally:
            await self._chatwoot.aclose()

    def _round_failed(self, kind: str) -> None:
        _log.error("chatwoot_round_failed", kind=kind)

    async def round(self) -> None:
        """Tell once what is due, every conversation for itself."""
        waiting = await self._desk.outside_due(PROVIDER)
        await asyncio.gather(*(self._tell(one) for one in waiting))

    async def _tell(self, seen: Due) -> None:
        due = await self._desk.outside_lease(seen)
        if due is None:
            return
        try:
            await self._bring_up_to_date(due)
        except LeaseLost:
            return  # it took so long that another process goes on
        except OutsideUnavailable as error:
            if error.is_gone and due.counterpart.ref is not None:
                await self._begun_anew(due)
            pause = await self._desk.outside_put_off(due)
            hint = "check SEEDWARDEN_CHATWOOT_*" if error.is_refused else "it is tried again"
            _log.error("chatwoot_not_told", reason=error.reason, again_in=pause, hint=hint)
        except Exception as error:  # noqa: BLE001 - the other conversations are told all the same
            pause = await self._desk.outside_put_off(due)
            _log.error("chatwoot_not_told", reason=type(error).__name__, again_in=pause)
        else:
            await self._desk.outside_told(due)

    async def _begun_anew(self, due: Due) -> None:
        """Forget a conversation that was deleted there; settings that are wrong look alike."""
        with suppress(OutsideUnavailable):
            contact = await self._chatwoot.contact(
                due.conversation_id, customer(due.conversation_id, due.language)
            )
            if due.counterpart.ref not in await self._chatwoot.conversations(contact):
                anew = {"contact": None, "ref": None, "told_seq": 0, "telling_seq": 0}
                await self._desk.outside_progress(due, told_ref=0, **anew)
                _log.info("chatwoot_begun_anew", ref=due.counterpart.ref)

    async def _bring_up_to_date(self, due: Due) -> None:
        if due.handoff is None and due.counterpart.ref is None:
            await self._nobody_waits(due)
            return
        contact, ref = await self._counterpart(due)
        if due.handoff is not None:
            if due.counterpart.ref is None or due.counterpart.handoff_id != due.handoff.id:
                await self._introduce(due, due.handoff, ref)
            await self._pass_on(due, contact, ref)
        for number, text in await self._desk.outside_remarks(due.conversation_id):
            await self._chatwoot.we_say(ref, text, is_private=True)
            await self._desk.outside_remarked(number)
        if due.handoff is None and due.counterpart.state == "open":
            await self._end(due, ref)

    async def _nobody_waits(self, due: Due) -> None:
        """The hand-off ended before anybody there heard of it: nobody has to."""
        for number, _ in await self._desk.outside_remarks(due.conversation_id):
            await self._desk.outside_remarked(number)
        await self._desk.outside_progress(due, state="ended")

    async def _counterpart(self, due: Due) -> tuple[str, str]:
        """The customer and the conversation there, made when they are missing."""
        known, conversation_id = due.counterpart, due.conversation_id
        contact = known.contact
        if contact is None:
            contact = await self._chatwoot.contact(
                conversation_id, customer(due.conversation_id, due.language)
            )
            await self._desk.outside_progress(due, contact=contact)
        if known.ref is not None:
            return contact, known.ref
        ref = await self._chatwoot.conversation(contact)
        return contact, ref

    async def _introduce(self, due: Due, handoff: Handoff, ref: str) -> None:
        """Post what an agent reads first, and call for one."""
        known = await self._desk.brief(due.conversation_id)
        messages = await self._desk.messages(due.conversation_id)
        signals = list(dict.fromkeys(m.signal for m in messages if m.signal is not None))
        await self._chatwoot.we_say(ref, brief(handoff, known, signals), is_private=True)
        await self._chatwoot.rank(ref, handoff.priority)
        await self._chatwoot.stand(ref, "open")
        await self._desk.outside_progress(due, ref=ref, handoff_id=handoff.id, state="open")

    async def _pass_on(self, due: Due, contact: str, ref: str) -> None:
        known = due.counterpart
        told_ref, told_seq = known.told_ref, known.told_seq
        messages = await self._desk.messages(due.conversation_id, told_seq)
        theirs = [message.id for message in messages if message.author == "agent"]
        written_there = await self._desk.written_outside(PROVIDER, theirs)
        for message in messages:
            if message.id not in written_there:
                await self._desk.outside_progress(due, telling_seq=message.seq)
                found = None
                if message.seq == known.telling_seq:  # a call for it was begun before
                    found = await self._arrived(message, contact, ref, told_ref)
                told_ref = found or await self._post(message, contact, ref)
            await self._desk.outside_progress(due, told_seq=message.seq, told_ref=told_ref)

    async def _arrived(self, message: Message, contact: str, ref: str, told_ref: int) -> int | None:
        """The number there of a message whose posting was cut off, if it arrived after all."""
        is_customers = message.author == "customer"
        for listed in await self._chatwoot.listed(contact, ref):
            same = listed.is_incoming == is_customers and listed.text == message.text
            if listed.id > told_ref and same:
                return listed.id
        return None

    async def _post(self, message: Message, contact: str, ref: str) -> int:
        if message.author == "customer":
            return await self._chatwoot.customer_says(contact, ref, message.text)
        return await self._chatwoot.we_say(
            ref, message.text, is_private=message.author in {"system", "agent"}
        )

    async def _end(self, due: Due, ref: str) -> None:
        outcome = await self._desk.outside_outcome(due.conversation_id)
        await self._chatwoot.we_say(ref, told(f"outcome_{outcome}"), is_private=True)
        await self._chatwoot.stand(ref, "pending" if outcome == "returned" else "resolved")
        await self._desk.outside_progress(due, state="ended")
