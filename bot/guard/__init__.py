"""The guard: pure functions from text to findings, run on every message in and out."""

from bot.guard.errors import GuardBroken
from bot.guard.inbound import inspect, scrub
from bot.guard.memory import Memory

__all__ = ["GuardBroken", "Memory", "inspect", "scrub"]
