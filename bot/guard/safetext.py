"""Text that the guard has seen: the only text desk, engine, logs and adapters accept."""

from __future__ import annotations

from typing import Final

_SEAL: Final = object()


class SafeText(str):
    """A string without secrets, made by the guard alone.

    It is a plain ``str`` for databases and JSON; what a slice or a sum of it gives is
    ``str`` again, so that a changed text has to pass the guard once more.

    Raises:
        TypeError: somebody other than ``bot.guard`` tried to make one.
    """

    __slots__ = ()

    def __new__(cls, value: str, *, seal: object) -> SafeText:  # noqa: PYI034 - no Self on 3.10
        """Seal ``value``; ``seal`` proves that the guard is calling."""
        if seal is not _SEAL:
            raise TypeError("SafeText is made by bot.guard only; pass the text through inspect()")
        return super().__new__(cls, value)


def seal(value: str) -> SafeText:
    """Seal a text that the guard has just cleaned; for modules of ``bot.guard`` only."""
    return SafeText(value, seal=_SEAL)
