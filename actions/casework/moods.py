"""Fear and anger are met in one sentence, once a case; then the help goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from actions.casework import cues
from actions.casework.outcome import Outcome, Say

if TYPE_CHECKING:
    from actions.casework.heard import Heard
    from actions.casework.state import CaseState
    from bot.content import Content

_REPLY: Final = {"fear": "mood__fear", "anger": "mood__anger"}


def met(content: Content, outcome: Outcome, heard: Heard) -> Outcome:
    """Put the sentence before what is said anyway; nothing where the turn is left to a rule."""
    mood = cues.mood(content.cues, heard.words)
    if not mood or mood in outcome.state.moods or not outcome.says or outcome.next == "digress":
        return outcome
    return replace(
        outcome,
        state=_noticed(outcome.state, mood),
        says=(Say(_REPLY[mood]), *outcome.says),
    )


def _noticed(state: CaseState, mood: str) -> CaseState:
    return replace(state, moods=(*state.moods, mood))
