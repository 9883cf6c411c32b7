"""What the guard remembers of a conversation: pieces of phrases, in RAM, never their text."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.guard.secrets.announced import Name
    from bot.guard.secrets.segments import Element

MESSAGES_REMEMBERED: Final = 30
"""A phrase of 24 words, one word a message, and some chat."""

ANNOUNCED_FOR: Final = 2


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
    _announced: deque[Name] = field(default_factory=lambda: deque([""], maxlen=ANNOUNCED_FOR))
    _hex_piece: tuple[str, int] = ("", 0)

    def remember(self, piece: Piece | None) -> None:
        """Count one more message; ``None`` when it holds no piece of a phrase."""
        self._pieces.append(piece)

    @property
    def messages(self) -> list[Piece | None]:
        """The remembered messages in order, ``None`` for those that hold no piece."""
        return list(self._pieces)

    @property
    def announced(self) -> Name:
        """What the last messages said that the next one will hold, the latest first."""
        return next((name for name in reversed(self._announced) if name), "")

    @property
    def hex_piece(self) -> tuple[str, int]:
        """The last message's id and its digits, if it was hexadecimal and nothing else."""
        return self._hex_piece

    def note(self, announced: Name, hex_piece: tuple[str, int]) -> None:
        """Keep what the message announces, by name, and the size of a piece of a key."""
        self._announced.append(announced)
        self._hex_piece = hex_piece

    def forget(self) -> None:
        """Drop everything, for a conversation that was closed or has been silent for long."""
        self._pieces.clear()
        self._announced.clear()
        self._hex_piece = ("", 0)

    def __repr__(self) -> str:
        return f"Memory({len(self._pieces)} messages)"

    def __reduce__(self) -> str:
        raise TypeError("Memory stays in RAM; start a new one instead of storing it")
