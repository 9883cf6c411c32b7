"""The review before a ticket is sent: yes, no, changes, and what was forgotten."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from actions.casework import checks, cues
from actions.casework.asking import (
    answers,
    review,
    which_to_change,
)
from actions.casework.facts import correct, lines, mentioned
from actions.casework.filling import corrected
from actions.casework.outcome import Outcome, Say
from actions.casework.state import Fact

if TYPE_CHECKING:
    from actions.casework.heard import Heard
    from actions.casework.state import CaseState
    from bot.content import Content, Field


_SOMETHING: Final = 6
"""Characters from which a message tells something more."""


def reviewed(content: Content, state: CaseState, heard: Heard) -> Outcome | None:
    """Read the answer to "shall I send it?"."""
    changed_first = corrected(content, state, heard)
    if changed_first is not None:
        return changed_first
    if heard.choice == "review_change" or cues.is_cue(content.cues, "change", heard.words):
        return which_to_change(content, state)
    agreed = cues.agreement(content.cues, heard)
    if agreed == "yes":
        return Outcome(replace(state, stage="submit"), next="submit")
    if cues.is_cue(content.cues, "nothing", heard.words):
        return review(content, state)  # nothing to add: the question of sending is still open
    if agreed == "no":
        return which_to_change(content, state)
    return _change_named(content, state, heard)


def added(content: Content, state: CaseState, heard: Heard) -> Outcome | None:
    """Something more is told while the review is open: it goes to the details."""
    playbook = content.playbooks[state.topic]
    field = next((item for item in playbook.fields if item.id == "details"), None)
    if field is None or len(heard.words) < _SOMETHING:
        return None
    old = state.facts.get(field.id)
    text = f"{old.value}; {heard.words}" if old else heard.words
    if len(text) > checks.TEXT_LIMIT:
        return None
    state = state.with_fact(field.id, Fact(text, text))
    return review(content, state, Say("case_noted", {"facts": lines(playbook, state, (field.id,))}))


def review_again(content: Content, state: CaseState, *, offer_person: bool) -> Outcome:
    """Show the review once more, with a person to ask where it was not understood before."""
    shown = review(content, state)
    if not offer_person:
        return shown
    choices = ("review_yes", "review_change", "review_cancel", "talk_to_human")
    return replace(shown, says=(replace(shown.says[-1], choices=choices),))


def _change_named(content: Content, state: CaseState, heard: Heard) -> Outcome | None:
    """Take "change the amount", or at once "the amount is 0.5", for what it names."""
    field = mentioned(content.playbooks[state.topic], state, heard.words)
    if field is None:
        return None
    changed_state, changed = correct(content, state, heard)
    if changed:
        playbook = content.playbooks[state.topic]
        say = Say("case_corrected", {"facts": lines(playbook, changed_state, changed)})
        return review(content, changed_state, say)
    return _reopen(state, field)


def _reopen(state: CaseState, field: Field) -> Outcome:
    state = replace(state, stage="fields", pending=field.id)
    return Outcome(state, (Say(field.ask, choices=answers(field)),))


def chosen_change(content: Content, state: CaseState, heard: Heard) -> Outcome | None:
    """Read which fact is to be changed."""
    playbook = content.playbooks[state.topic]
    kind, _, name = heard.choice.partition(":")
    if kind == "change" and name in state.facts:
        return _reopen(state, playbook.field(name))
    if heard.choice == "review_yes":
        return reviewed(content, state, heard)
    if cues.agreement(content.cues, heard) or cues.is_cue(content.cues, "nothing", heard.words):
        return review(content, state)
    return _change_named(content, state, heard) or _by_label(content, state, heard)


def _by_label(content: Content, state: CaseState, heard: Heard) -> Outcome | None:
    text = cues.normalise(heard.words)
    for field in content.playbooks[state.topic].fields:
        if field.id in state.facts and text in {field.label.zh, field.label.en.lower()}:
            return _reopen(state, field)
    return None
