"""What the guard remembers of a conversation: pieces of phrases, in RAM, never their text."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.guard.secrets.segments import Element

MESSAGES_REMEMBERED: Final = 30
"""A phrase of 24 words, one word a message, and some chat."""


@dataclass(frozen=True, slots=True, repr=False)
class Piece:
    """What one message may hold of a phrase: scored elements per word list, no text.

    ``found`` is true when the message was found to be part of a phrase. ``own`` holds the list
    words of a message that says little else, however common they are: joined with those of other
    messages they may have a checksum.
    """

    message_id: str
    elements: dict[str, tuple[Element, ...]]
    found: bool
    own: dict[str, tuple[Element, ...]] = field(default_factory=dict)


@dataclass(slots=True, repr=False)
class Memory:
    """One conversation's last pieces, forgotten after ``MESSAGES_REMEMBERED`` messages.

    Kept by the caller, one a conversation, in RAM only: it cannot be pickled and shows nothing
    of itself.
    """

    _pieces: deque[Piece | None] = field(default_factory=lambda: deque(maxlen=MESSAGES_REMEMBERED))

    def remember(self, piece: Piece | None) -> None:
        """Count one more message; ``None`` when it holds no piece of a phrase."""
        self._pieces.append(piece)

    @property
    def messages(self) -> list[Piece | None]:
        """The remembered messages in order, ``None`` for those that hold no piece."""
        return list(self._pieces)

    def forget(self) -> None:
        """Drop everything, for a conversation that was closed or has been silent for long."""
        self._pieces.clear()

    def __repr__(self) -> str:
        return f"Memory({len(self._pieces)} messages)"

    def __reduce__(self) -> str:
        raise TypeError("Memory stays in RAM; start a new one instead of storing it")
