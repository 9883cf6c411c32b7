"""What the bot just asked each conversation for, so that the guard can tell an id from a key."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.content import Content
from bot.guard.findings import Expected

MOST: Final = 100_000
_FIELD: Final = "transaction_id"
_NOTHING: Final[frozenset[Expected]] = frozenset()


class Expectations:
    """Kept in RAM, the oldest forgotten first; a forgotten one costs the customer a question.

    A topic whose playbook collects a transaction's id expects one as soon as it has spoken:
    customers send the id before they are asked. It holds for the rest of the conversation.
    """

    def __init__(self, content: Content) -> None:
        self._topics = tuple(
            f"{topic}__"
            for topic, playbook in content.playbooks.items()
            if any(field.kind == _FIELD for field in playbook.fields)
        )
        self._kept: OrderedDict[str, None] = OrderedDict()

    def of(self, conversation_id: str) -> frozenset[Expected]:
        """Give what a bare number of this conversation may be."""
        return frozenset({"transaction_id"}) if conversation_id in self._kept else _NOTHING

    def note(self, conversation_id: str, replies: Iterable[Mapping[str, Any]]) -> None:
        """Keep what these replies, by their names, ask for."""
        if not any(self._expects(str(reply.get("reply"))) for reply in replies):
            return
        self._kept[conversation_id] = None
        self._kept.move_to_end(conversation_id)
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)

    def recall(self, conversation_id: str, topic: str) -> None:
        """Keep what a topic expects that spoke through another process."""
        self.note(conversation_id, [{"reply": f"{topic}__"}])

    def _expects(self, reply: str) -> bool:
        return reply.startswith(self._topics) or _FIELD in reply
