"""What a conversation has told so far of a robbery: names of lists, never words."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.guard.signals.matcher import Sentence

MESSAGES_REMEMBERED: Final = 5


@dataclass(slots=True, repr=False)
class SignalMemory:
    """One conversation's last messages as sets of list names, and the signals told of.

    Kept by the caller, one a conversation, in RAM only: it cannot be pickled and shows nothing
    of itself.
    """

    _messages: deque[tuple[Sentence, ...]] = field(
        default_factory=lambda: deque(maxlen=MESSAGES_REMEMBERED)
    )
    _raised: set[str] = field(default_factory=set)

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """The remembered sentences, the oldest first."""
        return tuple(sentence for message in self._messages for sentence in message)

    @property
    def raised(self) -> frozenset[str]:
        """The signals for which an alarm was raised; none is raised twice."""
        return frozenset(self._raised)

    def remember(self, sentences: tuple[Sentence, ...]) -> None:
        """Keep one more message."""
        self._messages.append(sentences)

    def raise_alarm(self, signal: str) -> None:
        """Note that the customer is warned of this signal, and begin to add up anew."""
        self._raised.add(signal)
        self._messages.clear()

    def __repr__(self) -> str:
        return f"SignalMemory({len(self._messages)} messages, {len(self._raised)} raised)"

    def __reduce__(self) -> str:
        raise TypeError("SignalMemory stays in RAM; start a new one instead of storing it")
