"""Erasing a conversation everywhere: desk, Rasa, the guard's memory, open event streams."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Literal, Protocol
from uuid import uuid4

import structlog

from bot.content import Content
from bot.content.folding import fold
from bot.desk.models import Author, Conversation, Draft, Incoming, Message
from bot.desk.service import Desk
from bot.engine import Engine
from bot.errors import EngineUnavailable, TooManyWaiting
from bot.gateway.hearing import Sent
from bot.gateway.hub import Happening, Hub
from bot.gateway.lanes import Lanes
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


class Eraser(Protocol):
    """What else keeps something of a conversation outside the desk's tables: files, for example."""

    async def erase(self, conversation_id: str) -> None:
        """Delete it; called after the rows are gone, and harmless when called again."""


@dataclass(frozen=True, slots=True)
class Erasing:
    """Erases by order, and hears the wish for it in the chat.

    What hangs on the conversation's row goes with it (tickets, ratings, e-mail address, outbox);
    ``erasers`` delete what lies elsewhere. Between its turns only: a turn that is under way ends
    first, and one that ran beside an operator's command finds nothing left to write to.
    """

    desk: Desk
    engine: Engine
    hub: Hub
    memories: Memories
    content: Content
    lanes: Lanes | None = None
    erasers: list[Eraser] = field(default_factory=list)

    async def erase(self, conversation_id: str, actor: str) -> None:
        """Erase a conversation; what Rasa cannot forget now it forgets later (``catch_up``).

        Raises:
            NotFound: there is no such conversation.
        """
        await self.desk.erase(conversation_id, actor)
        await self._everywhere(conversation_id)

    async def catch_up(self) -> None:
        """Let Rasa forget what was erased while it was away or by an operator's command."""
        for conversation_id in await self.desk.to_forget():
            if not await self._between_turns(conversation_id):
                return

    async def _between_turns(self, conversation_id: str) -> bool:
        """Erase what is left; false when Rasa is away. A busy conversation waits for a round."""
        if self.lanes is None:
            return await self._everywhere(conversation_id)
        try:
            async with self.lanes.enter(conversation_id):
                return await self._everywhere(conversation_id)
        except TooManyWaiting:
            return True

    async def _everywhere(self, conversation_id: str) -> bool:
        self.memories.forget(conversation_id)
        self.hub.tell(conversation_id, Happening("erased"))
        gone = [await _is_gone(eraser, conversation_id) for eraser in self.erasers]
        return await self._forget(conversation_id, is_all=all(gone))

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

    async def _forget(self, conversation_id: str, *, is_all: bool) -> bool:
        """Let Rasa forget; the conversation is done with once nothing is left anywhere else."""
        try:
            await self.engine.forget(conversation_id)
        except EngineUnavailable as error:
            _log.error("tracker_not_erased", conversation=conversation_id, reason=error.reason)
            return False
        if is_all:
            await self.desk.forgotten(conversation_id)
        return True


async def _is_gone(eraser: Eraser, conversation_id: str) -> bool:
    """Erase; false when that failed and the next round has to do it."""
    try:
        await eraser.erase(conversation_id)
    except Exception as error:  # noqa: BLE001 - what one cannot do now keeps none of the others
        _log.error("not_all_erased", conversation=conversation_id, kind=type(error).__name__)
        return False
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
