"""How a message is read at each stage of a case."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from actions.casework import checks, cues, road
from actions.casework.asking import (
    answers,
    not_fitting,
    open_question,
    question,
    review,
    which_to_change,
)
from actions.casework.beginning import start
from actions.casework.filling import filled, given_up, keep_words
from actions.casework.outcome import Outcome, Say
from actions.casework.reviewing import added, chosen_change, review_again, reviewed
from actions.casework.steps import step_question, steps_again, tried

if TYPE_CHECKING:
    from actions.casework.heard import Heard
    from actions.casework.state import CaseState
    from bot.content import Content


def pending_kind(content: Content, state: CaseState) -> str:
    """The kind of the field that is asked for; empty where none is."""
    return content.playbooks[state.topic].field(state.pending).kind if state.pending else ""


def fits(content: Content, state: CaseState, heard: Heard) -> bool:
    """True when a message answers the open question."""
    if not state.pending:
        return False
    field = content.playbooks[state.topic].field(state.pending)
    return checks.check(content, state, field, heard) is not None


def answer(content: Content, state: CaseState, heard: Heard) -> Outcome | None:
    """Read a message as an answer to what is open; None where it is none."""
    if state.stage == "other":
        return _finish_or_switch(content, state, heard)
    if state.stage == "change":
        return chosen_change(content, state, heard)
    if state.stage == "review":
        return reviewed(content, state, heard)
    if state.stage == "steps" and not state.pending:
        return tried(content, state, heard)
    return filled(content, state, heard)


def not_understood(content: Content, state: CaseState, heard: Heard) -> Outcome:
    """Explain once with a way out; the second time go on without the answer."""
    what = state.pending or state.stage
    state = state.failed(what)
    again = state.failures[what] > 1
    if state.pending:
        return _no_answer(content, state, heard, again=again)
    if state.stage == "review":
        return added(content, state, heard) or review_again(content, state, offer_person=again)
    if state.stage == "change":
        return review(content, state) if again else which_to_change(content, state)
    if state.stage == "other":
        return Outcome(state, (Say("case_other_problem"),))
    return steps_again(content, state, heard, again=again)


def _no_answer(content: Content, state: CaseState, heard: Heard, *, again: bool) -> Outcome:
    field = content.playbooks[state.topic].field(state.pending)
    kept = keep_words(content, state, heard)
    if again:
        return given_up(content, kept, field, heard)
    if kept.note != state.note and field.kind == "choice":
        return Outcome(kept, (Say("case_noted_choose", choices=answers(field)),))
    return Outcome(kept, (not_fitting(content, kept, field, heard),))


def back(content: Content, state: CaseState) -> Outcome:
    """Return to the question before the open one."""
    earlier = tuple(name for name in state.asked if name != state.pending)
    if not earlier:
        return Outcome(state, (Say("case_first_question"), *open_question(content, state)))
    field = content.playbooks[state.topic].field(earlier[-1])
    is_first = field.id in content.playbooks[state.topic].before
    state = replace(
        state, stage="before" if is_first else "fields", pending=field.id, asked=earlier
    )
    return Outcome(state, (question(field),))


def other_problem(state: CaseState, heard: Heard) -> Outcome:
    """Another problem comes up: which one first?"""
    state = replace(state, came_from=state.stage, stage="other", other_topic=heard.intent)
    state = replace(state, other_words=heard.words)
    return Outcome(state, (Say("case_other_problem"),))


def _finish_or_switch(content: Content, state: CaseState, heard: Heard) -> Outcome | None:
    if heard.choice == "switch_case" or cues.contains(
        ("新的", "换", "switch", "new one", "the new"), heard.words
    ):
        told = heard.part(state.other_words) if state.other_words else heard
        begun = start(content, state.other_topic, f"{state.id}+", told, state)
        return replace(begun, state=replace(begun.state, later=state.topic))
    back_on = replace(state, stage=state.came_from, other_topic="")
    if heard.choice == "finish_first" or cues.contains(
        ("先办", "这件", "刚才", "this first", "finish"), heard.words
    ):
        return _repeat_from(content, replace(back_on, later=state.other_topic))
    return answer(content, back_on, heard)


def _repeat_from(content: Content, state: CaseState) -> Outcome:
    if state.pending:
        return Outcome(state, open_question(content, state))
    if state.stage == "review":
        return review(content, state)
    if state.stage == "steps":
        return Outcome(state, (step_question(content, state),))
    return road.advance(content, state)
