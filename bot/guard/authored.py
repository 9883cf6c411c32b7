"""Wording that was written and reviewed beforehand needs no search for secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.guard.safetext import seal

if TYPE_CHECKING:
    from bot.guard.safetext import SafeText


def authored(text: str) -> SafeText:
    """Seal wording that comes from ``bot.content`` alone, with nothing of a customer in it."""
    return seal(text)
