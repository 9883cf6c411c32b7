"""Erasing a conversation everywhere: desk, Rasa, the guard's memory, open event streams."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal
from uuid import uuid4

import structlog

from bot.content import Content
from bot.content.folding import fold
from bot.desk.models import Author, Conversation, Draft, Incoming, Message
from bot.desk.service import Desk
from bot.engine import Engine
from bot.errors import EngineUnavailable
from bot.gateway.hearing import Sent
from bot.gateway.hub import Happening, Hub
from bot.gateway.memories import Memories

YES: Final = "erase_yes"
Wish = Literal["ask", "erase", "keep"]
REPLIES: Final[Mapping[Wish, str]] = {
    "ask": "erase_confirm",
    "erase": "erased",
    "keep": "erase_kept",
}
_BY_CHOICE: Final[Mapping[str, Wish]] = {YES: "erase", "erase_no": "keep"}
_EDGES: Final = " \t\n.,!?;:。，！？；：、~～…\"'“”()（）"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Erasing:
    """Erases by order, and hears the wish for it in the chat."""

    desk: Desk
    engine: Engine
    hub: Hub
    memories: Memories
    content: Content

    async def erase(self, conversation_id: str, actor: str) -> None:
        """Erase a conversation; what Rasa cannot forget now it forgets later (``catch_up``).

        Raises:
            NotFound: there is no such conversation.
        """
        await self.desk.erase(conversation_id, actor)
        self.memories.forget(conversation_id)
        self.hub.tell(conversation_id, Happening("erased"))
        await self._forget(conversation_id)

    async def catch_up(self) -> None:
        """Let Rasa forget what was erased while it was away or by an operator's command."""
        for conversation_id in await self.desk.to_forget():
            self.memories.forget(conversation_id)
            self.hub.tell(conversation_id, Happening("erased"))
            if not await self._forget(conversation_id):
                return

    async def wish(self, conversation: Conversation, sent: Sent, safe_text: str) -> Wish | None:
        """What a message means for erasing; None for everything that is not about it.

        Only the whole message counts, and a yes only right after the question: a word about
        deleted data in a story erases nothing.
        """
        words, cues = _folded(safe_text), self.content.cues
        if conversation.owner != "bot":
            return None
        if sent.choice is None and words in cues["erase"]:
            return "ask"
        answer = _BY_CHOICE.get(sent.choice) if sent.choice else _answer(words, cues)
        if answer is None:
            return None
        offered = await self.desk.offered_choices(conversation.id)
        return answer if any(one.id == YES for one in offered) else None

    async def _forget(self, conversation_id: str) -> bool:
        try:
            await self.engine.forget(conversation_id)
        except EngineUnavailable as error:
            _log.error("tracker_not_erased", conversation=conversation_id, reason=error.reason)
            return False
        await self.desk.forgotten(conversation_id)
        return True


def _answer(words: str, cues: Mapping[str, tuple[str, ...]]) -> Wish | None:
    if words in cues["yes"]:
        return "erase"
    return "keep" if words in cues["no"] else None


def _folded(text: str) -> str:
    return fold(unicodedata.normalize("NFKC", text).lower()).strip(_EDGES)


def unstored(conversation: Conversation, incoming: Incoming, drafts: list[Draft]) -> list[Message]:
    """The customer's last message and our last words as messages that are kept nowhere."""
    said: list[tuple[Author, str, str]] = [("customer", incoming.text, incoming.language)]
    said += [(draft.author, draft.text, draft.language) for draft in drafts]
    return [
        Message(
            id=incoming.id if number == 1 else uuid4().hex,
            conversation_id=conversation.id,
            seq=conversation.last_seq + number,
            author=author,
            text=text,
            language=language,
            choices=(),
            findings=(),
            at=datetime.now(UTC),
        )
        for number, (author, text, language) in enumerate(said, start=1)
    ]
