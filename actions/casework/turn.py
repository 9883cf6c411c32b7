"""One turn of a case: a message in, the new state and named replies out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from actions.casework import cues, moods, road, stages
from actions.casework.asking import question, review, which_to_change
from actions.casework.beginning import watched
from actions.casework.facts import harvest, lines
from actions.casework.outcome import Outcome, Say
from actions.casework.steps import step_question

if TYPE_CHECKING:
    from actions.casework.heard import Heard
    from actions.casework.state import CaseState
    from bot.content import Content

_URGENT: Final = frozenset({"secret_shared", "scam_in_progress"})
_SERVICES: Final = frozenset(
    {
        *("find_official_channel", "talk_to_human", "change_language"),
        *("verify_contact", "ticket_status", "prepare_info", "faq"),
    }
)
_ANSWERS: Final = ("skip", "unknown", "helped", "not_helped", "yes", "no", "change")
"""What answers a question by itself, whatever the classifier makes of so short a message."""
_COURTESIES: Final = frozenset({"thank", "greet"})
_SMALL_TALK: Final = frozenset({"bot_challenge", "goodbye", "out_of_scope"}) | _COURTESIES
_CONFIDENT: Final = 0.7
_VERY_CONFIDENT: Final = 0.9
_CERTAIN: Final = 0.97
_SHORT: Final = 16


def turn(content: Content, state: CaseState, heard: Heard) -> Outcome:
    """Take a message into a running case."""
    if heard.message_id and heard.message_id == state.heard:
        return _again(content, state)
    state = replace(state, heard=heard.message_id, digressed="")
    if heard.clicked and heard.intent in _URGENT | _SERVICES | _SMALL_TALK:
        return _step_aside(state, heard)
    outcome = (
        _offered_a_secret(content, state, heard)
        or _probed(content, state, heard)
        or _asked_of_it(content, state, heard)
        or _said_in_passing(content, state, heard)
        or _asked_for_a_service(content, state, heard)
        or stages.answer(content, state, heard)
        or _something_else(content, state, heard)
        or _felt_only(content, state, heard)
        or stages.not_understood(content, state, heard)
    )
    return moods.met(content, watched(content, outcome, heard), heard)


def resume(content: Content, state: CaseState) -> Outcome:
    """Take a cancelled or interrupted case up again where it was."""
    stage = state.came_from if state.stage in {"ended", "other"} else state.stage
    state = replace(state, stage=stage, ending="", digressed="")
    return _repeat(content, state, Say("case_back_on"))


def _again(content: Content, state: CaseState) -> Outcome:
    """Rasa runs the form twice for a message: when it begins, and after a digression."""
    if not state.digressed:
        return Outcome(state)
    was, state = state.digressed, replace(state, digressed="")
    if was in _URGENT:
        return Outcome(state, (Say("case_paused"),))
    return _repeat(content, state)


def _repeat(content: Content, state: CaseState, *before: Say) -> Outcome:
    """Put the open question once more."""
    if state.stage == "other":
        return Outcome(state, (*before, Say("case_other_problem")))
    if state.stage == "review":
        return review(content, state, *before)
    if state.stage == "change":
        return which_to_change(content, state)
    if state.pending:
        field = content.playbooks[state.topic].field(state.pending)
        return Outcome(state, (*before, question(field)))
    if state.stage == "steps" and state.tried:
        return Outcome(state, (*before, step_question(content, state)))
    return road.advance(content, state, *before)


def _step_aside(state: CaseState, heard: Heard) -> Outcome:
    return Outcome(replace(state, digressed=heard.intent), next="digress")


def _offered_a_secret(content: Content, state: CaseState, heard: Heard) -> Outcome | None:
    kind = cues.offer(content.cues, heard.words)
    return _repeat(content, state, Say(f"never_needed__{kind}")) if kind else None


def _said_in_passing(content: Content, state: CaseState, heard: Heard) -> Outcome | None:
    """Cancel, go on, what did I say, why, back: they mean the same at every stage."""
    names = ("cancel", "resume", "said", "why", "back", "bye", "change")
    cue = cues.find_cue(content.cues, heard, names)
    if cue in {"bye", "cancel"} or (not cue and _wants_to_cancel(content, state, heard)):
        said = "case_goodbye" if cue == "bye" else "case_cancelled"
        return road.end(state, "cancelled", Say(said))
    if not cue and cues.contains(content.cues["told"], heard.words):
        return _already_told(content, state, heard)
    return _small_wish(content, state, cue)


def _small_wish(content: Content, state: CaseState, cue: str) -> Outcome | None:
    if cue == "resume":
        return _repeat(content, state)
    if cue == "said":
        return _repeat(content, state, _noted(content, state))
    if cue == "why" and state.pending:
        field = content.playbooks[state.topic].field(state.pending)
        return _repeat(content, state, Say(field.why))
    if cue == "change" and state.facts and state.stage == "fields":
        return which_to_change(content, state)
    return stages.back(content, state) if cue == "back" else None


def _already_told(content: Content, state: CaseState, heard: Heard) -> Outcome | None:
    """Show what was noted; the second time the field is left out."""
    if state.stage == "steps" and not state.pending:
        fuller = harvest(content, state, heard)
        return _repeat(content, state, _noted(content, state)) if fuller == state else None
    if not state.pending:
        return None
    field = content.playbooks[state.topic].field(state.pending)
    if stages.fits(content, state, heard) or _tells_more(content, state, heard):
        return None
    state = state.failed(field.id)
    if state.failures[field.id] > 1:
        return road.advance(content, state.without(field.id), Say("case_left_out"))
    known = lines(content.playbooks[state.topic], state)
    if not known:
        return _repeat(content, state, Say("case_nothing_noted"))
    return _repeat(content, state, Say("case_already_told", {"facts": known}))


def _tells_more(content: Content, state: CaseState, heard: Heard) -> bool:
    """True when a message tells a fact; "I said so just now" tells no time."""
    kinds = {field.id: field.kind for field in content.playbooks[state.topic].fields}
    fuller = harvest(content, state, heard)
    return any(kinds[name] != "time" for name in fuller.facts if name not in state.facts)


def _probed(content: Content, state: CaseState, heard: Heard) -> Outcome | None:
    """Somebody asks for another customer's matters or codes, or for other rules."""
    if not cues.is_probe(content.cues, heard.words):
        return None
    return _repeat(content, state, Say("only_your_own"))


