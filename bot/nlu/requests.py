"""Hears more than one request in a message: "my screen broke, and I forgot the PIN too"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from bot.content.requests import announced_parts, sentence_parts

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

PROBLEMS: Final = frozenset(
    {
        *("device_broken", "app_problem", "tx_failed", "forgot_pin", "lost_recovery_phrase"),
        *("funds_stolen", "account_frozen", "warranty_return", "report_scam", "complaint"),
    }
)
SERVICES: Final = frozenset({"find_official_channel", "verify_contact", "ticket_status"})
SURE: Final = {True: 0.6, False: 0.88}
"""Confidence of a part that something announces ("and also", "另外"): a problem, a service."""
VERY_SURE: Final = {True: 0.97, False: 1.0}
"""Confidence of a part that a comma or a full stop cuts off."""
_WHOLE: Final = 0.5


async def requests_in(parse: Callable[[str], Awaitable[dict[str, Any]]], text: str) -> list[str]:
    """The intents that a message asks for, in its order; empty where it asks for one thing.

    Args:
        parse: Rasa's understanding of a text, with ``intent`` and its confidence.
        text: the message, in safe text.
    """
    heard = await _heard(parse, announced_parts(text), SURE)
    if len(heard) < 2:
        heard = await _heard(parse, sentence_parts(text), VERY_SURE)
        # Anger wraps a request more often than it is one of its own.
        heard = [intent for intent in heard if intent != "complaint"]
    if len(heard) < 2:
        return []
    whole = (await parse(text))["intent"]
    return [] if _is_one(heard, whole) else heard


async def _heard(
    parse: Callable[[str], Awaitable[dict[str, Any]]],
    parts: list[str],
    enough: Mapping[bool, float],
) -> list[str]:
    if len(parts) < 2:
        return []
    found = [(await parse(part))["intent"] for part in parts]
    wanted = PROBLEMS | SERVICES
    sure = [
        intent["name"]
        for intent in found
        if intent["name"] in wanted and intent["confidence"] >= enough[intent["name"] in PROBLEMS]
    ]
    return list(dict.fromkeys(sure))


def _is_one(heard: list[str], whole: dict[str, Any]) -> bool:
    """True when the message as a whole is surely something that none of its parts is."""
    return whole["name"] not in heard and whole["confidence"] >= _WHOLE
