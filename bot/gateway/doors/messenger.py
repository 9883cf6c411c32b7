"""What a messenger gives and takes: updates of its chats, bubbles, files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.content.language import Language
from bot.desk.models import Choice
from bot.errors import SeedwardenError


class NotDelivered(SeedwardenError):
    """The messenger did not take it; ``wait`` seconds are the messenger's own wish, if any.

    ``is_final`` tells that this customer cannot be reached any more, ``is_refused`` that what was
    asked is refused however often it is asked.
    """

    def __init__(
        self,
        reason: str,
        wait: float | None = None,
        *,
        is_final: bool = False,
        is_refused: bool = False,
    ) -> None:
        super().__init__(f"The messenger did not take a message: {reason}. It is tried again.")
        self.reason = reason
        self.wait = wait
        self.is_final = is_final
        self.is_refused = is_refused


@dataclass(frozen=True, slots=True, repr=False)
class File:
    """A file in a chat, by the name under which the messenger gives it out."""

    id: str
    name: str
    size: int


@dataclass(frozen=True, slots=True, repr=False)
class Came:
    """One update of a chat: words, a pressed button, or a file; ``order`` rises within a chat.

    ``choice`` is ``"{seq}.{index}"`` of the button; ``their_id`` is the message's own number,
    under which it can be deleted. ``greets`` asks for the greeting alone.
    """

    number: str
    chat: str
    order: int
    language: Language
    text: str | None = None
    choice: str | None = None
    file: File | None = None
    their_id: str = ""
    greets: bool = False


@dataclass(frozen=True, slots=True)
class Bubble:
    """A message as a chat shows it: who speaks stands in its first line."""

    seq: int
    text: str
    choices: Sequence[Choice]


class Messenger(Protocol):
    """A vendor's protocol, one way: out."""

    name: str

    async def send(self, address: str, bubble: Bubble) -> None:
        """Send one bubble; raises NotDelivered."""

    async def delete(self, address: str, their_id: str) -> None:
        """Delete a customer's message in the chat; raises NotDelivered."""

    async def fetch(self, file: File) -> bytearray:
        """Fetch a customer's file; raises NotDelivered."""

    async def aclose(self) -> None:
        """Give the connections back."""
