"""How a case begins, and what it may turn into: an emergency, another playbook's case."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from actions.casework import cues, moods, road
from actions.casework.checks import yes_no_fact
from actions.casework.facts import harvest, holds, lines
from actions.casework.outcome import Outcome, Say
from actions.casework.state import SIGNAL, CaseState, Fact

if TYPE_CHECKING:
    from actions.casework.heard import Heard
    from bot.content import Content
    from bot.content.playbook import Field, HandOver


_LASTING: Final = ("vendor", "wallet_kind", "model", "serial", "version", "computer")
"""Facts about a customer's things that a second problem does not change."""

_OF_ONE_WALLET: Final = frozenset(
    {"device_broken", "app_problem", "forgot_pin", "lost_recovery_phrase", "warranty_return"}
)
"""Problems with a wallet itself; a transfer or a fraud may concern quite another one."""


def start(
    content: Content, topic: str, case_id: str, heard: Heard, before: CaseState | None = None
) -> Outcome:
    """Begin a case with what the first message tells, and with what the case before told."""
    state = CaseState(
        id=case_id, topic=topic, heard=heard.message_id, first_words=heard.words[:500]
    )
    state = harvest(content, state, heard)
    known = _known_before(content, state, before)
    state = replace(state, facts={**known, **state.facts})
    told = (_from_before(content, state, known),) if known else ()
    begun = watched(content, _begun(content, state, *told), heard)
    # The warnings begin by calming down; only anger needs a word more.
    return (
        begun
        if cues.mood(content.cues, heard.words) == "fear"
        else moods.met(content, begun, heard)
    )


def watched(content: Content, outcome: Outcome, heard: Heard) -> Outcome:
    """Hand a case over to the playbook that its facts belong to, and raise its alarms."""
    if outcome.next != "go_on":
        return outcome
    return _alarmed(content, _handed_over(content, outcome, heard))


def _begun(content: Content, state: CaseState, *told: Say) -> Outcome:
    return road.advance(content, state, *road.warning(content, state), *told)


def _known_before(content: Content, state: CaseState, before: CaseState | None) -> dict[str, Fact]:
    """What stays true of the same wallet or device; nothing once another vendor is named."""
    if before is None or not {state.topic, before.topic} <= _OF_ONE_WALLET:
        return {}
    old, new = before.facts.get("vendor"), state.facts.get("vendor")
    if new is not None and (old is None or old.value != new.value):
        return {}
    fields = {field.id: field for field in content.playbooks[state.topic].fields}
    told = {name: before.facts[name] for name in _LASTING if name in before.facts}
    return {
        name: replace(fact, source="said")
        for name, fact in told.items()
        if name not in state.facts and name in fields and _fits(fields[name], fact)
    }


def _from_before(content: Content, state: CaseState, known: dict[str, Fact]) -> Say:
    shown = lines(content.playbooks[state.topic], state, tuple(known))
    return Say("case_from_before", {"facts": shown})


def _fits(field: Field, fact: Fact) -> bool:
    open_ended = field.kind != "choice" or bool(field.entity)
    return fact.source != "unchecked" and (open_ended or field.option(fact.value) is not None)


def _handed_over(content: Content, outcome: Outcome, heard: Heard) -> Outcome:
    old = outcome.state
    for item in content.playbooks[old.topic].hands_over:
        if holds(content, old, item.when):
            begun = _begun(content, _taken_over(content, old, item, heard))
            return _handed_over(content, begun, heard)
    return outcome


def _taken_over(content: Content, old: CaseState, item: HandOver, heard: Heard) -> CaseState:
    """The same case under another topic, with everything told so far that it has a place for."""
    state = CaseState(
        id=old.id,
        topic=item.to,
        facts=_carried(content, old, item),
        note=old.note,
        moods=old.moods,
        heard=old.heard,
        first_words=old.first_words,
    )
    for words in (old.first_words, heard.words):
        if words:
            state = harvest(content, state, heard.part(words))
    return state


def _carried(content: Content, old: CaseState, item: HandOver) -> dict[str, Fact]:
    kept = {name: fact for name, fact in old.facts.items() if name == SIGNAL}
    for field in content.playbooks[item.to].fields:
        told = field.option(item.tells.get(field.id, ""))
        if told is not None:
            kept[field.id] = Fact(told.id, told.label.pair(), "said")
            continue
        fact = old.facts.get(field.id)
        fits = field.kind != "choice" or bool(field.entity)
        if fact is not None and (fits or field.option(fact.value) is not None):
            kept[field.id] = fact
    return kept


def signalled(content: Content, state: CaseState, signal: str) -> CaseState:
    """Note a robbery that the guard heard of, and what it answers: "they want a fee first"."""
    state = state.with_fact(SIGNAL, Fact(signal, source="said"))
    playbook = content.playbooks[state.topic]
    for alarm in playbook.alarms:
        if alarm.signal != signal:
            continue
        for name, values in alarm.when.items():
            if values == ("yes",) and name not in state.facts:
                state = state.with_fact(name, replace(yes_no_fact(yes=True), source="said"))
                state = replace(state, pending="" if state.pending == name else state.pending)
    return state


def _alarmed(content: Content, outcome: Outcome) -> Outcome:
    """Say the advice for a trick that the facts tell, once a case; the ticket becomes urgent."""
    state = outcome.state
    for alarm in content.playbooks[state.topic].alarms:
        if SIGNAL not in state.facts and holds(content, state, alarm.when):
            raised = state.with_fact(SIGNAL, Fact(alarm.signal, source="said"))
            advice = Say(f"scam_in_progress__{alarm.signal}")
            return replace(outcome, state=raised, says=(advice, *outcome.says))
    return outcome
