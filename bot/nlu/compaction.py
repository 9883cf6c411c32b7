"""Keeps a conversation's events few, so that its two-hundredth turn costs what its fifth did.

Rasa replays every event of a conversation on every turn. Here an old beginning is replaced
by the events that lead to the same state: slots, active form, what was said last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rasa.shared.core.slots import Slot

CEILING: Final = 60
"""Events above which a conversation is shortened."""

KEEP_TURNS: Final = 6
"""Messages of the customer that stay as they were: one more than the policies look back."""


def compact(
    sender: str, events: Sequence[Event], slots: Iterable[Slot], *, ceiling: int = CEILING
) -> list[Event]:
    """The same conversation in fewer events; short ones are given back as they are."""
    cut = _cut(events, ceiling)
    if cut is None:
        return list(events)
    return [*_summary(sender, events[:cut], slots), *events[cut:]]


def _cut(events: Sequence[Event], ceiling: int) -> int | None:
    """Where the kept tail begins: behind the listening that the oldest kept message ended."""
    if len(events) <= ceiling:
        return None
    turns = 0
    for index in range(len(events) - 1, 0, -1):
        if isinstance(events[index], UserUttered):
            turns += 1
        if turns >= KEEP_TURNS and _is_listening(events[index - 1]):
            return index if isinstance(events[index], UserUttered) else None
    return None


def _is_listening(event: Event) -> bool:
    return isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME


def _summary(sender: str, events: Sequence[Event], slots: Iterable[Slot]) -> list[Event]:
    """Events that lead a fresh tracker to where ``events`` led it."""
    before = DialogueStateTracker.from_events(sender, events, list(slots))
    at = events[-1].timestamp
    made: list[Event] = [
        ActionExecuted(ACTION_SESSION_START_NAME, timestamp=at),
        SessionStarted(timestamp=at),
    ]
    loop = before.active_loop_name
    if loop:
        made += [ActionExecuted(loop, timestamp=at), ActiveLoop(loop, at)]
    made += [
        SlotSet(name, slot.value, timestamp=at)
        for name, slot in before.slots.items()
        if slot.value != slot.initial_value
    ]
    made.append(ActionExecuted(ACTION_LISTEN_NAME, timestamp=at))
    return made
