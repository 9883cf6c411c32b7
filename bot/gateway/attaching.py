"""The road of one file: read and judged in the worker, kept or stopped, told to both sides."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

import structlog
from sqlalchemy.exc import IntegrityError

from bot.attachments.kinds import FileRefused, Kept, Stopped
from bot.attachments.reader import Reader
from bot.content.language import Language
from bot.content.safety import SECRET_REPLIES
from bot.desk.attachments import Attachment, new_file_id, stem_of
from bot.desk.conversations import BOT_SPEAKS
from bot.desk.models import Accepted, Choice, Conversation, Draft, Incoming, Message, TurnEnd
from bot.desk.service import Desk
from bot.desk.vault import NewAttachment, Vault
from bot.errors import SeedwardenError
from bot.gateway import metrics
from bot.gateway.calling import Calling
from bot.gateway.hub import Happening, Hub
from bot.gateway.voice import Voice
from bot.guard import inspect, scrub
from bot.guard.findings import SecretKind
from bot.guard.placeholders import placeholder
from bot.guard.safetext import SafeText

_LONGEST_NAME: Final = 60
_READ_OF_NAME: Final = 1000
"""What the guard reads of a name: a key that is cut first is no longer known as one."""
_UNPRINTED: Final = re.compile(r"[\x00-\x1f\x7f<>\"'`\\]+")

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, repr=False)
class Upload:
    """A file as it came: ``client_id`` makes sending it twice harmless."""

    client_id: str
    name: str
    content: bytearray


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file; ``attachment`` is None when it held a secret and was stopped."""

    message: Message
    replies: tuple[Message, ...]
    attachment: Attachment | None


