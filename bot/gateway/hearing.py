"""What a customer sent, after the guard: what is stored, and what the engine is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from bot.content.language import LANGUAGES, Language, language_for
from bot.content.profile import profile
from bot.content.safety import SECRET_REPLIES
from bot.desk.models import Choice, Conversation, Incoming, Message
from bot.desk.service import Desk
from bot.engine import Utterance, chosen, language_chosen, said, secret_shared, signalled
from bot.errors import ChoiceUnknown
from bot.gateway import metrics
from bot.gateway.contacts import judged
from bot.gateway.expectations import Expectations
from bot.gateway.memories import Memories
from bot.gateway.recalling import recalled
from bot.gateway.watching import watched
from bot.guard import inspect, scrub
from bot.guard.findings import KEYS_TO_THE_FUNDS, Contact, Inspected
from bot.guard.placeholders import PLACEHOLDERS

LANGUAGE_CHOICES: Final[Mapping[str, Language]] = {f"language:{tag}": tag for tag in LANGUAGES}
MASKED_NUMBER: Final = "secret_masked__hex"
_LANGUAGE_NAMES: Final[Mapping[Language, str]] = {"zh": "中文", "en": "English"}


@dataclass(frozen=True, slots=True)
class Sent:
    """What a customer sent: words or a choice, under the client's own id."""

    client_id: str
    text: str | None = None
    choice: str | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """A message after the guard: what is stored, and what the engine is told."""

    incoming: Incoming
    utterance: Utterance
    warnings: tuple[str, ...] = ()
    taints: tuple[str, ...] = ()


class Hearing:
    """Passes what customers send through the guard, in the light of their conversation."""

    def __init__(self, desk: Desk, memories: Memories, expectations: Expectations) -> None:
        self._desk = desk
        self._memories = memories
        self._expectations = expectations

    async def hear(self, conversation: Conversation, sent: Sent) -> Heard:
        """Inspect words, or look a choice up.

        Raises:
            ChoiceUnknown: the choice is not offered now.
            GuardBroken: the guard failed; the message must be held.
        """
        if sent.choice is not None:
            return await self._choice(conversation, sent.client_id, sent.choice)
        return await self._words(conversation, sent.client_id, sent.text or "")

    async def _words(self, conversation: Conversation, client_id: str, text: str) -> Heard:
        message_id = uuid4().hex
        await recalled(self._desk, self._memories, self._expectations, conversation)
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
        contacts = (
            () if inspected.opens_the_wallet else judged(conversation.id, inspected.safe_text)
        )
        inspected = watched(conversation, inspected, self._memories)
        signal = inspected.signals[0].id if inspected.signals else None
        return Heard(
            Incoming(message_id, client_id, inspected.safe_text, language, kinds, signal),
            _utterance(inspected, contacts),
            warnings=_warnings(inspected),
            taints=inspected.taints,
        )

    async def _choice(self, conversation: Conversation, client_id: str, wanted: str) -> Heard:
        language = LANGUAGE_CHOICES.get(wanted)
        if language is not None and profile().offers(language):
            await self._desk.change_language(conversation.id, language)
            choice = Choice(wanted, _LANGUAGE_NAMES[language], "")
            utterance = language_chosen(language)
        else:
            choice = await self._offered(conversation.id, wanted)
            language = conversation.language
            utterance = chosen(choice.send)
        # The label is authored, yet only the guard makes safe text.
        label = inspect(choice.label, language=language).safe_text
        return Heard(Incoming(uuid4().hex, client_id, label, language), utterance)

    async def _offered(self, conversation_id: str, wanted: str) -> Choice:
        for choice in await self._desk.offered_choices(conversation_id):
            if choice.id == wanted:
                return choice
        raise ChoiceUnknown("The choice is not offered now.")


def told_again(message: Message) -> Utterance:
    """What the engine is told of a stored message: a secret first, then a robbery, then words."""
    replaced = message.text in PLACEHOLDERS
    for kind in message.findings:
        if replaced and kind in KEYS_TO_THE_FUNDS:
            return secret_shared(kind)
    if message.signal is not None:
        return signalled(message.signal)
    safe_text = scrub(message.text, language=message.language)
    return said(safe_text, judged(message.conversation_id, safe_text))


def _utterance(inspected: Inspected, contacts: tuple[Contact, ...]) -> Utterance:
    stopped = [finding.kind for finding in inspected.findings if finding.opens_the_wallet]
    if stopped:
        return secret_shared(stopped[0])
    if inspected.signals:
        return signalled(inspected.signals[0].id)
    return said(inspected.safe_text, contacts)


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
    return profile().served(language_for(inspected.safe_text, conversation.language))
