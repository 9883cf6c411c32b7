"""First steps, and whether they helped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from actions.casework import cues, road
from actions.casework.facts import harvest
from actions.casework.outcome import Outcome, Say

if TYPE_CHECKING:
    from actions.casework.heard import Heard
    from actions.casework.state import CaseState
    from bot.content import Content

_NOT: Final = ("不", "没", "还是", "not", "n't", "still", "no", "nothing", "but", "但")


def tried(content: Content, state: CaseState, heard: Heard) -> Outcome | None:
    """The answer to "did that help?"."""
    if heard.choice == "step_skip":
        return road.to_ticket(content, state)
    if heard.choice in {"understood", "step_more"}:
        told = heard.choice == "understood"
        return road.end(state, "told", Say("case_told")) if told else road.advance(content, state)
    helped = _helped(content, heard)
    if helped is None:
        fuller = harvest(content, state, heard)
        learnt = len(fuller.facts) > len(state.facts)
        return road.advance(content, fuller) if learnt else None
    if not helped:
        return road.advance(content, harvest(content, state, heard))
    solved = content.playbooks[state.topic].opens_ticket
    return road.end(
        state, "solved" if solved else "told", Say("case_solved" if solved else "case_told")
    )


def _helped(content: Content, heard: Heard) -> bool | None:
    cue = cues.find_cue(content.cues, heard, ("helped", "not_helped", "skip", "unknown"))
    if cue:
        return cue == "helped"
    agreed = cues.agreement(content.cues, heard)
    if agreed:
        return agreed == "yes"
    if cues.contains(content.cues["not_helped"], heard.words):
        return False
    if cues.contains(content.cues["helped"], heard.words):
        return not cues.contains(_NOT, heard.words)
    return None


def step_question(content: Content, state: CaseState) -> Say:
    """Ask how the last steps went."""
    tells = not content.playbooks[state.topic].opens_ticket
    return Say("case_told_question" if tells else "case_help_question")


def steps_again(content: Content, state: CaseState, *, again: bool) -> Outcome:
    """Go on after an answer that was not understood; where only told, tell the rest."""
    if not content.playbooks[state.topic].opens_ticket:
        return road.advance(content, state)
    if again:
        return road.to_ticket(content, state)
    return Outcome(state, (step_question(content, state),))
