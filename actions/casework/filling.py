"""The answer to a question about a field, and corrections of earlier ones."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from actions.casework import checks, cues, road
from actions.casework.asking import (
    open_question,
    question,
    review,
)
from actions.casework.facts import correct, harvest, holds, leave_out_named, lines
from actions.casework.outcome import Outcome, Say
from actions.casework.state import Fact

if TYPE_CHECKING:
    from actions.casework.heard import Heard
    from actions.casework.state import CaseState
    from bot.content import Content, Field

_NOTHING_SAID: Final = frozenset({"greet", "thank", "goodbye", "affirm", "deny", "bot_challenge"})
_SMALL_THINGS: Final = ("skip", "unknown", "why", "change", "ack", "more", "cannot", "submit", "no")
_FIGURE: Final = re.compile(r"\d[\d,.]*\s*[万千kw]?", re.IGNORECASE)
_MORE: Final = 6
_SURE: Final = 0.9
_SENTENCE: Final = 48
"""Characters of an answer that may say in a sentence that there is none."""


def filled(content: Content, state: CaseState, heard: Heard) -> Outcome | None:
    """Read the answer to the question about a field; None where the message is none."""
    field = content.playbooks[state.topic].field(state.pending)
    return (
        _left_out(content, state, field, heard)
        or corrected(content, state, heard)
        or _fitting(content, state, field, heard)
        or _told_otherwise(content, state, field, heard)
    )


def _left_out(content: Content, state: CaseState, field: Field, heard: Heard) -> Outcome | None:
    cue = cues.find_cue(content.cues, heard, ("submit", "skip", "unknown"))
    if cue == "submit" and state.stage == "fields":
        return review(content, replace(state, left_out=_rest(content, state)))
    if not cue and field.kind == "text" and cues.agreement(content.cues, heard) == "no":
        cue = "skip"
    if not cue and field.id == "details" and cues.find_cue(content.cues, heard, ("ack", "yes")):
        cue = "skip"
    if not cue:
        return None
    said = (Say("case_left_out"),) if cue == "unknown" else ()
    return road.advance(content, state.without(field.id), *said)


def _rest(content: Content, state: CaseState) -> tuple[str, ...]:
    """All that is left out when the ticket is to be sent as it is."""
    fields = content.playbooks[state.topic].fields
    rest = [
        field.id
        for field in fields
        if field.id not in state.facts
        and field.id not in state.left_out
        and holds(content, state, field.when)
    ]
    return (*state.left_out, *rest)


def _fitting(content: Content, state: CaseState, field: Field, heard: Heard) -> Outcome | None:
    fact = checks.check(content, state, field, heard)
    if fact is None:
        return None
    return road.advance(content, harvest(content, state.with_fact(field.id, fact), heard))


def _told_otherwise(
    content: Content, state: CaseState, field: Field, heard: Heard
) -> Outcome | None:
    """There is no such thing, or something else is told that was still open."""
    fuller = harvest(content, state, heard)
    if _has_none(content, field, heard):
        return road.advance(content, fuller.without(field.id), Say("case_left_out"))
    fuller = _outright(content, leave_out_named(content, fuller, heard), heard)
    new = tuple(name for name, fact in fuller.facts.items() if state.facts.get(name) != fact)
    if not new and fuller.left_out != state.left_out:
        if field.id in fuller.left_out:
            return road.advance(content, fuller, Say("case_left_out"))
        return Outcome(fuller, (Say("case_left_out"), question(field)))
    if not new:
        return None
    if not holds(content, fuller, field.when):
        return road.advance(content, fuller)
    noted = Say("case_noted", {"facts": lines(content.playbooks[state.topic], fuller, new)})
    if says_more(fuller, new, heard):
        fuller = keep_words(content, fuller, heard)
    return Outcome(fuller, (noted, question(field)))


def _outright(content: Content, state: CaseState, heard: Heard) -> CaseState:
    """A bare "淘宝" answers where it was bought, even while the version is asked for."""
    for field in content.playbooks[state.topic].fields:
        if field.id in state.facts or field.id == state.pending:
            continue
        if (
            field.kind == "amount"
            and _FIGURE.fullmatch(heard.words)
            and _asked_choice(content, state)
        ):
            fact = checks.check(content, state, field, heard)
        else:
            fact = checks.said_outright(field, heard.words)
        if fact is not None:
            return state.with_fact(field.id, replace(fact, source="said"))
    return state


def _asked_choice(content: Content, state: CaseState) -> bool:
    """True while options are offered: then a bare figure can only be an amount."""
    return content.playbooks[state.topic].field(state.pending).kind == "choice"


def keep_words(content: Content, state: CaseState, heard: Heard) -> CaseState:
    """Note what a message tells beside the question: "it fell into water"."""
    words = heard.words
    if cues.find_cue(content.cues, heard, _SMALL_THINGS):
        return state
    said = heard.clicked or cues.is_question(words) or cues.mood(content.cues, words)
    told = cues.contains(content.cues["told"], words)
    if said or told or heard.intent in _NOTHING_SAID or not _tells(words):
        return state
    return state.noted(words[:200])


def says_more(state: CaseState, new: tuple[str, ...], heard: Heard) -> bool:
    """True when a message says clearly more than the facts taken from it: "wet since May"."""
    shown = [state.facts[name].shown for name in new]
    if any(not isinstance(part, str) for part in shown):
        return False  # an option stands for the sentence that told it
    taken = sum(len(part) for part in shown)
    return len(heard.words) >= 2 * taken and len(heard.words) - taken > _MORE


def _tells(words: str) -> bool:
    """Two words, three Chinese characters, or a figure."""
    han = len(re.findall(r"[\u4e00-\u9fff]", words))
    return han > 2 or len(words.split()) > 1 or bool(re.search(r"\d", words))


def _has_none(content: Content, field: Field, heard: Heard) -> bool:
    """True for "I cannot find the serial number": a sentence that leaves the field out."""
    if field.kind in {"yes_no", "text"} or len(heard.words) > _SENTENCE:
        return False
    if field.kind == "choice":
        return cues.find_cue(content.cues, heard, ("no",)) == "no"
    if cues.agreement(content.cues, heard) == "no":
        return True
    phrases = (*content.cues["unknown"], *content.cues["skip"])
    return cues.contains((phrase for phrase in phrases if len(phrase) > 1), heard.words)


def corrected(content: Content, state: CaseState, heard: Heard) -> Outcome | None:
    """Change what was said before ("no, the amount was 0.5"); the open question stays."""
    if not cues.contains(content.cues["correction"], heard.words):
        return None
    other = heard.intent in content.playbooks and heard.intent != state.topic
    if other and heard.confidence >= _SURE:
        return None  # "actually my transfer is stuck too" corrects nothing
    changed_state, changed = correct(content, state, heard)
    if not changed:
        return None
    playbook = content.playbooks[state.topic]
    say = Say("case_corrected", {"facts": lines(playbook, changed_state, changed)})
    if state.stage == "review":
        return review(content, changed_state, say)
    if set(changed) & set(playbook.before) and state.stage != "fields":
        return road.advance(content, replace(changed_state, stage="before"), say)
    return Outcome(changed_state, (say, *open_question(content, changed_state)))


def given_up(content: Content, state: CaseState, field: Field, heard: Heard) -> Outcome:
    """After the second answer that does not fit: keep the words, never ask a third time."""
    words = heard.words[:120]
    told = cues.contains(content.cues["told"], words) or cues.agreement(content.cues, heard)
    if not words or told or field.kind in {"choice", "yes_no"}:
        return road.advance(content, state.without(field.id), Say("case_left_out"))
    kept = state.with_fact(field.id, Fact(words, words, "unchecked"))
    return road.advance(content, kept, Say("case_kept_as_said"))
