"""Why a person at the desk needs what is hidden or done once: said before, written down."""

from __future__ import annotations

from typing import Final

from bot.desk.masking import mask
from bot.errors import SeedwardenError
from bot.guard import scrub

_FEWEST_BYTES: Final = 8
"""Eight letters, or three Chinese signs."""
_MOST_LETTERS: Final = 200


class ReasonMissing(SeedwardenError):
    """No reason was given, or one too short to be one."""

    def __init__(self) -> None:
        super().__init__("Say why. Nothing was shown or changed.")


def read_reason(text: str) -> str:
    """A reason as the audit keeps it: without secrets and contact data.

    Raises:
        ReasonMissing: there is none.
    """
    reason = text.strip()[:_MOST_LETTERS]
    if len(reason.encode()) < _FEWEST_BYTES:
        raise ReasonMissing
    return mask(str(scrub(reason)))
