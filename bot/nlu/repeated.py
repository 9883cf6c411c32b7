"""A message that comes twice, because its sender died before the answer: one turn all the same.

The tracker is saved before the answer goes out. So the second time the answer is read from it,
and the form does not take the same words for its next question too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from rasa.shared.core.events import BotUttered, UserUttered

if TYPE_CHECKING:
    from rasa.core.agent import Agent
    from rasa.shared.core.trackers import DialogueStateTracker

_ID: Final = re.compile(r"[0-9A-Za-z-]{1,64}")


def read_id(value: Any) -> str | None:
    """The id under which the gateway stored a message; None when it names none."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


async def answered_before(agent: Agent, sender: str, message_id: str | None) -> Any:
    """The answer that a message got before, as the channel gives it; None when it is new.

    Called while the conversation is held: a turn under way may be this message's.
    """
    if message_id is None:
        return None
    tracker = await agent.tracker_store.retrieve(sender)
    return None if tracker is None else answer_in(tracker, message_id)


def answer_in(tracker: DialogueStateTracker, message_id: str) -> dict[str, Any] | None:
    """The named replies and the intent that a tracker keeps of a message; None when it has none."""
    events = list(tracker.events)
    for index in range(len(events) - 1, -1, -1):
        event = events[index]
        if isinstance(event, UserUttered) and event.message_id == message_id:
            after = [one for one in events[index:] if isinstance(one, BotUttered)]
            replies = [one.data["custom"] for one in after if one.data.get("custom")]
            confidence = round(float(event.intent.get("confidence") or 0.0), 4)
            intent = {"name": event.intent_name, "confidence": confidence}
            return {"replies": replies, "intent": intent} if replies else None
    return None
