"""Signs of a robbery under way in a customer's words; needs spaCy, so only the service has it."""

from __future__ import annotations

from bot.guard.signals.memory import SignalMemory
from bot.guard.signals.watch import signals_in, watch

__all__ = ["SignalMemory", "signals_in", "watch"]
