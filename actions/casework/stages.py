"""How a message is read at each stage of a case."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from actions.casework import checks, cues, road
from actions.casework.asking import answers, not_fitting, question, review, which_to_change
from actions.casework.facts import correct, harvest, holds, lines, mentioned
from actions.casework.outcome import Outcome, Say
from actions.casework.state import Fact

if TYPE_CHECKING:
    from actions.casework.heard import Heard
    from actions.casework.state import CaseState
    from bot.content import Content, Field

__all__ = [
    "answer",
    "back",
    "fits",
    "not_understood",
    "other_problem",
    "pending_kind",
    "review",
    "step_question",
    "which_to_change",
]

_NOT: Final = ("不", "没", "还是", "not", "n't", "still", "no", "nothing", "but", "但")


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
        return _chosen_change(content, state, heard)
    if state.stage == "review":
        return _reviewed(content, state, heard)
    if state.stage == "steps" and not state.pending:
        return _tried(content, state, heard)
    return _filled(content, state, heard)


def not_understood(content: Content, state: CaseState, heard: Heard) -> Outcome:
    """Explain once with a way out; the second time go on without the answer."""
    what = state.pending or state.stage
    state = state.failed(what)
    again = state.failures[what] > 1
    if state.pending:
        field = content.playbooks[state.topic].field(state.pending)
        if again:
            return _given_up(content, state, field, heard)
        return Outcome(state, (not_fitting(content, state, field, heard),))
    if state.stage == "review":
        extra = ("review_yes", "review_change", "review_cancel", "talk_to_human")
        shown = review(content, state)
        offer = replace(shown.says[-1], choices=extra) if again else shown.says[-1]
        return replace(shown, says=(offer,))
    if state.stage == "change":
        return review(content, state) if again else which_to_change(content, state)
    if state.stage == "other":
        return Outcome(state, (Say("case_other_problem"),))
    return (
        road.to_ticket(content, state)
        if again
        else Outcome(state, (step_question(content, state),))
    )


def step_question(content: Content, state: CaseState) -> Say:
    """Ask how the last steps went."""
    tells = not content.playbooks[state.topic].opens_ticket
    return Say("case_told_question" if tells else "case_help_question")


def back(content: Content, state: CaseState) -> Outcome:
    """Return to the question before the open one."""
    earlier = tuple(name for name in state.asked if name != state.pending)
    if not earlier:
        return Outcome(state, (Say("case_first_question"), *_open_question(content, state)))
    field = content.playbooks[state.topic].field(earlier[-1])
    is_first = field.id in content.playbooks[state.topic].before
    state = replace(
        state, stage="before" if is_first else "fields", pending=field.id, asked=earlier
    )
    return Outcome(state, (question(field),))


def _open_question(content: Content, state: CaseState) -> tuple[Say, ...]:
    if not state.pending:
        return ()
    return (question(content.playbooks[state.topic].field(state.pending)),)


def other_problem(state: CaseState, heard: Heard) -> Outcome:
    """Another problem comes up: which one first?"""
    state = replace(state, came_from=state.stage, stage="other", other_topic=heard.intent)
    return Outcome(state, (Say("case_other_problem"),))


def _finish_or_switch(content: Content, state: CaseState, heard: Heard) -> Outcome | None:
    if heard.choice == "switch_case" or cues.contains(
        ("新的", "换", "switch", "new one"), heard.words
    ):
        return road.start(content, state.other_topic, f"{state.id}+", heard)
    back_on = replace(state, stage=state.came_from, other_topic="")
    if heard.choice == "finish_first" or cues.contains(
        ("先办", "这件", "this first", "finish"), heard.words
    ):
        return _repeat_from(content, back_on)
    return answer(content, back_on, heard)


def _repeat_from(content: Content, state: CaseState) -> Outcome:
    if state.pending:
        return Outcome(state, _open_question(content, state))
    if state.stage == "review":
        return review(content, state)
    if state.stage == "steps":
        return Outcome(state, (step_question(content, state),))
    return road.advance(content, state)


def _tried(content: Content, state: CaseState, heard: Heard) -> Outcome | None:
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


def _filled(content: Content, state: CaseState, heard: Heard) -> Outcome | None:
    """The answer to the question about a field."""
    field = content.playbooks[state.topic].field(state.pending)
    cue = cues.find_cue(content.cues, heard, ("skip", "unknown"))
    if cue:
        return road.advance(content, state.without(field.id), *_left_out(cue))
    corrected = _corrected(content, state, heard)
    if corrected is not None:
        return corrected
    fact = checks.check(content, state, field, heard)
    if fact is not None:
        fuller = harvest(content, state.with_fact(field.id, fact), heard)
        return road.advance(content, fuller)
    fuller = harvest(content, state, heard)
    new = tuple(name for name in fuller.facts if name not in state.facts)
    if not new:
        return None
    if not holds(content, fuller, field.when):
        return road.advance(content, fuller)
    noted = Say("case_noted", {"facts": lines(content.playbooks[state.topic], fuller, new)})
    return Outcome(fuller, (noted, question(field)))


def _left_out(cue: str) -> tuple[Say, ...]:
    return (Say("case_left_out"),) if cue == "unknown" else ()


def _corrected(content: Content, state: CaseState, heard: Heard) -> Outcome | None:
    """Change what was said before ("no, the amount was 0.5"); the open question stays."""
    if not cues.contains(content.cues["correction"], heard.words):
        return None
    changed_state, changed = correct(content, state, heard)
    if not changed:
        return None
    playbook = content.playbooks[state.topic]
    say = Say("case_corrected", {"facts": lines(playbook, changed_state, changed)})
    if state.stage == "review":
        return review(content, changed_state, say)
    if set(changed) & set(playbook.before) and state.stage != "fields":
        return road.advance(content, replace(changed_state, stage="before"), say)
    return Outcome(changed_state, (say, *_open_question(content, changed_state)))


def _given_up(content: Content, state: CaseState, field: Field, heard: Heard) -> Outcome:
    """After the second answer that does not fit: keep the words, never ask a third time."""
    words = heard.words[:120]
    if not words or field.kind in {"choice", "yes_no"}:
        return road.advance(content, state.without(field.id), Say("case_left_out"))
    kept = state.with_fact(field.id, Fact(words, words, "unchecked"))
    return road.advance(content, kept, Say("case_kept_as_said"))


def _reviewed(content: Content, state: CaseState, heard: Heard) -> Outcome | None:
    corrected = _corrected(content, state, heard)
    if corrected is not None:
        return corrected
    if heard.choice == "review_change" or cues.is_cue(content.cues, "change", heard.words):
        return which_to_change(content, state)
    agreed = cues.agreement(content.cues, heard)
    if agreed == "yes":
        return Outcome(replace(state, stage="submit"), next="submit")
    if agreed == "no":
        return which_to_change(content, state)
    return _change_named(content, state, heard)


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


def _chosen_change(content: Content, state: CaseState, heard: Heard) -> Outcome | None:
    playbook = content.playbooks[state.topic]
    kind, _, name = heard.choice.partition(":")
    if kind == "change" and name in state.facts:
        return _reopen(state, playbook.field(name))
    if heard.choice == "review_yes":
        return _reviewed(content, state, heard)
    return _change_named(content, state, heard) or _by_label(content, state, heard)


def _by_label(content: Content, state: CaseState, heard: Heard) -> Outcome | None:
    text = cues.normalise(heard.words)
    for field in content.playbooks[state.topic].fields:
        if field.id in state.facts and text in {field.label.zh, field.label.en.lower()}:
            return _reopen(state, field)
    return None
