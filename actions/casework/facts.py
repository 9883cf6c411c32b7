"""What is known of a case: taken from a message unasked, corrected, and matched with conditions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from actions.casework import checks, cues
from actions.casework.quoting import quoted
from actions.casework.state import Fact
from bot.content import LANGUAGES

if TYPE_CHECKING:
    from actions.casework.heard import Heard
    from actions.casework.state import CaseState
    from bot.content import Content, Field, Language, Playbook

    When = dict[str, tuple[str, ...]]

_CUSTODY: Final = {
    "hardware": "self",
    "app": "self",
    "bitcoin_wallet": "self",
    "exchange": "custodial",
    "ecny": "custodial",
}
_NOTE: Final = {"zh": "您还说过", "en": "You also said"}
_LINE: Final = {"zh": "· {}：{}", "en": "· {}: {}"}
_UNASKED: Final = {"transaction_id", "amount", "version", "serial", "address", "model", "time"}
"""Kinds taken from a message unasked when an entity names them."""

_SHORT: Final = 40


def harvest(content: Content, state: CaseState, heard: Heard) -> CaseState:
    """Note everything a message tells about fields that are still open, but for the pending one."""
    if not heard.words:
        return _from_click(content, state, heard)
    playbook = content.playbooks[state.topic]
    for field in playbook.fields:
        if field.id == state.pending or not _open(state, field):
            continue
        if field.kind == "choice" and not holds(content, state, field.when):
            continue  # the kind of a wallet is not asked for once its maker is known
        fact = _unasked(content, state, field, heard)
        known = state.facts.get(field.id)
        if fact is not None and (known is None or fact.value != known.value):
            state = state.with_fact(field.id, replace(fact, source="said"))
    return state


def _open(state: CaseState, field: Field) -> bool:
    """True for a field that nothing is known of, or only something vague that may be sharpened."""
    known = state.facts.get(field.id)
    option = field.option(known.value) if known else None
    return known is None or (option is not None and option.vague)


def _from_click(content: Content, state: CaseState, heard: Heard) -> CaseState:
    for field in content.playbooks[state.topic].fields:
        fact = checks.entity_fact(content, field, heard)
        if fact is not None and field.id not in state.facts:
            state = state.with_fact(field.id, replace(fact, source="said"))
    return state


def _unasked(content: Content, state: CaseState, field: Field, heard: Heard) -> Fact | None:
    if field.kind == "choice":
        named = checks.entity_fact(content, field, heard)
        return named or checks.option_fact(field, heard.words, asked=False)
    if field.kind == "transaction_id":
        return checks.check(content, state, field, heard)
    if field.kind == "text":
        return _named_text(field, heard)
    if field.kind not in _UNASKED or heard.entity(field.entity) is None:
        return None
    if field.kind == "time":
        entity = heard.entity(field.entity)
        words = (entity.words or entity.value) if entity else ""
        return checks.time_fact(words, words, heard)
    return checks.check(content, state, field, heard)


def _named_text(field: Field, heard: Heard) -> Fact | None:
    """What an entity names; else a short message with one of the field's words, taken whole.

    Of a long message only the words are taken.
    """
    named = heard.entity(field.entity) if field.entity else None
    if named is not None:
        return Fact(named.value, named.value)
    told = [word for word in field.words if cues.longest((word,), heard.words)]
    if not told or cues.is_question(heard.words):
        return None
    words = heard.words if len(heard.words) <= _SHORT else max(told, key=len)
    return Fact(words, words)


def leave_out_named(content: Content, state: CaseState, heard: Heard) -> CaseState:
    """Leave out the open fields that a message says there is nothing for: "没有哈希"."""
    if not cues.contains(content.cues["none_of"], heard.words):
        return state
    for field in content.playbooks[state.topic].fields:
        if field.id not in state.facts and cues.contains(field.names, heard.words):
            state = state.without(field.id)
    return state


def correct(content: Content, state: CaseState, heard: Heard) -> tuple[CaseState, tuple[str, ...]]:
    """Change known facts that a message corrects; gives the ids of what was changed."""
    playbook = content.playbooks[state.topic]
    changed: list[str] = []
    for field in playbook.fields:
        old = state.facts.get(field.id)
        if old is None or field.kind == "text":
            continue
        stated = cues.stated(field.names, heard.words)
        if stated:
            fact = checks.check(content, state, field, heard.part(stated))
        else:
            fact = _unasked(content, state, field, heard)
        if fact is not None and fact.value != old.value:
            state = state.with_fact(field.id, fact)
            changed.append(field.id)
    return state, tuple(changed)


def mentioned(playbook: Playbook, state: CaseState, text: str) -> Field | None:
    """The known field that a text calls by its name."""
    for field in playbook.fields:
        if field.id in state.facts and cues.contains(field.names, text):
            return field
    return None


def holds(content: Content, state: CaseState, when: When) -> bool:
    """True when a condition holds for what is known; see ``bot.content.playbook.When``."""
    return all(bool(_values(content, state, key) & set(wanted)) for key, wanted in when.items())


def _values(content: Content, state: CaseState, key: str) -> set[str]:
    vendor = state.facts["vendor"].value if "vendor" in state.facts else ""
    if key in {"group", "custody"}:
        told = state.facts.get("wallet_kind")
        group = content.groups.get(vendor) or (told.value if told else "unknown")
        if key == "group":
            return {group}
        return {content.custody.get(vendor) or _CUSTODY.get(group, "unknown")}
    if key == "brand":
        options = content.playbooks[state.topic].field("vendor").options
        return {vendor if any(option.id == vendor for option in options) else "other"}
    fact = state.facts.get(key)
    return {fact.value if fact and fact.source != "unchecked" else "unknown"}


def opens_ticket(content: Content, state: CaseState) -> bool:
    """True unless nobody could do anything with a ticket about what is known."""
    playbook = content.playbooks[state.topic]
    useless = any(holds(content, state, when) for when in playbook.no_ticket_when)
    return playbook.opens_ticket and not useless


def lines(playbook: Playbook, state: CaseState, only: tuple[str, ...] = ()) -> list[dict[str, str]]:
    """Known facts, one line each, in both languages."""
    wanted = [field for field in playbook.fields if field.id in state.facts]
    shown: list[dict[str, str]] = [
        {tag: _line(field.label.of(tag), _shown(state, field, tag), tag) for tag in LANGUAGES}
        for field in wanted
        if not only or field.id in only
    ]
    if state.note and not only:
        shown.append({tag: _line(_NOTE[tag], _cut(state.note), tag) for tag in LANGUAGES})
    return shown


def _line(label: str, text: str, language: Language) -> str:
    return quoted(_LINE[language].format(label, "{}"), text, language)


def _shown(state: CaseState, field: Field, language: str) -> str:
    shown = state.facts[field.id].shown or state.facts[field.id].value
    text = shown.get(language, "") if isinstance(shown, dict) else str(shown)
    return _cut(text)


def _cut(text: str) -> str:
    return text if len(text) <= 90 else f"{text[:88]}…"
