"""Does on our side what agents do in Chatwoot: take, answer, note, pass on, return, close.

Whatever cannot be done is told to them as a note in the conversation; nothing is lost in silence.
"""

from __future__ import annotations

from typing import Final

from bot.desk.handoff_models import AlreadyTaken, Held, NotWaiting, NotYours, Said
from bot.desk.people_models import SERVING, Agent
from bot.desk.service import Desk
from bot.errors import ConversationClosed, NotFound
from bot.gateway.chatwoot import PROVIDER
from bot.gateway.chatwoot.client import ref_of
from bot.gateway.chatwoot.shapes import MessageEvent, Person, ThreadEvent, TypingEvent
from bot.gateway.chatwoot.wording import told
from bot.gateway.handing import Handing, WordsRefused
from bot.guard import GuardBroken, scrub

_OUTGOING: Final = (1, "outgoing")


class Hearing:
    """What agents did in Chatwoot, one method a kind of event."""

    def __init__(self, desk: Desk, handing: Handing, account: int) -> None:
        self._desk = desk
        self._handing = handing
        self._account = account

    async def message(self, event: MessageEvent) -> None:
        """An agent wrote an answer or a note; what customers and bots write comes from us."""
        sender = event.sender
        if event.message_type not in _OUTGOING or sender is None or sender.type != "user":
            return
        conversation_id = await self._ours(event.conversation.id)
        if conversation_id is None:
            return
        agent = await self._agent(sender)
        if agent is None:
            if not event.private:
                await self._remark(conversation_id, "stranger", ref=sender.id)
            return
        if event.private:
            if event.content:
                await self._note(agent, conversation_id, event.id, event.content)
            return
        if event.attachments:
            await self._remark(conversation_id, "files")
        if event.content:
            await self._answer(agent, conversation_id, event.id, event.content)

    async def _note(self, agent: Agent, conversation_id: str, number: int, text: str) -> None:
        """Keep a note once; a crash between the two steps may keep it twice, never lose it."""
        kept = f"note {number}"
        if not await self._desk.outside_was_taken(PROVIDER, kept):
            await self._handing.note(agent, conversation_id, text)
            await self._desk.outside_take(PROVIDER, kept)

    async def _answer(self, agent: Agent, conversation_id: str, number: int, text: str) -> None:
        try:
            held = await self._taken(agent, conversation_id)
            said = Said(conversation_id, text, f"{PROVIDER}:{number}", held.epoch, PROVIDER)
            await self._handing.says(agent, said)
        except WordsRefused as error:
            rules = ", ".join(dict.fromkeys(reason.rule for reason in error.reasons))
            await self._remark(conversation_id, "refused", rules=rules)
        except AlreadyTaken as error:
            await self._remark(conversation_id, "taken", name=error.name, badge=error.badge)
        except (NotWaiting, NotYours, NotFound, ConversationClosed):
            await self._remark(conversation_id, "ended")
        except GuardBroken:
            await self._remark(conversation_id, "broken")

    async def _taken(self, agent: Agent, conversation_id: str) -> Held:
        """The conversation in the agent's hands: whoever answers takes it.

        Raises:
            NotFound: the bot has it, and this person may not take it from the bot.
        """
        held = (await self._handing.present(conversation_id)).held
        if held.agent is not None and held.agent.id == agent.id:
            return held
        if held.owner == "bot":
            await self._desk.place_of(agent, conversation_id)
        moved = await self._handing.claim(agent, conversation_id, takes_over=True)
        return moved.held

    async def thread(self, event: ThreadEvent) -> None:
        """A conversation was assigned or its status was changed."""
        conversation_id = await self._ours(event.id)
        if conversation_id is None:
            return
        if event.has_changed("assignee_id"):
            await self._assigned(conversation_id, event.meta.assignee)

    async def standing(self, event: ThreadEvent) -> None:
        """A conversation was set to pending (back to the bot) or resolved (closed)."""
        conversation_id = await self._ours(event.id)
        if conversation_id is None or event.status not in {"pending", "resolved"}:
            return
        held = (await self._handing.present(conversation_id)).held
        if held.agent is None:
            return
        holder = await self._desk.team_member(held.agent.id)
        try:
            if event.status == "pending":
                await self._handing.give_back(holder, conversation_id, held.epoch)
            else:
                await self._handing.close(holder, conversation_id, held.epoch)
        except NotYours:
            return  # it was let go meanwhile

    async def _assigned(self, conversation_id: str, assignee: Person | None) -> None:
        held = (await self._handing.present(conversation_id)).held
        agent = None if assignee is None else await self._agent(assignee)
        if assignee is not None and agent is None:
            await self._remark(conversation_id, "stranger", ref=assignee.id)
            return
        if held.agent is not None and (agent is None or held.agent.id != agent.id):
            holder = await self._desk.team_member(held.agent.id)
            await self._handing.transfer(holder, conversation_id, held.epoch, agent)
        elif agent is not None:
            try:
                await self._taken(agent, conversation_id)
            except (AlreadyTaken, NotFound, NotWaiting):
                await self._remark(conversation_id, "ended")

    async def typing(self, event: TypingEvent) -> None:
        """An agent is writing an answer."""
        conversation_id = await self._ours(event.conversation.id)
        if conversation_id is None or event.is_private or event.user is None:
            return
        held = (await self._handing.present(conversation_id)).held
        agent = await self._agent(event.user)
        if agent is not None and held.agent is not None and held.agent.id == agent.id:
            self._handing.agent_types(conversation_id)

    async def _ours(self, number: int) -> str | None:
        return await self._desk.outside_conversation(PROVIDER, ref_of(self._account, number))

    async def _agent(self, person: Person) -> Agent | None:
        """Who of our team it is, if somebody said so and the person may serve customers."""
        agent = await self._desk.outside_person(PROVIDER, str(person.id))
        return agent if agent is not None and agent.role in SERVING else None

    async def _remark(self, conversation_id: str, sentence: str, **facts: object) -> None:
        await self._desk.outside_remark(conversation_id, scrub(told(sentence, **facts)))
