"""The road of one message, from the door to the stored reply."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import structlog

from bot.content.language import LANGUAGES, Language, detect
from bot.desk.models import (
    Accepted,
    Choice,
    Conversation,
    Draft,
    Incoming,
    Message,
    Owner,
    TurnEnd,
    TurnOutcome,
)
from bot.desk.service import Desk
from bot.engine import Engine, Utterance, chosen, language_chosen, said, secret_shared, signalled
from bot.errors import ChoiceUnknown, EngineUnavailable
from bot.gateway import metrics
from bot.gateway.expectations import Expectations
from bot.gateway.hub import Happening, Hub
from bot.gateway.lanes import Lanes
from bot.gateway.memories import Memories
from bot.gateway.voice import ReplyUnknown, Voice
from bot.gateway.watching import advice, watched
from bot.guard import inspect, scrub
from bot.guard.findings import KEYS_TO_THE_FUNDS, Inspected, SecretKind
from bot.guard.placeholders import PLACEHOLDERS

LANGUAGE_CHOICES: Final[Mapping[str, Language]] = {f"language:{tag}": tag for tag in LANGUAGES}
SECRET_REPLIES: Final[Mapping[SecretKind, str]] = {
    "seed_phrase": "secret_shared__seed_phrase",
    "share": "secret_shared__seed_phrase",
    "private_key": "secret_shared__private_key",
    "extended_key": "secret_shared__private_key",
    "keystore": "secret_shared__private_key",
    "pin": "secret_shared__code",
    "password": "secret_shared__code",
    "one_time_code": "secret_shared__code",
    "card_number": "secret_shared__identity",
    "national_id": "secret_shared__identity",
}
MASKED_NUMBER: Final = "secret_masked__hex"
_LANGUAGE_NAMES: Final[Mapping[Language, str]] = {"zh": "中文", "en": "English"}

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """What a customer sent: words or a choice, under the client's own id."""

    client_id: str
    text: str | None = None
    choice: str | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """A finished turn as the customer gets it."""

    message: Message
    replies: tuple[Message, ...]
    owner: Owner


