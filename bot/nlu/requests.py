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
ANNOUNCED: Final = {**dict.fromkeys(PROBLEMS, 0.6), **dict.fromkeys(SERVICES, 0.88)}
"""Confidence from which a part counts that a word announces: "and also", "另外"."""
CUT_OFF: Final = dict.fromkeys(PROBLEMS - {"complaint"}, 0.97)
"""The same for a part that only ends with a sentence; anger wraps a request more often than it
is one of its own."""
_NEVER: Final = 2.0
_WHOLE: Final = 0.5


async def requests_in(parse: Callable[[str], Awaitable[dict[str, Any]]], text: str) -> list[str]:
    """The intents that a message asks for, in its order; empty where it asks for one thing.

    Args:
        parse: Rasa's understanding of a text, with ``intent`` and its confidence.
        text: the message, in safe text.
    """
    heard = await _heard(parse, announced_parts(text), ANNOUNCED)
    if len(heard) < 2:
        heard = await _heard(parse, sentence_parts(text), CUT_OFF)
    if len(heard) < 2:
        return []
    whole = (await parse(text))["intent"]
    return [] if _is_one(heard, whole) else heard


async def _heard(
    parse: Callable[[str], Awaitable[dict[str, Any]]],
    parts: list[str],
    enough: Mapping[str, float],
) -> list[str]:
    if len(parts) < 2:
        return []
    found = [(await parse(part))["intent"] for part in parts]
    sure = [
        i["name"] for i in found if i["name"] in enough and i["confidence"] >= enough[i["name"]]
    ]
    return list(dict.fromkeys(sure))


def _is_one(heard: list[str], whole: dict[str, Any]) -> bool:
    """True when the message as a whole is surely something that none of its parts is."""
    return whole["name"] not in heard and whole["confidence"] >= _WHOLE
