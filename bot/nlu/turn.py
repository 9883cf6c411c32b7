"""What the channel learns about the turn it is waiting for."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(slots=True)
class Turn:
    """Filled while Rasa works on one message; ``intent`` is name and confidence, nothing else."""

    intent: dict[str, Any] = field(default_factory=lambda: {"name": None, "confidence": 0.0})


current: Final[ContextVar[Turn | None]] = ContextVar("seedwarden_turn", default=None)
"""The turn of the running task, None outside the channel."""


class TurnFailed(BaseException):
    """Ends a turn at once and whole: nothing more is predicted, nothing is saved.

    Not an ``Exception``, because Rasa answers every one of those by going on: without the
    action's events, or with a tracker in memory that the next process knows nothing of.
    """

    status: int = 500
    word: str = "engine_failed"

    def __init__(self, reason: str = "") -> None:
        super().__init__(f"{self.word}: {reason}" if reason else self.word)


class TrackerUnavailable(TurnFailed):
    """The tracker could not be read or written."""

    status = 503
    word = "tracker_unavailable"


class SenderRefused(TurnFailed):
    """The sender is not an id that the gateway makes."""

    status = 422
    word = "sender_refused"


class ActionUnavailable(TurnFailed):
    """The action server is down, too slow, or answered nonsense."""

    status = 502
    word = "action_unavailable"
