"""Signs of a robbery under way in a customer's words.

spaCy is read at the first look only: it takes a second, and Rasa's environment has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.guard.signals.memory import SignalMemory

if TYPE_CHECKING:
    from bot.guard.findings import Signal

__all__ = ["SignalMemory", "is_understood", "signals_in"]


def is_understood() -> bool:
    """Tell whether the sentence encoder is there; without it fewer robberies are noticed."""
    from bot.guard.signals import meaning  # noqa: PLC0415 - see above

    return meaning.is_understood()


def signals_in(text: str, memory: SignalMemory | None = None) -> tuple[Signal, ...]:
    """Tell which robberies a customer's message speaks of as being under way, the likeliest first.

    A question about a trick, a story that is over, and a warning that was read give none. The
    first call reads lists, weights and encoder, about two seconds; an empty text does just that.

    Args:
        text: one message, any Unicode; give the safe text, nothing of it is kept.
        memory: what the conversation told before; signals then add up over its messages, and
            each is raised once.

    Raises:
        SignalsError: the file of signals cannot be used.
        OSError: the weights are missing.
    """
    from bot.guard.signals.watch import watch  # noqa: PLC0415 - see above

    # Half a surrogate pair is no character, and spaCy's C code cannot hold one.
    readable = text.encode("utf-8", "replace").decode("utf-8")
    return watch().look(readable, memory)