@dataclass(frozen=True, slots=True)
class _Heard:
    """A message after the guard: what is stored, and what the engine is told."""

    incoming: Incoming
    utterance: Utterance
    warnings: tuple[str, ...] = ()
    taints: tuple[str, ...] = ()


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
    ) -> None:
        self._desk = desk
        self._engine = engine
        self._voice = voice
        self._hub = hub
        self._lanes = lanes
        self._memories = memories
        self._expectations = Expectations(voice.content)

    async def begin(self, language: Language, channel: str) -> tuple[Conversation, list[Message]]:
        """Begin a conversation with the greeting."""
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
            began = time.perf_counter()
            conversation, earlier = await self._desk.look(conversation_id, sent.client_id)
            if earlier is not None:
                return await self._again(earlier, began)
            heard = await self._hear(conversation, sent)
            accepted = await self._desk.accept(conversation_id, heard.incoming)
            await self._redact_earlier(conversation_id, heard)
            self._hub.tell(conversation_id, Happening("message"))
            return await self._finish(accepted, heard.utterance, heard.warnings, began)

    async def _again(self, earlier: Accepted, began: float) -> Turn:
        """Give the stored answer, or finish a turn that a crash cut off."""
        if earlier.replies is not None:
            return Turn(earlier.message, earlier.replies, earlier.conversation.owner)
        findings = earlier.message.findings
        replaced = earlier.message.text in PLACEHOLDERS
        stopped = next((kind for kind in findings if replaced and kind in KEYS_TO_THE_FUNDS), None)
        safe_text = scrub(earlier.message.text, language=earlier.message.language)
        utterance = secret_shared(stopped) if stopped else said(safe_text)
        return await self._finish(earlier, utterance, (), began)

    async def _hear(self, conversation: Conversation, sent: Sent) -> _Heard:
        if sent.choice is not None:
            return await self._hear_choice(conversation, sent.client_id, sent.choice)
        return await self._hear_words(conversation, sent.client_id, sent.text or "")

    async def _hear_words(self, conversation: Conversation, client_id: str, text: str) -> _Heard:
        message_id = uuid4().hex
        inspected = inspect(
            text,
            self._memories.of(conversation.id),
            message_id=message_id,
            language=conversation.language,
            expects=self._expectations.of(conversation.id),
        )
        language = _language_of(conversation, inspected)
        kinds = tuple(dict.fromkeys(finding.kind for finding in inspected.findings))
        for kind in kinds:
            metrics.SECRETS.labels(kind, "gateway").inc()
        if language != conversation.language:
            await self._desk.change_language(conversation.id, language, is_chosen=False)
        return _Heard(
            Incoming(message_id, client_id, inspected.safe_text, language, kinds),
            _utterance(watched(conversation, inspected, self._memories)),
            warnings=_warnings(inspected),
            taints=inspected.taints,
        )

    async def _hear_choice(self, conversation: Conversation, client_id: str, wanted: str) -> _Heard:
        language = LANGUAGE_CHOICES.get(wanted)
        if language is not None:
            await self._desk.change_language(conversation.id, language)
            choice = Choice(wanted, _LANGUAGE_NAMES[language], "")
            utterance = language_chosen(language)
        else:
            choice = await self._offered(conversation.id, wanted)
            language = conversation.language
            utterance = chosen(choice.send)
        # The label is authored, yet only the guard makes safe text.
        label = inspect(choice.label, language=language).safe_text
        return _Heard(Incoming(uuid4().hex, client_id, label, language), utterance)

    async def _offered(self, conversation_id: str, wanted: str) -> Choice:
        for choice in await self._desk.offered_choices(conversation_id):
            if choice.id == wanted:
                return choice
        raise ChoiceUnknown("The choice is not offered now.")

    async def _redact_earlier(self, conversation_id: str, heard: _Heard) -> None:
        if not heard.taints:
            return
        await self._desk.redact(
            conversation_id, heard.taints, heard.incoming.text, heard.incoming.findings[0]
        )
        await self._forget_in_engine(conversation_id)
        self._hub.tell(conversation_id, Happening("resync"))

    async def _forget_in_engine(self, conversation_id: str) -> None:
        """Rasa kept the earlier pieces too; its tracker is a scratchpad and may go."""
        try:
            await self._engine.forget(conversation_id)
        except EngineUnavailable as error:
            _log.error("tracker_not_erased", conversation=conversation_id, reason=error.reason)

    async def _finish(
        self,
        accepted: Accepted,
        utterance: Utterance,
        warned: tuple[str, ...],
        began: float,
    ) -> Turn:
        conversation = accepted.conversation
        if conversation.owner != "bot":
            await self._store(accepted, [], "left_to_person", None, began)
            return Turn(accepted.message, (), conversation.owner)
        self._hub.tell(conversation.id, Happening("typing", {"author": "bot"}))
        outcome, intent, drafts = await self._answer(accepted, utterance, warned)
        replies = await self._store(accepted, drafts, outcome, intent, began)
        self._hub.tell(conversation.id, Happening("message"))
        return Turn(accepted.message, tuple(replies), conversation.owner)

    async def _answer(
        self, accepted: Accepted, utterance: Utterance, warned: tuple[str, ...]
    ) -> tuple[TurnOutcome, str | None, list[Draft]]:
        conversation_id = accepted.conversation.id
        spoken = accepted.message.language
        language: Language = "zh" if spoken == "zh" else "en"
        warnings = [{"reply": name, "choices": []} for name in warned]
        try:
            answer = await self._engine.turn(conversation_id, utterance, language)
            self._expectations.note(conversation_id, answer.replies)
            if answer.intent == "change_language":  # an action told the desk
                language = (await self._desk.conversation(conversation_id)).language
            drafts, withheld = self._voice.drafts([*warnings, *answer.replies], language)
        except (EngineUnavailable, ReplyUnknown) as error:
            reason = error.reason if isinstance(error, EngineUnavailable) else "reply_unknown"
            metrics.ENGINE_FAILURES.labels(reason).inc()
            _log.error("engine_unavailable", conversation=conversation_id, reason=reason)
            replies = await self._without_engine(accepted, utterance, language)
            drafts, _ = self._voice.drafts([*warnings, *replies], language)
            return "engine_unavailable", None, drafts
        stopped = utterance.intent == "secret_shared"
        outcome: TurnOutcome = "stopped_secret" if stopped else "answered"
        return "reply_withheld" if withheld else outcome, answer.intent, drafts

    async def _without_engine(
        self, accepted: Accepted, utterance: Utterance, language: Language
    ) -> list[dict[str, Any]]:
        """What can be said and done while Rasa is away: safety first, and a way to a person."""
        conversation_id = accepted.conversation.id
        if utterance.intent == "secret_shared":
            kind: SecretKind = next(iter(accepted.message.findings), "seed_phrase")
            return [{"reply": SECRET_REPLIES[kind]}]
        if utterance.intent == "scam_in_progress":
            return advice(utterance)
        if utterance.intent == "talk_to_human":
            ticket = await self._desk.request_handoff(
                conversation_id, "engine-unavailable", language, "engine unavailable"
            )
            return [{"reply": "handoff_requested", "params": {"reference": ticket.reference}}]
        return [{"reply": "engine_unavailable"}]

    async def _store(
        self,
        accepted: Accepted,
        drafts: list[Draft],
        outcome: TurnOutcome,
        intent: str | None,
        began: float,
    ) -> list[Message]:
        seconds = time.perf_counter() - began
        end = TurnEnd(
            accepted.message.id, accepted.conversation.epoch, outcome, intent, int(seconds * 1000)
        )
        replies = await self._desk.answer(accepted.conversation.id, drafts, end)
        metrics.TURNS.labels(outcome if replies is not None else "fenced").inc()
        metrics.TURN_SECONDS.observe(seconds)
        return replies or []


def _utterance(inspected: Inspected) -> Utterance:
    stopped = [finding.kind for finding in inspected.findings if finding.opens_the_wallet]
    if stopped:
        return secret_shared(stopped[0])
    if inspected.signals:
        return signalled(inspected.signals[0])
    return said(inspected.safe_text)


def _warnings(inspected: Inspected) -> tuple[str, ...]:
    """What is said about values that were hidden where they stood, before the answer."""
    if inspected.opens_the_wallet:
        return ()
    names = (
        MASKED_NUMBER if finding.is_undecided else SECRET_REPLIES[finding.kind]
        for finding in inspected.findings
    )
    return tuple(dict.fromkeys(names))


def _language_of(conversation: Conversation, inspected: Inspected) -> Language:
    """Follow the customer's language, unless one was chosen on purpose.

    A recovery phrase says nothing about its owner's language: most are English words.
    """
    if conversation.language_is_chosen or inspected.opens_the_wallet:
        return conversation.language
    return detect(inspected.safe_text) or conversation.language
