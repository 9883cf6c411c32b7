"""Starts the three processes of one machine, watches them, and leaves none of them behind."""

from __future__ import annotations

from bot.supervisor.errors import StartRefused
from bot.supervisor.run import supervise
from bot.supervisor.training import train

__all__ = ["StartRefused", "supervise", "train"]
