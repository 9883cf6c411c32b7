"""The road of one message, from the door to the stored reply."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import structlog

from bot.content.contact_replies import ContactReplies
from bot.content.language import Language
from bot.content.profile import profile
from bot.content.safety import SECRET_REPLIES
from bot.desk.conversations import BOT_SPEAKS
from bot.desk.models import (
    Accepted,
    Conversation,
    Draft,
    Message,
    Owner,
    TurnEnd,
    TurnOutcome,
)
from bot.desk.service import Desk
from bot.engine import Engine, Utterance
from bot.errors import EngineUnavailable, Overtaken, TooManyWaiting
from bot.gateway import metrics
from bot.gateway.calling import WITHDRAW, Calling, is_withdrawal
from bot.gateway.contacts import ANSWERED_BY, warned
from bot.gateway.crowd import Crowd
from bot.gateway.erasing import REPLIES, Erasing, Wish, unstored
from bot.gateway.expectations import Expectations
from bot.gateway.forgetting import Forgetting
from bot.gateway.hearing import Heard, Hearing, Sent, told_again
from bot.gateway.hub import Happening, Hub
from bot.gateway.lanes import RETRY_AFTER, Lanes
from bot.gateway.memories import Memories
from bot.gateway.rating import Rating, is_rating
from bot.gateway.voice import ReplyUnknown, Voice
from bot.gateway.watching import advice
from bot.guard.findings import SecretKind

_ATTEMPTS: Final = 4

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """A finished turn as the customer gets it."""

    message: Message
    replies: tuple[Message, ...]
    owner: Owner


class Turns:
    """Takes customers' messages; all its parts come from ``bot.bootstrap``."""

    def __init__(  # noqa: PLR0913 - the parts of one road, put together in one place
        self,
        *,
        desk: Desk,
        engine: Engine,
        voice: Voice,
        hub: Hub,
        lanes: Lanes,
        memories: Memories,
        contact_replies: ContactReplies,
        erasing: Erasing,
        calling: Calling,
    ) -> None:
        self._desk = desk
        self._engine = engine
        self._voice = voice
        self._hub = hub
        self._lanes = lanes
        self._memories = memories
        self._contact_replies = contact_replies
        self._erasing = erasing
        self._calling = calling
        self._expectations = Expectations(voice.content)
        self._rating = Rating(desk, voice)
        self._forgetting = Forgetting(desk, engine, lanes)
        self._crowd = Crowd(desk, voice, hub)
        self._hearing = Hearing(desk, memories, self._expectations)

    async def begin(self, language: Language, channel: str) -> tuple[Conversation, list[Message]]:
        """Begin a conversation with the greeting, in a language that is offered."""
        language = profile().served(language)
        conversation = await self._desk.create_conversation(
            language, is_chosen=False, channel=channel
        )
        drafts, _ = self._voice.drafts([{"reply": "welcome"}], language)
        return conversation, await self._desk.say(conversation.id, drafts)

    async def take(self, conversation_id: str, sent: Sent) -> Turn:
        """Take one message to its end; the same ``client_id`` again gives the same answer.

        Raises:
            NotFound, ConversationClosed: the conversation takes no message.
            ChoiceUnknown: the choice is not offered now.
            TooManyWaiting: too many messages of this conversation are waiting.
            GuardBroken: the guard failed; nothing was stored or passed on.
        """
        async with self._lanes.enter(conversation_id):
            for _ in range(_ATTEMPTS):
                with contextlib.suppress(Overtaken):
                    return await self._take(conversation_id, sent)
                # By another gateway: read it again, in the light of what came before it.
                self._memories.forget(conversation_id)
            raise TooManyWaiting(RETRY_AFTER)

    async def _take(self, conversation_id: str, sent: Sent) -> Turn:
        began = time.perf_counter()
        conversation, earlier = await self._desk.look(conversation_id, sent.client_id)
        if earlier is not None:
            return await self._again(earlier, began)
        heard = await self._hearing.hear(conversation, sent)
        if sent.choice is not None and is_rating(sent.choice):
            accepted, replies = await self._rating.taken(conversation, heard, sent.choice)
            self._hub.tell(conversation_id, Happening("message"))
            return Turn(accepted.message, tuple(replies), conversation.owner)
        wish = await self._erasing.wish(conversation, sent, heard.incoming.text)
        if wish == "erase":
            return await self._erased(conversation, heard)
        pieces = self._forgetting.pieces(conversation_id, heard.taints)
        accepted = await self._desk.accept(
            conversation_id, heard.incoming, conversation.last_seq, pieces
        )
        if not accepted.is_new:
            return await self._again(accepted, began)
        self._memories.heard(conversation_id, accepted.message.seq)
        if pieces is not None:
            await self._forgetting.pay(conversation_id, accepted.debt)
            self._hub.tell(conversation_id, Happening("resync"))
        self._hub.tell(conversation_id, Happening("message", stored=(accepted.message,)))
        if conversation.owner == "closed":
            await self._begin_anew(conversation_id)
        if wish is not None:
            return await self._asked(accepted, wish, began)
        return await self._finish(accepted, heard.utterance, heard.warnings, began)

    async def _again(self, earlier: Accepted, began: float) -> Turn:
        """Give the stored answer, or finish a turn that a crash cut off."""
        if earlier.replies is not None:
            return Turn(earlier.message, earlier.replies, earlier.conversation.owner)
        return await self._finish(earlier, told_again(earlier.message), (), began)

    async def erase(self, conversation_id: str, actor: str) -> None:
        """Erase a conversation between two of its turns; raises NotFound, TooManyWaiting."""
        async with self._lanes.enter(conversation_id):
            await self._erasing.erase(conversation_id, actor)

    async def _erased(self, conversation: Conversation, heard: Heard) -> Turn:
        """Erase everything and say so; neither the wish nor the answer is stored."""
        drafts, _ = self._voice.drafts([{"reply": REPLIES["erase"]}], heard.incoming.language)
        await self._erasing.erase(conversation.id, "customer")
        message, *replies = unstored(conversation, heard.incoming, drafts)
        return Turn(message, tuple(replies), "closed")

    async def _asked(self, accepted: Accepted, wish: Wish, began: float) -> Turn:
        """Ask for the second yes, or tell that nothing was erased; Rasa knows nothing of it."""
        language: Language = "zh" if accepted.message.language == "zh" else "en"
        drafts, _ = self._voice.drafts([{"reply": REPLIES[wish]}], language)
        replies, now = await self._store(accepted, drafts, "answered", "erase_data", began)
        self._hub.tell(accepted.conversation.id, Happening("message", stored=replies))
        return Turn(accepted.message, replies, now.owner)

    async def _finish(
        self,
        accepted: Accepted,
        utterance: Utterance,
        hidden: tuple[str, ...],
        began: float,
    ) -> Turn:
        conversation = accepted.conversation
        if conversation.owner not in BOT_SPEAKS:
            await self._store(accepted, [], "left_to_person", None, began)
            await self._left_to_person(accepted, utterance)
            return Turn(accepted.message, (), conversation.owner)
        self._hub.tell(conversation.id, Happening("typing", {"author": "bot"}))
        outcome, intent, drafts = await self._answer(accepted, utterance, hidden)
        replies, now = await self._store(accepted, drafts, outcome, intent, began)
        self._hub.tell(conversation.id, Happening("message", stored=replies))
        if now.epoch != conversation.epoch:  # an action or a rule called a person meanwhile
            self._hub.tell(conversation.id, Happening("owner"))
        if now.owner == "queue":
            await self._calling.waits(accepted.message)
        return Turn(accepted.message, replies, now.owner)

    async def _begin_anew(self, conversation_id: str) -> None:
        """A closed conversation goes on with a bot that knows nothing of the old case."""
        await self._forgetting.pay(conversation_id, await self._forgetting.owe(conversation_id))
        self._hub.tell(conversation_id, Happening("owner"))

    async def _left_to_person(self, accepted: Accepted, utterance: Utterance) -> None:
        """The bot is silent; only a secret that was taken out is told of, by the system."""
        await self._calling.heard(accepted.message)
        if utterance.intent == "secret_shared":
            kind: SecretKind = next(iter(accepted.message.findings), "seed_phrase")
            language: Language = "zh" if accepted.message.language == "zh" else "en"
            told = {"reply": SECRET_REPLIES[kind], "choices": []}
            drafts, _ = self._voice.drafts([told], language, "system")
            await self._desk.say(accepted.conversation.id, drafts)
            self._hub.tell(accepted.conversation.id, Happening("message"))

    async def _answer(
        self, accepted: Accepted, utterance: Utterance, hidden: tuple[str, ...]
    ) -> tuple[TurnOutcome, str | None, list[Draft]]:
        conversation_id = accepted.conversation.id
        language: Language = "zh" if accepted.message.language == "zh" else "en"
        warnings: list[Mapping[str, Any]] = [{"reply": name, "choices": []} for name in hidden]
        if is_withdrawal(utterance):
            drafts, _ = self._voice.drafts(await self._calling.withdraw(conversation_id), language)
            return "answered", WITHDRAW, drafts
        try:
            once = replace(utterance, message_id=accepted.message.id)
            async with self._crowd.around(conversation_id, language) as told:
                answer = await self._engine.turn(conversation_id, once, language, told)
            if answer.intent != ANSWERED_BY:
                warnings += self._false_contacts(conversation_id, utterance)
            self._expectations.note(conversation_id, answer.replies)
            if answer.intent == "change_language":  # an action told the desk
                language = (await self._desk.conversation(conversation_id)).language
            called = await self._calling.by_rule(accepted.conversation, answer.replies)
            said_now = await self._rating.after(accepted, answer.replies, answer.intent)
            drafts, withheld = self._voice.drafts([*warnings, *said_now, *called], language)
        except (EngineUnavailable, ReplyUnknown) as error:
            reason = error.reason if isinstance(error, EngineUnavailable) else "reply_unknown"
            metrics.ENGINE_FAILURES.labels(reason).inc()
            _log.error("engine_unavailable", conversation=conversation_id, reason=reason)
            warnings += self._false_contacts(conversation_id, utterance)
            replies = await self._without_engine(accepted, utterance, language)
            replies = await self._rating.after(accepted, replies, None)
            called = await self._calling.by_rule(accepted.conversation, replies)
            drafts, _ = self._voice.drafts([*warnings, *replies, *called], language)
            return "engine_unavailable", None, drafts
        stopped = utterance.intent == "secret_shared"
        outcome: TurnOutcome = "stopped_secret" if stopped else "answered"
        return "reply_withheld" if withheld else outcome, answer.intent, drafts

    def _false_contacts(
        self, conversation_id: str, utterance: Utterance
    ) -> list[Mapping[str, Any]]:
        before = self._memories.warned_of(conversation_id)
        return warned(self._contact_replies, utterance.contacts, before)

    async def _without_engine(
        self, accepted: Accepted, utterance: Utterance, language: Language
    ) -> Sequence[Mapping[str, Any]]:
        """What can be said and done while Rasa is away: safety first, and a way to a person."""
        conversation_id = accepted.conversation.id
        if utterance.intent == "secret_shared":
            kind: SecretKind = next(iter(accepted.message.findings), "seed_phrase")
            return [{"reply": SECRET_REPLIES[kind]}]
        if utterance.intent == "scam_in_progress":
            return advice(utterance)
        if utterance.intent == "talk_to_human":
            return await self._calling.wish(conversation_id, language)
        return [{"reply": "engine_unavailable"}]

    async def _store(
        self,
        accepted: Accepted,
        drafts: list[Draft],
        outcome: TurnOutcome,
        intent: str | None,
        began: float,
    ) -> tuple[tuple[Message, ...], Conversation]:
        """Store what was answered; gives it with the conversation as it stands then."""
        conversation_id = accepted.conversation.id
        seconds = time.perf_counter() - began
        end = TurnEnd(
            accepted.message.id, accepted.conversation.epoch, outcome, intent, int(seconds * 1000)
        )
        finished = await self._desk.finish(conversation_id, drafts, end)
        metrics.TURNS.labels(outcome if finished is not None else "fenced").inc()
        metrics.TURN_SECONDS.observe(seconds)
        if finished is None:
            return (), await self._desk.conversation(conversation_id)
        self._memories.answered(conversation_id, finished.replies)
        return finished.replies, finished.conversation
