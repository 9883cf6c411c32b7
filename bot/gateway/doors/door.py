"""What all messengers share: a chat becomes a conversation, and is told what is said there.

A messenger proves the sender, reads its updates into ``Came`` and sends ``Bubble``; the rest is
here: each update once, a chat's updates in their order, everything told in order, once, with
retries, and a secret deleted from the chat at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count, zip_longest
from typing import Final

import structlog

from bot.attachments.kinds import FileRefused
from bot.content.language import Language
from bot.desk.attachments import AttachmentsFull
from bot.desk.door_keys import DoorKeys
from bot.desk.doors import Chat, NewChat
from bot.desk.models import Message
from bot.desk.service import Desk
from bot.errors import ChoiceUnknown, NotFound, TooManyWaiting
from bot.gateway.attaching import Attaching, Upload
from bot.gateway.doors.cleaning import Cleaning
from bot.gateway.doors.messenger import Bubble, Came, File, Messenger, NotDelivered
from bot.gateway.doors.turnstile import Turnstile
from bot.gateway.hearing import Sent
from bot.gateway.hub import Happening, Hub
from bot.gateway.limits import Limits
from bot.gateway.problems import Problem
from bot.gateway.rounds import keep_making
from bot.gateway.turns import Turn, Turns
from bot.gateway.voice import Voice
from bot.guard import GuardBroken
from bot.keys import Keys

LONGEST: Final = 2000
SPEAKERS: Final = {
    "bot": "door_by_bot",
    "agent": "door_by_agent",
    "system": "door_by_system",
}
_WARNED_SECONDS: Final = 60
_ATTEMPTS: Final = 5
_TIDY_EACH: Final = 100
"""Updates after which old ones are deleted."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DoorParts:
    """What every door works with."""

    desk: Desk
    turns: Turns
    voice: Voice
    hub: Hub
    attaching: Attaching
    limits: Limits
    keys: Keys


