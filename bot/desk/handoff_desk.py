"""The desk's hand-off: one method a use case, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from bot.desk import audit, news, owning, queueing, talking
from bot.desk.handoff_models import (
    CallPerson,
    Card,
    CaseBrief,
    Deed,
    Handoff,
    HandoffOutcome,
    Held,
    Moved,
    Note,
    Place,
    Queued,
    Report,
)
from bot.desk.models import Draft, Message
from bot.desk.people_models import Agent
from bot.desk.units import Units
from bot.guard.safetext import SafeText


class HandoffDesk(Units):
    """Calls a person, moves conversations from hand to hand, keeps what is said meanwhile."""

    def deed(
        self, agent: Agent, conversation_id: str, lines: Sequence[Draft] = (), epoch: int = -1
    ) -> Deed:
        """What an agent does now."""
        return Deed(agent, conversation_id, self._clock(), lines, epoch)

    async def may_call(self) -> bool:
        """True when somebody could come: office hours, and a team that is set up."""
        if self.opens_later() is not None:
            return False
        async with self._session() as session:
            return await queueing.somebody_serves(session)

    def opens_at(self) -> datetime:
        """The present moment during office hours, else when they begin next; UTC."""
        return self.office.after(self._clock(), timedelta())

    def opens_later(self) -> datetime | None:
        """When office hours begin next; None while they last."""
        opens = self.opens_at()
        return opens if opens > self._clock() else None

    async def call_person(self, order: CallPerson) -> Place | None:
        """Put a conversation in the queue, once; None when a person has it already.

        Raises:
            NotFound, ConversationClosed: nobody can be called there.
        """
        try:
            is_new = await self._call(order)
        except IntegrityError:  # another process called at the same moment
            is_new = await self._call(order)
        place = await self.place(order.conversation_id)
        return None if place is None else replace(place, is_new=is_new)

    async def _call(self, order: CallPerson) -> bool:
        async with self._work() as session:
            return await queueing.request(session, order, self._clock())

    async def was_called(self, conversation_id: str, reason: str) -> bool:
        """True when a person was called here for this reason before."""
        async with self._session() as session:
            return await queueing.was_called(session, conversation_id, reason)

    async def place(self, conversation_id: str) -> Place | None:
        """Tell where a waiting customer stands."""
        async with self._session() as session:
            return await queueing.place(session, conversation_id, self._clock())

    async def leave_queue(
        self, conversation_id: str, outcome: HandoffOutcome, lines: Sequence[Draft] = ()
    ) -> Moved:
        """Give a waiting conversation back to the bot; harmless when it waits no more."""
        async with self._work() as session:
            return await queueing.leave_queue(
                session, conversation_id, outcome, lines, self._clock()
            )

    async def put_back(self, conversation_id: str, lines: Sequence[Draft]) -> Moved:
        """Put a conversation whose person has gone back in the queue."""
        async with self._work() as session:
            return await queueing.put_back(session, conversation_id, lines, self._clock())

    async def overdue(self, longest: timedelta) -> list[Handoff]:
        """List who has waited too long; outside office hours that is everybody."""
        now = self._clock()
        async with self._session() as session:
            before = now - longest if self.opens_later() is None else now
            return await queueing.overdue(session, before)

    async def orphaned(self) -> list[Handoff]:
        """List claimed conversations whose person was disabled."""
        async with self._session() as session:
            return await queueing.orphaned(session)

    async def queue(self) -> list[Queued]:
        """List who waits and who is being served."""
        async with self._session() as session:
            return await queueing.listed(session)

    async def usual_wait(self) -> int | None:
        """The usual wait in seconds, or None when too little is known."""
        async with self._session() as session:
            return await queueing.usual_wait(session, self._clock())

    async def held(self, conversation_id: str) -> Held:
        """Tell who holds a conversation; raises NotFound."""
        async with self._session() as session:
            return await owning.held(session, conversation_id)

    async def claim(self, deed: Deed, *, takes_over: bool = False) -> Moved:
        """Give a conversation to the first who asks; raises AlreadyTaken, NotWaiting, NotFound."""
        async with self._work() as session:
            return await owning.claim(session, deed, takes_over=takes_over)

    async def transfer(self, deed: Deed, to: Card | None) -> Moved:
        """Hand it to a colleague, or back into the queue; raises NotYours."""
        async with self._work() as session:
            return await owning.transfer(session, deed, to)

    async def let_go(self, deed: Deed, outcome: HandoffOutcome) -> Moved:
        """Return it to the bot, or close it, once; raises NotYours."""
        async with self._work() as session:
            return await owning.let_go(session, deed, outcome)

    async def agent_says(
        self, deed: Deed, draft: Draft, client_id: str, origin: str | None = None
    ) -> Message:
        """Store an agent's message once; raises NotYours."""
        try:
            async with self._work() as session:
                earlier = await talking.said(session, deed, client_id)
                if earlier is not None:
                    return earlier
                await news.happened(session, deed.conversation_id, self._clock())
                return await talking.say(session, deed, draft, client_id, origin)
        except IntegrityError:
            async with self._session() as session:
                found = await talking.said(session, deed, client_id)
            if found is None:
                raise
            return found

    async def refused(self, deed: Deed, rules: Sequence[str]) -> None:
        """Note that an agent's words were held back."""
        async with self._work() as session:
            talking.refuse(session, deed, rules)

    async def authors(self, conversation_id: str) -> dict[str, str]:
        """Name the people behind a conversation's messages, by the message's id."""
        async with self._session() as session:
            return await talking.authors(session, conversation_id)

    async def add_note(self, deed: Deed, text: SafeText) -> Note:
        """Keep a note for colleagues; raises NotFound."""
        async with self._work() as session:
            return await talking.add_note(session, deed, text)

    async def notes(self, conversation_id: str) -> list[Note]:
        """List the notes on a conversation."""
        async with self._session() as session:
            return await talking.notes(session, conversation_id)

    async def keep_brief(self, brief: CaseBrief) -> None:
        """Keep what an agent reads first; raises NotFound."""
        async with self._work() as session:
            await talking.keep_brief(session, brief, self._clock())

    async def brief(self, conversation_id: str) -> CaseBrief | None:
        """Give what an agent reads first, or None where no case was begun."""
        async with self._session() as session:
            return await talking.brief(session, conversation_id)

    async def report(self, conversation_id: str, text: SafeText) -> None:
        """Keep a customer's report of a person; raises NotFound."""
        async with self._work() as session:
            await talking.report(session, conversation_id, text, self._clock())

    async def reports(self, reader: Agent) -> list[Report]:
        """List reports, without those about the reader."""
        async with self._session() as session:
            return await talking.reports(session, hidden_from=reader.id)

    async def noted(self, agent: Agent, action: str, about: str, detail: str = "") -> None:
        """Add a line to the audit."""
        async with self._work() as session:
            audit.record(
                session,
                self._clock(),
                actor=agent.login,
                action=action,
                about=about,
                detail=detail,
            )

    async def audit(self, *, about: str = "", actions: Sequence[str] = ()) -> list[audit.Entry]:
        """List the audit, the newest first."""
        async with self._session() as session:
            return await audit.listed(session, about=about, actions=actions)

    async def refusals(self, within: timedelta) -> dict[str, int]:
        """How often the words of each agent were held back."""
        async with self._session() as session:
            return await audit.counted(session, "message_refused", self._clock() - within)