class Attaching:
    """Takes customers' files; all its parts come from ``bot.bootstrap``."""

    def __init__(  # noqa: PLR0913 - the parts of one road, put together in one place
        self, *, desk: Desk, vault: Vault, reader: Reader, voice: Voice, hub: Hub, calling: Calling
    ) -> None:
        self._desk = desk
        self._vault = vault
        self._reader = reader
        self._voice = voice
        self._hub = hub
        self._calling = calling

    async def take(self, conversation_id: str, upload: Upload) -> Taken:
        """Take one file to its end; its bytes are overwritten in memory when it was read.

        Raises:
            NotFound: there is no such conversation.
            FileRefused: it is not taken; nothing of it was stored.
            AttachmentsFull: the conversation holds as many files as it may.
        """
        began = time.perf_counter()
        client_id = f"attachment/{upload.client_id or uuid4().hex}"
        conversation, earlier = await self._desk.look(conversation_id, client_id)
        if earlier is not None:
            return await self._again(earlier)
        made = await self._read(upload.content)
        try:
            if isinstance(made, Stopped):
                return await self._stopped(conversation, client_id, made, began)
            return await self._kept(conversation, client_id, upload.name, made, began)
        except IntegrityError:  # the same file was sent twice at once
            found = await self._desk.find_accepted(conversation_id, client_id)
            if found is None:
                raise
            return await self._again(found)

    async def _read(self, content: bytearray) -> Kept | Stopped:
        try:
            made = await self._reader.read(content)
        except FileRefused as refused:
            metrics.ATTACHMENTS.labels(refused.reason).inc()
            _log.info("attachment_refused", reason=refused.reason)
            raise
        finally:
            content[:] = bytes(len(content))
        metrics.ATTACHMENTS.labels("stopped" if isinstance(made, Stopped) else "kept").inc()
        return made

    async def _again(self, earlier: Accepted) -> Taken:
        attachment = await self._desk.attached(earlier.message.id)
        replies = earlier.replies
        if replies is None:  # a crash came between the file and our words, which matter most
            replies = await self._told_late(earlier, attachment)
        return Taken(earlier.message, replies, attachment)

    async def _told_late(
        self, earlier: Accepted, attachment: Attachment | None
    ) -> tuple[Message, ...]:
        began = time.perf_counter()
        if attachment is not None:
            return await self._told(earlier, "attachment_received", (), began)
        if not earlier.message.findings:
            return ()
        return await self._told(earlier, SECRET_REPLIES[earlier.message.findings[0]], (), began)

    async def _stopped(
        self, conversation: Conversation, client_id: str, stopped: Stopped, began: float
    ) -> Taken:
        """Store that a secret was stopped, never the secret, and say what to do now."""
        for kind in stopped.kinds:
            metrics.SECRETS.labels(kind, "attachment").inc()
        gravest: SecretKind = stopped.kinds[0]
        language = conversation.language
        text = scrub(placeholder(gravest, language), language=language)
        incoming = Incoming(uuid4().hex, client_id, text, language, stopped.kinds)
        accepted = await self._desk.accept(conversation.id, incoming)
        if not accepted.is_new:
            return await self._again(accepted)
        replies = await self._told(accepted, SECRET_REPLIES[gravest], (), began)
        return Taken(accepted.message, replies, None)

    async def _kept(
        self, conversation: Conversation, client_id: str, name: str, made: Kept, began: float
    ) -> Taken:
        offered = await self._desk.offered_choices(conversation.id)
        language = conversation.language
        safe_name = self._name(name, language)
        sent = "attachment_sent_paper" if made.media_type == "application/pdf" else ""
        worded = self._voice.content.reply(sent or "attachment_sent").render(
            language, {"name": stem_of(safe_name)}
        )
        incoming = Incoming(uuid4().hex, client_id, scrub(worded, language=language), language)
        new = NewAttachment(
            safe_name,
            made.media_type,
            made.content,
            made.thumbnail,
            made.width,
            made.height,
            made.pages,
        )
        file_id = new_file_id()
        await self._vault.keep(conversation.id, file_id, new)
        try:
            accepted, attachment = await self._desk.attach(incoming, conversation.id, new, file_id)
        except (SeedwardenError, IntegrityError):
            await self._vault.remove(conversation.id, file_id)
            raise
        replies = await self._told(accepted, "attachment_received", offered, began)
        return Taken(accepted.message, replies, attachment)

    async def _told(
        self, accepted: Accepted, reply: str, offered: Sequence[Choice], began: float
    ) -> tuple[Message, ...]:
        """Answer as the bot while it speaks, else as the system; the choices open so far stay."""
        conversation, message = accepted.conversation, accepted.message
        bot_speaks = conversation.owner in BOT_SPEAKS
        language: Language = "zh" if message.language == "zh" else "en"
        self._hub.tell(conversation.id, Happening("message"))
        end = TurnEnd(
            message.id,
            conversation.epoch,
            ("stopped_secret" if message.findings else "answered")
            if bot_speaks
            else "left_to_person",
            None,
            int((time.perf_counter() - began) * 1000),
        )
        drafts = self._drafts(reply, language, offered, bot_speaks=bot_speaks)
        replies = await self._desk.answer(conversation.id, drafts if bot_speaks else [], end)
        if not bot_speaks or replies is None:  # a person has it, perhaps since a moment ago
            drafts = self._drafts(reply, language, (), bot_speaks=False)
            replies = await self._desk.say(conversation.id, drafts)
        if conversation.owner == "queue":
            await self._calling.waits(message)
        elif not bot_speaks:
            await self._calling.heard(message)
        self._hub.tell(conversation.id, Happening("message"))
        return tuple(replies)

    def _drafts(
        self, reply: str, language: Language, offered: Sequence[Choice], *, bot_speaks: bool
    ) -> list[Draft]:
        if not bot_speaks and reply == "attachment_received":
            reply = "attachment_received__person"
        payload = {"reply": reply} if bot_speaks else {"reply": reply, "choices": []}
        drafts, _ = self._voice.drafts([payload], language, "bot" if bot_speaks else "system")
        if not offered:
            return drafts
        return [Draft(d.text, d.language, d.author, (*d.choices, *offered)) for d in drafts]

    def _name(self, given: str, language: Language) -> SafeText:
        """A file's name as it may be shown: its last part, printable, without a secret."""
        last = unicodedata.normalize("NFC", given).replace("\\", "/").rpartition("/")[2]
        printed = "".join(sign for sign in _UNPRINTED.sub("", last) if sign.isprintable()).strip()
        safe = inspect(printed[:_READ_OF_NAME] or "-", language=language).safe_text
        return scrub(safe[:_LONGEST_NAME].rstrip(), language=language)
