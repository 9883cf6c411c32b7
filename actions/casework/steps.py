"""First steps, and whether they helped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from actions.casework import cues, road
from actions.casework.facts import harvest, leave_out_named, lines, opens_ticket
from actions.casework.filling import corrected, keep_words, says_more
from actions.casework.outcome import Outcome, Say

if TYPE_CHECKING:
    from actions.casework.heard import Heard
    from actions.casework.state import CaseState
    from bot.content import Content

_CONFIDENT: Final = 0.7
_SHORT: Final = 24
_NEXT: Final = ("step_done", "step_skip", "talk_to_human")
"""What follows a step that cannot end the problem."""
_NOT: Final = ("不", "没", "还是", "not", "n't", "still", "no", "nothing", "but", "但")


def tried(content: Content, state: CaseState, heard: Heard) -> Outcome | None:
    """The answer to "did that help?"."""
    if not opens_ticket(content, state):
        return _told(content, state, heard)
    return corrected(content, state, heard) or _how_it_went(content, state, heard)


def _how_it_went(content: Content, state: CaseState, heard: Heard) -> Outcome | None:
    solvable = _solvable(content, state)
    if not solvable and cues.find_cue(content.cues, heard, ("done",)):
        return road.advance(content, harvest(content, state.went("done"), heard))
    cue = cues.find_cue(content.cues, heard, ("submit", "skip", "cannot", "why", "more", "unknown"))
    if heard.choice == "step_skip" or cue in {"submit", "skip"}:
        return road.to_ticket(content, state.went("skipped"))
    if cue in {"cannot", "why"}:
        return Outcome(state, (_with_ways_on(content, state, "case_cannot_do"),))
    helped = False if cue else _helped(content, heard) if solvable else _done(content, heard)
    if helped is None:
        return _more_told(content, state, heard)
    if helped and solvable:
        return road.end(state, "solved", Say("case_solved"))
    went = state.went("done" if helped else "no")
    return road.advance(content, harvest(content, went, heard))


def _told(content: Content, state: CaseState, heard: Heard) -> Outcome | None:
    """The answer to "is that clear?", where nothing but the truth can be given."""
    agreed = cues.agreement(content.cues, heard) == "yes"
    if heard.choice == "understood" or cues.find_cue(content.cues, heard, ("ack", "helped")):
        agreed = True
    if heard.intent == "thank" and heard.confidence >= _CONFIDENT and len(heard.words) <= _SHORT:
        agreed = True
    if agreed:
        return road.end(state, "told", Say("case_told"))
    more = ("more", "not_helped", "no", "unknown", "cannot", "skip", "submit")
    fuller = harvest(content, state, heard)
    if fuller.facts != state.facts or cues.find_cue(content.cues, heard, more):
        return road.advance(content, fuller)
    return None


def _more_told(content: Content, state: CaseState, heard: Heard) -> Outcome | None:
    """Something is told instead of how it went: take it, and where it changes the steps, go on."""
    fuller = leave_out_named(content, harvest(content, state, heard), heard)
    changed = {name for name, fact in fuller.facts.items() if state.facts.get(name) != fact}
    if not changed and fuller.left_out != state.left_out:
        return Outcome(fuller, (Say("case_left_out"), step_question(content, fuller)))
    if not changed:
        return None
    if changed & set(content.playbooks[state.topic].before):
        return road.advance(content, fuller)
    playbook = content.playbooks[state.topic]
    if says_more(fuller, tuple(changed), heard):
        fuller = keep_words(content, fuller, heard)
    noted = Say("case_noted", {"facts": lines(playbook, fuller, tuple(changed))})
    return Outcome(fuller, (noted, step_question(content, fuller)))


def _helped(content: Content, heard: Heard) -> bool | None:
    cue = cues.find_cue(content.cues, heard, ("helped", "not_helped"))
    if cue:
        return cue == "helped"
    if cues.is_cue(content.cues, "ack", heard.words):
        return None
    agreed = cues.agreement(content.cues, heard)
    if agreed:
        return agreed == "yes"
    if cues.contains(content.cues["not_helped"], heard.words):
        return False
    if not cues.is_question(heard.words) and cues.contains(content.cues["helped"], heard.words):
        return not cues.contains(_NOT, heard.words)
    return None


def _solvable(content: Content, state: CaseState) -> bool:
    """True where the last steps may have ended the problem."""
    last = state.tried[-1:]
    blocks = content.playbooks[state.topic].blocks
    return all(block.solves for block in blocks if block.id in last)


def _done(content: Content, heard: Heard) -> bool | None:
    """Where a step cannot end the problem: was it done? A mere "ok" goes on as well."""
    return True if cues.is_cue(content.cues, "ack", heard.words) else _helped(content, heard)


def step_question(content: Content, state: CaseState) -> Say:
    """Ask how the last steps went."""
    if not opens_ticket(content, state):
        return Say("case_told_question")
    solvable = _solvable(content, state)
    return Say("case_help_question" if solvable else "case_done_question")


def _with_ways_on(content: Content, state: CaseState, reply: str) -> Say:
    """A reply between the steps; "it works now" is offered only where that can be."""
    solvable = _solvable(content, state)
    return Say(reply, choices=None if solvable else _NEXT)


def steps_again(content: Content, state: CaseState, heard: Heard, *, again: bool) -> Outcome:
    """Go on after an answer that was not understood; what it told is kept as a note."""
    kept = keep_words(content, state, heard)
    if not opens_ticket(content, state):
        return road.advance(content, kept)
    if again:
        return road.to_ticket(content, kept)
    if cues.is_cue(content.cues, "ack", heard.words):
        return Outcome(kept, (Say("case_is_it_solved"),))
    if cues.is_question(heard.words):
        asked = state.noted(heard.words[:200])
        return Outcome(asked, (_with_ways_on(content, state, "case_cannot_answer"),))
    if kept.note != state.note:
        return Outcome(kept, (_with_ways_on(content, state, "case_noted_help"),))
    return Outcome(kept, (step_question(content, kept),))
