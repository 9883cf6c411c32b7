"""Reading stored safe texts back into what a conversation told of a robbery."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.guard.signals.meaning import meanings
from bot.guard.signals.memory import MESSAGES_REMEMBERED, Heard
from bot.guard.signals.watch import watch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.guard.signals.memory import SignalMemory

_FEW_WORDS: Final = 2


def recall_signals(memory: SignalMemory, messages: Sequence[tuple[str, str | None]]) -> None:
    """Let ``memory`` know of safe texts that were looked at elsewhere, and the alarm of each.

    Nothing is judged again: an alarm that nobody raised then must not count as raised.

    Raises:
        SignalsError, OSError: as ``bot.guard.signals_in``.
    """
    recent = len(messages) - MESSAGES_REMEMBERED
    for number, (text, raised) in enumerate(messages):
        if raised is not None:
            memory.raise_alarm(raised)
        elif number >= recent:
            memory.remember(_heard(text))


def _heard(text: str) -> Heard:
    told = watch().listener.listen(text)
    rows = meanings(text) if len(told.words) >= _FEW_WORDS else None
    first = rows[0] if rows is not None and len(rows) else None
    return Heard(told.sentences, first)
