"""More than one request in a message: the first is seen to, the next is offered at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from actions.contacts import AWAITING

if TYPE_CHECKING:
    from actions.base import Turn
    from actions.casework import CaseState, Outcome
    from bot.content import Content

REQUESTS: Final = "requests"
"""The slot with the intents that are still to be seen to, in their order."""
CHOICE_OF_INTENT: Final = {
    "funds_stolen": "topic_stolen",
    "tx_failed": "topic_transfer",
    "app_problem": "topic_app",
    "device_broken": "topic_device",
    "forgot_pin": "topic_pin",
    "account_frozen": "topic_frozen",
    "lost_recovery_phrase": "topic_phrase",
    "report_scam": "topic_report",
    "warranty_return": "topic_return",
    "complaint": "topic_complaint",
    "find_official_channel": "official_channel",
    "verify_contact": "check_contact",
    "ticket_status": "my_ticket",
    "talk_to_human": "talk_to_human",
}
EMERGENCY: Final = "funds_stolen"
_COMPLAINT: Final = "complaint"
_NEXT: Final = "next:"


def asked(content: Content, turn: Turn) -> list[str]:
    """All intents a message asks for: an emergency, problems, a complaint, services."""
    metadata = turn.tracker.latest_message.get("metadata") or {}
    found = [str(name) for name in metadata.get("requests") or () if name in CHOICE_OF_INTENT]
    return sorted(
        found,
        key=lambda name: (name != EMERGENCY, name not in content.playbooks, name == _COMPLAINT),
    )


def announce(content: Content, turn: Turn, first: str, rest: list[str]) -> None:
    """Tell which request comes first, and remember the others."""
    turn.note(REQUESTS, rest)
    turn.say("several_requests", first=_label(content, first), rest=_label(content, rest[0]))


def further_problems(content: Content, turn: Turn, outcome: Outcome) -> list[str]:
    """What a message inside a case asks for beside the case; nothing once that stops going on."""
    state = outcome.state
    if outcome.next != "go_on" or state.stage == "other":
        return []
    known = (state.topic, *waiting(turn, state))
    return [
        name for name in asked(content, turn) if name in content.playbooks and name not in known
    ]


def put_off(content: Content, turn: Turn, state: CaseState, further: list[str]) -> None:
    """Tell that this case comes first, and remember the others behind those that wait already."""
    slot = turn.tracker.get_slot(REQUESTS)
    before = list(slot) if isinstance(slot, list) else []
    announce(content, turn, state.topic, further)
    turn.note(REQUESTS, [*before, *further])


def waiting(turn: Turn, state: CaseState) -> list[str]:
    """What is still to be seen to once this case is done."""
    known = turn.tracker.get_slot(REQUESTS)
    names = [str(name) for name in known] if isinstance(known, list) else []
    return [name for name in (*names, state.later) if name and name != state.topic]


def offer_next(content: Content, turn: Turn, others: list[str]) -> None:
    """Offer the next of these requests, and remember the rest."""
    if not others:
        return
    following, *rest = dict.fromkeys(others)
    turn.note(REQUESTS, rest or None)
    turn.note(AWAITING, f"{_NEXT}{following}")
    choices = [CHOICE_OF_INTENT[following], "not_now"]
    turn.say("next_request", next=_label(content, following), choices=choices)


def offered(turn: Turn) -> str:
    """The request that was offered last, waiting for a yes; empty where there is none."""
    awaited = str(turn.tracker.get_slot(AWAITING) or "")
    return awaited.removeprefix(_NEXT) if awaited.startswith(_NEXT) else ""


def _label(content: Content, intent: str) -> dict[str, str]:
    return content.choices[CHOICE_OF_INTENT[intent]].label.pair()