def _asked_of_it(content: Content, state: CaseState, heard: Heard) -> Outcome | None:
    """A question that belongs to this problem: "can you get it back?"."""
    if not cues.is_question(heard.words):
        return None
    for item in content.playbooks[state.topic].asked:
        if cues.contains(item.words, heard.words):
            return _repeat(content, state, Say(item.reply))
    return None


def _felt_only(content: Content, state: CaseState, heard: Heard) -> Outcome | None:
    """A message that tells of fear or anger alone is no wrong answer."""
    mood = cues.mood(content.cues, heard.words)
    return _repeat(content, state) if mood and mood not in state.moods else None


def _wants_to_cancel(content: Content, state: CaseState, heard: Heard) -> bool:
    if cues.find_cue(content.cues, heard, (*_ANSWERS, "submit", "ack")):
        return False
    short = len(heard.words) <= 24 and state.stage not in {"steps", "other"}
    return heard.intent == "cancel" and heard.confidence >= _CONFIDENT and short


def _noted(content: Content, state: CaseState) -> Say:
    known = lines(content.playbooks[state.topic], state)
    return Say("case_noted", {"facts": known}) if known else Say("case_nothing_noted")


def _asked_for_a_service(content: Content, state: CaseState, heard: Heard) -> Outcome | None:
    """A wish for a person, a channel or a language, clear enough not to be an answer."""
    if heard.intent not in _SERVICES | _SMALL_TALK or heard.clicked:
        return None
    if cues.find_cue(content.cues, heard, (*_ANSWERS, "submit", "ack", "more", "cannot")):
        return None
    asks_channel = cues.contains(content.cues["channel_words"], heard.words)
    if heard.intent == "find_official_channel" and not asks_channel:
        return None
    if heard.intent == "faq" and not cues.wants_to_know(heard.words):
        return None  # a story that sounds like a topic of the FAQ is an answer
    if stages.pending_kind(content, state) in {"text", "model"}:
        clear = _is_clearly_no_answer(heard)
    else:
        clear = heard.intent in _SERVICES and heard.confidence >= _CONFIDENT
        clear = clear and not stages.fits(content, state, heard)
    return _step_aside(state, heard) if clear else None


def _is_clearly_no_answer(heard: Heard) -> bool:
    """For a field that takes any text: only what cannot be meant as its answer."""
    if heard.intent in _COURTESIES:
        return heard.confidence >= _CERTAIN and len(heard.words) <= _SHORT
    return heard.intent in _SERVICES | {"bot_challenge"} and heard.confidence >= _VERY_CONFIDENT


def _something_else(content: Content, state: CaseState, heard: Heard) -> Outcome | None:
    """Small talk or another problem, once it is clear that it answers nothing here."""
    # Bare names and numbers look like nothing known to the classifier: hence certain only.
    if heard.intent == "out_of_scope":
        aside = heard.confidence >= _CERTAIN and cues.is_question(heard.words)
    elif heard.intent == "goodbye":
        aside = False  # the cue "bye" is read before; short answers look like it
    else:
        aside = heard.intent in _SMALL_TALK and heard.confidence >= _VERY_CONFIDENT
    if aside:
        return _step_aside(state, heard)
    if heard.intent in content.playbooks and heard.intent != state.topic:
        sure = heard.confidence >= _VERY_CONFIDENT
        if sure and state.stage != "other":
            return stages.other_problem(state, heard)
    return None
