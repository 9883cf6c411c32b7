"""What goes into a ticket: typed rows, a summary to act on at a glance, a priority by rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from actions.casework.facts import holds
from actions.casework.state import SIGNAL

if TYPE_CHECKING:
    from actions.casework.state import CaseState
    from bot.content import Content, Language
    from bot.content.playbook import Priority

SUMMARY_LIMIT: Final = 400
_LONG: Final = frozenset({"text", "transaction_id", "address"})
_WORDS: Final = {
    "zh": {
        "and": "、",
        "tried": "已试：{}",
        "missing": "缺：{}",
        "note": "客户还说：{}",
        "no": "（没用）",
        "done": "（已做）",
        "skipped": "（跳过）",
        "unanswered": "（没回答）",
    },
    "en": {
        "and": ", ",
        "tried": "tried: {}",
        "missing": "missing: {}",
        "note": "also said: {}",
        "no": " (no help)",
        "done": " (done)",
        "skipped": " (skipped)",
        "unanswered": " (no answer)",
    },
}
"""What staff read, never a customer: the words between the facts of a summary."""


@dataclass(frozen=True, slots=True)
class Row:
    """One fact as the desk stores it; ``value`` is canonical, or the customer's own words."""

    name: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class TicketDraft:
    """A ticket before the desk gives it a reference."""

    case_id: str
    topic: str
    vendor: str | None
    priority: Priority
    rows: tuple[Row, ...]
    summary: str


def draft_ticket(content: Content, state: CaseState, language: Language) -> TicketDraft:
    """Turn a case into a ticket."""
    playbook = content.playbooks[state.topic]
    vendor = state.facts.get("vendor")
    urgent = bool(playbook.urgent_when) and holds(content, state, playbook.urgent_when)
    urgent = urgent or SIGNAL in state.facts
    return TicketDraft(
        case_id=state.id,
        topic=state.topic,
        vendor=vendor.value if vendor and vendor.value != "other" else None,
        priority="urgent" if urgent else playbook.priority,
        rows=rows(content, state),
        summary=_summary(content, state, language),
    )


def rows(content: Content, state: CaseState) -> tuple[Row, ...]:
    """Everything collected, in the playbook's order, and what was tried or left out."""
    fields = content.playbooks[state.topic].fields
    known = [
        Row(field.id, "unchecked" if fact.source == "unchecked" else field.kind, fact.value)
        for field in fields
        if (fact := state.facts.get(field.id)) is not None
    ]
    robbery = state.facts.get(SIGNAL)
    extra = (
        Row(SIGNAL, "signal", robbery.value if robbery else ""),
        Row("first_words", "text", state.first_words),
        Row("note", "text", state.note),
        Row("tried", "list", ", ".join(_tried(state))),
        Row("left_out", "list", ", ".join(state.left_out)),
    )
    return (*known, *(row for row in extra if row.value))


def _tried(state: CaseState) -> list[str]:
    """Each step with how it went: ``ledger_power_1=no``; unanswered ones stand alone."""
    return [
        f"{name}={state.outcomes[name]}" if name in state.outcomes else name for name in state.tried
    ]


def _summary(content: Content, state: CaseState, language: Language) -> str:
    """One line to act on: what is wrong with what, the facts, what was tried, what is missing."""
    words = _WORDS[language]
    parts = [_headline(content, state, language), *_facts(content, state, language)]
    if tried := _steps(content, state, language):
        parts.append(words["tried"].format(words["and"].join(tried)))
    if missing := _missing(content, state, language):
        parts.append(words["missing"].format(words["and"].join(missing)))
    if state.note:
        parts.append(words["note"].format(state.note))
    line = " · ".join(part for part in parts if part)
    return line if len(line) <= SUMMARY_LIMIT else f"{line[: SUMMARY_LIMIT - 1]}…"


def _headline(content: Content, state: CaseState, language: Language) -> str:
    playbook = content.playbooks[state.topic]
    shown = [_shown(state, name, language) for name in playbook.headline]
    named = list(dict.fromkeys(part for part in shown if part))
    # "Trezor Safe 3" says the maker already.
    brief = [part for part in named if not any(other.startswith(f"{part} ") for other in named)]
    head = f"[{playbook.name.of(language)}]"
    return f"{head} {_WORDS[language]['and'].join(brief)}" if brief else head


def _facts(content: Content, state: CaseState, language: Language) -> list[str]:
    """The other short facts; long texts, ids and addresses stay in their rows."""
    playbook = content.playbooks[state.topic]
    return [
        f"{field.label.of(language)} {shown}"
        for field in playbook.fields
        if field.id not in playbook.headline and field.kind not in _LONG
        if (shown := _shown(state, field.id, language))
    ]


def _shown(state: CaseState, name: str, language: Language) -> str:
    fact = state.facts.get(name)
    if fact is None:
        return ""
    shown = fact.shown.get(language, "") if isinstance(fact.shown, dict) else fact.shown
    return shown or fact.value


def _steps(content: Content, state: CaseState, language: Language) -> list[str]:
    words = _WORDS[language]
    blocks = {block.id: block for block in content.playbooks[state.topic].blocks}
    told = [
        (blocks[name].name, words[state.outcomes.get(name, "unanswered")])
        for name in state.tried
        if name in blocks
    ]
    return [f"{name.of(language)}{result}" for name, result in told if name is not None]


def _missing(content: Content, state: CaseState, language: Language) -> list[str]:
    playbook = content.playbooks[state.topic]
    return [
        field.label.of(language)
        for field in playbook.fields
        if field.id in state.left_out and field.id != "details"
    ]
