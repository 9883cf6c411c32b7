"""What goes into a ticket: typed rows, a summary to act on at a glance, a priority by rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from actions.casework.facts import holds

if TYPE_CHECKING:
    from actions.casework.state import CaseState
    from bot.content import Content, Language
    from bot.content.playbook import Priority


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
    extra = (
        Row("first_words", "text", state.first_words),
        Row("tried", "list", ", ".join(state.tried)),
        Row("left_out", "list", ", ".join(state.left_out)),
    )
    return (*known, *(row for row in extra if row.value))


def _summary(content: Content, state: CaseState, language: Language) -> str:
    """Problem, then the short facts; long texts stay in their rows."""
    playbook = content.playbooks[state.topic]
    parts = [playbook.name.of(language)]
    for field in playbook.fields:
        fact = state.facts.get(field.id)
        if fact is None or field.kind in {"text", "transaction_id", "address"}:
            continue
        shown = fact.shown.get(language, "") if isinstance(fact.shown, dict) else fact.shown
        parts.append(f"{field.label.of(language)} {shown or fact.value}")
    return " · ".join(parts)[:400]
