"""How a field is asked for, and what is said when an answer does not fit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from actions.casework import checks
from actions.casework.facts import lines
from actions.casework.outcome import Outcome, Say

if TYPE_CHECKING:
    from actions.casework.heard import Heard
    from actions.casework.state import CaseState
    from bot.content import Content, Field

_INVALID = {"choice": "case_choose_one", "yes_no": "case_yes_or_no"}


def question(field: Field) -> Say:
    """The reply that asks for a field, with what can be clicked."""
    return Say(field.ask, choices=answers(field))


def answers(field: Field) -> tuple[str | dict[str, Any], ...]:
    """What can be clicked instead of typing an answer."""
    if field.kind == "choice":
        options = tuple(
            {"id": f"opt:{field.id}:{option.id}", "label": option.label.pair()}
            for option in field.options
        )
        return (*options, "dont_know")
    if field.kind == "yes_no":
        return ("answer_yes", "answer_no", "dont_know")
    return ("skip", "why_ask") if field.skippable else ("dont_know", "why_ask")


def ask(state: CaseState, field: Field, *before: Say) -> Outcome:
    """Ask for a field; what was said ``before`` comes first."""
    asked = tuple(name for name in state.asked if name != field.id)
    return Outcome(
        replace(state, pending=field.id, asked=(*asked, field.id)), (*before, question(field))
    )


def not_fitting(content: Content, state: CaseState, field: Field, heard: Heard) -> Say:
    """Explain what an answer must look like, with a way out."""
    chain = state.facts.get("chain")
    if field.kind == "transaction_id" and chain and heard.entity(field.entity):
        params = {"chain": checks.name_of(content, chain.value)}
        return Say("invalid_transaction_id_chain", params, answers(field))
    reply = _INVALID.get(field.kind, f"invalid_{field.kind}")
    return Say(reply, choices=answers(field))


def review(content: Content, state: CaseState, *before: Say) -> Outcome:
    """Show what was collected and ask whether to send it."""
    playbook = content.playbooks[state.topic]
    state = replace(state, stage="review", pending="")
    return Outcome(state, (*before, Say("case_review", {"facts": lines(playbook, state)})))


def which_to_change(content: Content, state: CaseState) -> Outcome:
    """Offer every collected fact for a change."""
    playbook = content.playbooks[state.topic]
    known = [field for field in playbook.fields if field.id in state.facts]
    if not known:
        return review(content, state, Say("case_change_none"))
    choices = tuple({"id": f"change:{field.id}", "label": field.label.pair()} for field in known)
    return Outcome(replace(state, stage="change"), (Say("case_change_which", choices=choices),))


def open_question(content: Content, state: CaseState) -> tuple[Say, ...]:
    """The question that waits for an answer; none between questions."""
    if not state.pending:
        return ()
    return (question(content.playbooks[state.topic].field(state.pending)),)
