"""A case that was left unfinished is offered when its customer comes back and says hello."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from actions.tracker import CASE, FORM

if TYPE_CHECKING:
    from actions.base import Turn
    from bot.content import Content

KEPT_SECONDS: Final = 24 * 3600


def offered_again(content: Content, turn: Turn) -> bool:
    """True when a hello was answered with the unfinished case; one of another day is dropped."""
    state = turn.case
    if turn.heard.intent != "greet" or state is None or not state.is_open:
        return False
    topic = content.playbooks[state.topic].name.pair()
    if (turn.tracker.active_loop or {}).get("name") == FORM:
        turn.say("case_back", topic=topic)  # the form then asks its question again
        return True
    if _away_seconds(turn) > KEPT_SECONDS:
        turn.note(CASE, None)
        return False
    turn.say("case_offer", topic=topic)
    return True


def _away_seconds(turn: Turn) -> float:
    """Time between the customer's latest message and the one before; none when there was none."""
    times = [
        float(event.get("timestamp") or 0.0)
        for event in turn.tracker.events
        if event.get("event") == "user"
    ]
    return times[-1] - times[-2] if len(times) > 1 else 0.0
