"""Reading stored safe texts back into a conversation's memory, where nobody kept the words.

A process that did not hear a conversation, or that was started anew, remembers it this way. What
was taken out as a secret is not there to be read; that it was taken out is, and is enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.guard.inbound import inspect
from bot.guard.memory import Piece
from bot.guard.placeholders import PLACEHOLDERS
from bot.guard.secrets.lexicon import WORDLISTS
from bot.guard.secrets.segments import CHINESE
from bot.guard.secrets.spread import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.guard.findings import SecretKind
    from bot.guard.memory import Memory
    from bot.guard.secrets.segments import Element

_LISTS: Final = (*WORDLISTS, CHINESE)


@dataclass(frozen=True, slots=True)
class Stored:
    """A customer's message as it was stored: its id, its safe text, and what was found in it."""

    message_id: str
    text: str
    findings: tuple[SecretKind, ...] = ()


def recall(memory: Memory, messages: Iterable[Stored]) -> None:
    """Let ``memory`` know of messages that were inspected elsewhere, in their order.

    Raises:
        GuardBroken: a recogniser failed; the message to come must be held.
    """
    for message in messages:
        if message.text in PLACEHOLDERS:
            _know_of(memory, message.findings)
        else:
            inspect(message.text, memory, message_id=message.message_id)


def _know_of(memory: Memory, kinds: tuple[SecretKind, ...]) -> None:
    """Remember that a phrase or a key stood here: more words of one belong to it.

    The piece has no id, for there is nothing left in the message that could be taken out.
    """
    lists: dict[str, tuple[Element, ...]]
    lists = {name: () for name in _LISTS if kind_of(name) in kinds}
    memory.remember(Piece("", lists, found=True) if lists else None)
    memory.note("private_key" if "private_key" in kinds else "", ("", 0))


__all__ = ["Stored", "recall"]