class Door:
    """One messenger's door."""

    def __init__(self, messenger: Messenger, parts: DoorParts) -> None:
        self._messenger = messenger
        self._parts = parts
        self._desk = parts.desk
        self._keys = DoorKeys(parts.keys, messenger.name)
        self._cleaning = Cleaning(messenger, parts.desk, self._keys.seal)
        self._turnstile = Turnstile()
        self._woken = asyncio.Event()
        self._warned: dict[str, float] = {}
        self._taken = count()

    async def take(self, came: Came) -> None:
        """Take one update to its end, once; a failure lets it come again.

        It is noted after the work: a process that is killed in the middle loses no words, and what
        was stored before is found by the update's number.
        """
        name = self._messenger.name
        async with self._turnstile.enter(came.chat, came.order):
            if await self._desk.door_was_taken(name, came.number):
                return
            await self._answer(came)
            await self._desk.door_take(
                name, came.number, tidies=next(self._taken) % _TIDY_EACH == 0
            )
        self._woken.set()

    async def _answer(self, came: Came) -> None:
        conversation_id, is_new = await self._conversation(came)
        try:
            await self._parts.limits.message(conversation_id)
            if not came.greets:
                await self._turn(conversation_id, came)
            elif not is_new:
                await self._say(conversation_id, "welcome")
        except NotFound:  # it was erased meanwhile: the next word begins anew
            _log.info("door_conversation_gone", door=self._messenger.name)
        except ChoiceUnknown:
            await self._say(conversation_id, "door_choice_gone")
        except (TooManyWaiting, Problem):
            if self._may_warn(conversation_id):
                await self._say(conversation_id, "door_slowly")
        except GuardBroken:
            await self._cleaning.unread(conversation_id, came.their_id)
            await self._say(conversation_id, "door_unread")
        except FileRefused:
            await self._say(conversation_id, "door_file_refused")
        except AttachmentsFull:
            await self._say(conversation_id, "door_files_full")

    def _may_warn(self, conversation_id: str) -> bool:
        """True once a minute a chat: a flood must not be answered with one."""
        now = time.monotonic()
        self._warned = {k: at for k, at in self._warned.items() if now - at < _WARNED_SECONDS}
        return self._warned.setdefault(conversation_id, now) == now

    async def _turn(self, conversation_id: str, came: Came) -> None:
        client_id = f"{self._messenger.name}:{came.number}"
        if came.choice is not None:
            choice = await self._chosen(conversation_id, came.choice)
            await self._take(conversation_id, came, Sent(client_id, choice=choice))
        elif came.text and len(came.text) > LONGEST:
            await self._cleaning.unread(conversation_id, came.their_id)
            await self._say(conversation_id, "door_too_long")
        elif came.text and came.text.strip():
            await self._words(conversation_id, came, Sent(client_id, came.text))
            if came.file is not None:  # the words stood under it
                await self._file(conversation_id, client_id, came, came.file)
        elif came.file is not None:
            await self._file(conversation_id, client_id, came, came.file)
        else:
            await self._say(conversation_id, "door_only_text")

    async def _take(self, conversation_id: str, came: Came, sent: Sent) -> Turn:
        turn = await self._parts.turns.take(conversation_id, sent)
        if turn.owner == "closed":
            await self._last_words(conversation_id, came.chat, turn)
        return turn

    async def _last_words(self, conversation_id: str, chat: str, turn: Turn) -> None:
        """Say that all was erased; it stands in no database any more, so it is said here."""
        try:
            await self._desk.conversation(conversation_id)
        except NotFound:
            with suppress(NotDelivered):
                for reply in turn.replies:
                    await self._messenger.send(chat, self._bubble(reply, {}))

    async def _words(self, conversation_id: str, came: Came, sent: Sent) -> None:
        turn = await self._take(conversation_id, came, sent)
        await self._desk.door_message(conversation_id, turn.message.id, came.their_id)
        if not turn.message.findings:
            return
        await self._cleaning.stopped(conversation_id)

    async def _file(self, conversation_id: str, client_id: str, came: Came, file: File) -> None:
        try:
            content = await self._fetched(file)
            upload = Upload(client_id, file.name, content)
            taken = await self._parts.attaching.take(conversation_id, upload)
        except FileRefused:
            await self._cleaning.unread(conversation_id, came.their_id)
            raise
        if taken.attachment is None:
            await self._cleaning.unread(conversation_id, came.their_id)

    async def _fetched(self, file: File) -> bytearray:
        """A file's bytes; raises FileRefused when the messenger will never give it out."""
        try:
            return await self._messenger.fetch(file)
        except NotDelivered as error:
            if not error.is_refused:
                raise
            _log.info("door_file_not_given", door=self._messenger.name, reason=error.reason)
            raise FileRefused("unread") from None

    async def _chosen(self, conversation_id: str, button: str) -> str:
        """The choice behind a button."""
        seq, _, index = button.partition(".")
        if not (seq.isdigit() and index.isdigit() and len(button) <= 12):
            raise ChoiceUnknown("The button is none of ours.")
        for message in await self._desk.messages(conversation_id, int(seq) - 1, limit=1):
            if message.seq == int(seq) and int(index) < len(message.choices):
                return message.choices[int(index)].id
        raise ChoiceUnknown("The button is none of this conversation's.")

    async def _conversation(self, came: Came) -> tuple[str, bool]:
        """The chat's conversation, begun with the greeting and how to verify us."""
        name, chats = self._messenger.name, self._keys.names(came.chat)
        known = await self._desk.door_conversation(name, chats)
        if known is not None:
            return known, False
        conversation, _ = await self._parts.turns.begin(came.language, name)
        address = self._keys.seal.close(came.chat, conversation.id)
        if not await self._desk.door_open(NewChat(name, chats[0], address, conversation.id)):
            return await self._conversation(came)
        await self._say(conversation.id, "door_first")
        return conversation.id, True

    async def _say(self, conversation_id: str, reply: str) -> None:
        language = (await self._desk.conversation(conversation_id)).language
        drafts, _ = self._parts.voice.drafts([{"reply": reply}], language, "system")
        await self._desk.say(conversation_id, drafts)
        self._parts.hub.tell(conversation_id, Happening("message"))

    async def run(self) -> None:
        """Tell chats what is new until cancelled; a failure is logged and tried again."""
        try:
            await keep_making(self.round, self._woken, self._round_failed)
        finally:
            await self._messenger.aclose()

    def _round_failed(self, kind: str) -> None:
        _log.error("door_round_failed", door=self._messenger.name, kind=kind)

    async def round(self) -> None:
        """Tell once what is new, every chat for itself; first delete what could not be before."""
        await self._cleaning.round()
        chats = await self._desk.door_due(self._messenger.name)
        await asyncio.gather(*(self._tell(chat) for chat in chats))

    async def _tell(self, due: Chat) -> None:
        chat = await self._desk.door_lease(due)
        if chat is None:
            return
        try:
            await self._bring_up_to_date(chat)
        except Exception as error:  # noqa: BLE001 - the other chats are told all the same
            pause = await self._desk.door_put_off(chat)
            kind = type(error).__name__
            _log.error("door_not_told", door=self._messenger.name, reason=kind, again_in=pause)

    async def _bring_up_to_date(self, chat: Chat) -> None:
        address = self._keys.seal.open(chat.address, chat.conversation_id)
        messages = await self._desk.messages(chat.conversation_id, chat.told_seq)
        by_people = any(message.author == "agent" for message in messages)
        names = await self._desk.authors(chat.conversation_id) if by_people else {}
        last = messages[-1].seq if messages else chat.told_seq
        attempts = chat.attempts
        try:
            for message, up_to in told_up_to(messages):
                await self._send(address, self._bubble(message, names), attempts)
                attempts = 0
                if up_to < last and not await self._desk.door_told(chat, up_to):
                    return  # it took so long that another process goes on
        except NotDelivered as error:
            await self._failed(chat, last, error)
        else:
            await self._desk.door_let_go(chat, last)

    async def _send(self, address: str, bubble: Bubble, attempts: int) -> None:
        """Send a bubble; one that is refused again and again is left out, not waited for."""
        try:
            await self._messenger.send(address, bubble)
        except NotDelivered as error:
            if not error.is_refused or attempts < _ATTEMPTS - 1:
                raise
            name = self._messenger.name
            _log.error("door_message_left_out", door=name, reason=error.reason, seq=bubble.seq)

    async def _failed(self, chat: Chat, last: int, error: NotDelivered) -> None:
        if error.is_final:
            await self._desk.door_give_up(chat, last)
            _log.info("door_chat_gone", door=self._messenger.name, reason=error.reason)
            return
        pause = await self._desk.door_put_off(chat, error.wait)
        _log.error("door_not_told", door=self._messenger.name, reason=error.reason, again_in=pause)

    def _bubble(self, message: Message, names: dict[str, str]) -> Bubble:
        """A message with its speaker in front; a person's name stands with it."""
        language: Language = "zh" if message.language == "zh" else "en"
        speaker = self._parts.voice.content.reply(SPEAKERS[message.author])
        facts = {"name": names.get(message.id, "")} if message.author == "agent" else {}
        head = speaker.render(language, facts)
        return Bubble(message.seq, f"{head}\n{message.text}", message.choices)


def told_up_to(messages: Sequence[Message]) -> Iterator[tuple[Message, int]]:
    """What a chat is to be told, each with the number up to which it knows all then.

    Customers know what they wrote themselves: it is counted with the bubble before it.
    """
    bubbles = [message for message in messages if message.author != "customer"]
    for bubble, following in zip_longest(bubbles, bubbles[1:]):
        yield bubble, messages[-1].seq if following is None else following.seq - 1
