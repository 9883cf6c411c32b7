"""What a conversation has told so far of a robbery: names of lists and meanings, never words."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from bot.guard.signals.matcher import Sentence

    Numbers = np.ndarray[Any, np.dtype[np.float32]]

MESSAGES_REMEMBERED: Final = 5


@dataclass(frozen=True, slots=True, repr=False)
class Heard:
    """One message: its sentences as list names, and the meaning of its first window, or None."""

    sentences: tuple[Sentence, ...]
    meaning: Numbers | None


@dataclass(slots=True, repr=False)
class SignalMemory:
    """One conversation's last messages, and the signals told of.

    Kept by the caller, one a conversation, in RAM only: it cannot be pickled and shows nothing
    of itself.
    """

    _messages: deque[Heard] = field(default_factory=lambda: deque(maxlen=MESSAGES_REMEMBERED))
    _raised: set[str] = field(default_factory=set)

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """The remembered sentences, the oldest first."""
        return tuple(sentence for heard in self._messages for sentence in heard.sentences)

    @property
    def meanings(self) -> tuple[Numbers, ...]:
        """The remembered meanings, the oldest first."""
        return tuple(heard.meaning for heard in self._messages if heard.meaning is not None)

    @property
    def raised(self) -> frozenset[str]:
        """The signals for which an alarm was raised; none is raised twice."""
        return frozenset(self._raised)

    def remember(self, heard: Heard) -> None:
        """Keep one more message."""
        self._messages.append(heard)

    def raise_alarm(self, signal: str) -> None:
        """Note that the customer is warned of this signal, and begin to add up anew."""
        self._raised.add(signal)
        self._messages.clear()

    def __repr__(self) -> str:
        return f"SignalMemory({len(self._messages)} messages, {len(self._raised)} raised)"

    def __reduce__(self) -> str:
        raise TypeError("SignalMemory stays in RAM; start a new one instead of storing it")
