"""The road of a case: warning, what must be known first, first steps, questions, review."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from actions.casework.asking import ask, review
from actions.casework.facts import holds, opens_ticket
from actions.casework.outcome import Outcome, Say

if TYPE_CHECKING:
    from actions.casework.state import CaseState, Ending
    from bot.content import Block, Content, Field


def warning(content: Content, state: CaseState) -> tuple[Say, ...]:
    """The first warning that fits what is known."""
    for block in content.playbooks[state.topic].warnings:
        if holds(content, state, block.when):
            return (Say(block.reply),)
    return ()


def advance(content: Content, state: CaseState, *before: Say) -> Outcome:
    """Take the next step of the road."""
    state = replace(state, pending="")
    if state.stage == "before":
        missing = _first_open(content, state, content.playbooks[state.topic].before)
        if missing is not None:
            return ask(state, missing, *before)
        state = replace(state, stage="steps")
    if state.stage == "steps":
        block = _next_block(content, state)
        if block is not None:
            tried = replace(state, tried=(*state.tried, block.id))
            return Outcome(tried, (*before, Say(block.reply)))
        return to_ticket(content, state, *before)
    return questions(content, state, *before)


def questions(content: Content, state: CaseState, *before: Say) -> Outcome:
    """Ask for the next open field, or show the review when none is left."""
    playbook = content.playbooks[state.topic]
    state = replace(state, stage="fields")
    missing = _first_open(content, state, tuple(field.id for field in playbook.fields))
    return review(content, state, *before) if missing is None else ask(state, missing, *before)


def to_ticket(content: Content, state: CaseState, *before: Say) -> Outcome:
    """Leave the remaining steps out and go on to the questions, where a ticket is any use."""
    playbook = content.playbooks[state.topic]
    if not opens_ticket(content, state):
        return end(state, "told", *before, Say(playbook.closing))
    return questions(content, state, *before, Say(playbook.intro or "case_to_ticket"))


def end(state: CaseState, ending: Ending, *says: Say) -> Outcome:
    """End the case without a ticket."""
    came_from = state.came_from if state.stage == "ended" else state.stage
    return Outcome(replace(state, stage="ended", ending=ending, came_from=came_from), says, "end")


def _next_block(content: Content, state: CaseState) -> Block | None:
    for block in content.playbooks[state.topic].blocks:
        if block.id not in state.tried and holds(content, state, block.when):
            return block
    return None


def _first_open(content: Content, state: CaseState, ids: tuple[str, ...]) -> Field | None:
    playbook = content.playbooks[state.topic]
    for field_id in ids:
        field = playbook.field(field_id)
        known = field_id in state.facts or field_id in state.left_out
        if not known and holds(content, state, field.when):
            return field
    return None
