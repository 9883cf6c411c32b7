"""Reads what an action needs out of Rasa's tracker."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from actions.casework import CaseState, Entity, Heard
from bot.content.faq import INTENT

if TYPE_CHECKING:
    from rasa_sdk.interfaces import Tracker

    from bot.content import Language

CASE: Final = "case"
FORM: Final = "case_form"


def heard_in(tracker: Tracker) -> Heard:
    """The customer's latest message."""
    message = tracker.latest_message
    intent = message.get("intent") or {}
    text = str(message.get("text") or "")
    entities = tuple(_entity(raw, text) for raw in message.get("entities") or ())
    choice = next((entity.value for entity in entities if entity.kind == "choice"), "")
    return Heard(
        message_id=str(message.get("message_id") or ""),
        text=text,
        intent=str(intent.get("name") or ""),
        confidence=float(intent.get("confidence") or 0.0),
        entities=tuple(entity for entity in entities if entity.kind != "choice"),
        choice=choice,
        at=_moment(message.get("metadata") or {}),
    )


def _moment(metadata: dict[str, Any]) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(metadata.get("at")))
        return at.astimezone(ZoneInfo(str(metadata.get("timezone") or "UTC")))
    except (ValueError, KeyError, OSError):
        return None


def _entity(raw: dict[str, Any], text: str) -> Entity:
    start, end = raw.get("start"), raw.get("end")
    inside = isinstance(start, int) and isinstance(end, int) and not text.startswith("/")
    return Entity(str(raw["entity"]), str(raw["value"]), text[start:end] if inside else "")


def language_of(tracker: Tracker) -> Language:
    """The conversation's language, as the gateway gave it with the message."""
    given = (tracker.latest_message.get("metadata") or {}).get("language")
    return "zh" if given == "zh" else "en"


def conversation_of(tracker: Tracker) -> str:
    """The conversation's id, as the gateway gave it with the message."""
    given = (tracker.latest_message.get("metadata") or {}).get("conversation")
    return str(given or tracker.sender_id)


def case_of(tracker: Tracker) -> CaseState | None:
    """The case under way or the last one; None where there was none."""
    raw = tracker.get_slot(CASE)
    return CaseState.from_dict(raw) if isinstance(raw, dict) else None


def likely_intents(tracker: Tracker) -> list[str]:
    """The intents Rasa thought of, the likeliest first."""
    ranking = tracker.latest_message.get("intent_ranking") or []
    return [str(item.get("name")) for item in ranking]


def likely_questions(tracker: Tracker) -> list[tuple[str, float]]:
    """Questions of the FAQ with their confidence, the likeliest first.

    As Rasa's own response selectors write them; the ids without ``faq/``.
    """
    found: dict[str, Any] = tracker.latest_message.get("response_selector") or {}
    ranking = (found.get(INTENT) or {}).get("ranking") or []
    return [
        (
            str(item["intent_response_key"]).removeprefix(f"{INTENT}/"),
            float(item["confidence"]),
        )
        for item in ranking
    ]
