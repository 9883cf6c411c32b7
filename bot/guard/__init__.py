"""The guard: pure functions from text to findings, run on every message in and out.

What needs the service environment (contacts, outbound, signals) is loaded on first use, so that
Rasa's environment can import ``inspect`` and ``scrub`` without those libraries.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from bot.guard.authored import authored
from bot.guard.errors import GuardBroken
from bot.guard.inbound import inspect, scrub
from bot.guard.memory import Memory

if TYPE_CHECKING:
    from bot.guard.contacts import ContactJudgement, contacts_in, find_contacts, verify
    from bot.guard.outbound import review
    from bot.guard.signals import SignalMemory, signals_in

__all__ = [
    "ContactJudgement",
    "GuardBroken",
    "Memory",
    "SignalMemory",
    "authored",
    "contacts_in",
    "find_contacts",
    "inspect",
    "review",
    "scrub",
    "signals_in",
    "verify",
]

_LATER: Final = {
    "ContactJudgement": "bot.guard.contacts",
    "contacts_in": "bot.guard.contacts",
    "find_contacts": "bot.guard.contacts",
    "verify": "bot.guard.contacts",
    "review": "bot.guard.outbound",
    "SignalMemory": "bot.guard.signals",
    "signals_in": "bot.guard.signals",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)
