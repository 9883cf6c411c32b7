"""How values read on a page: moments, spans of time, names of topics, vendors and facts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.console.assets import FOLDER, HTMX, HTMX_SHA384
from bot.content.language import Language
from bot.content.loader import Content
from bot.desk.masking import mask, mask_field
from bot.desk.models import Field
from bot.desk.units import Units
from bot.guard.findings import Reason


@dataclass(frozen=True, slots=True)
class Showing:
    """The filters of the templates."""

    content: Content
    desk: Units

    def moment(self, at: datetime, pattern: str = "%Y-%m-%d %H:%M") -> str:
        """A moment in the team's own time."""
        return at.astimezone(self.desk.office.zone).strftime(pattern)

    def clock(self, at: datetime) -> str:
        """The time of a day; with the day when it is another one."""
        local = at.astimezone(self.desk.office.zone)
        today = datetime.now(self.desk.office.zone).date()
        return local.strftime("%H:%M" if local.date() == today else "%m-%d %H:%M")

    def topic(self, name: str | None, language: Language) -> str:
        """A topic as its playbook calls it."""
        known = self.content.playbooks.get(name or "")
        return known.name.of(language) if known else (name or "").replace("_", " ")

    def label(self, name: str | None, language: Language) -> str:
        """A vendor, network or asset by its name."""
        known = self.content.labels.get(name or "")
        return known.of(language) if known else (name or "")

    def fact(self, name: str, topic: str, language: Language) -> str:
        """What a collected fact is called."""
        book = self.content.playbooks.get(topic)
        fields = {field.id: field.label for field in book.fields} if book else {}
        known = fields.get(name) or fields.get(name.rstrip("0123456789").rstrip("_"))
        return known.of(language) if known else name.replace("_", " ")

    def told(self, fact: Field, topic: str, language: Language, revealed: bool) -> str:  # noqa: FBT001
        """A fact's value, an option by its label; contact data only when they are revealed."""
        book = self.content.playbooks.get(topic)
        for field in book.fields if book else ():
            option = field.option(fact.value) if field.id == fact.name else None
            if option is not None:
                return option.label.of(language)
        value = fact.value if revealed else mask_field(fact.name, fact.value)
        return self.label(value, language)


def seconds(span: float | None, words: dict[str, str]) -> str:
    """A span of time in its largest fitting unit."""
    if span is None:
        return words["none"]
    for size, unit in ((86_400, "days"), (3600, "hours"), (60, "minutes")):
        if span >= 2 * size or (size == 60 and span >= 60):
            return words[unit].format(n=round(span / size))
    return words["seconds"].format(n=round(span))


def since(at: datetime, words: dict[str, str]) -> str:
    """How long ago a moment was."""
    return seconds(max(0.0, (datetime.now(UTC) - at).total_seconds()), words)


def marked(text: str, reasons: Sequence[Reason]) -> Markup:
    """A refused text with the places that the guard objects to."""
    parts, at = [], 0
    for reason in sorted(reasons, key=lambda one: one.start):
        start, end = max(at, reason.start), max(at, reason.end)
        parts.append(Markup("{}<mark>{}</mark>").format(text[at:start], text[start:end]))
        at = end
    return Markup("").join([*parts, Markup("{}").format(text[at:])])


def templates(content: Content, desk: Units) -> Environment:
    """The templates with their filters."""
    showing = Showing(content, desk)
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = {
        "moment": showing.moment,
        "clock": showing.clock,
        "topic": showing.topic,
        "label": showing.label,
        "fact": showing.fact,
        "told": showing.told,
        "masked": mask,
        "seconds": seconds,
        "since": since,
        "marked": marked,
    }
    environment.filters.update(filters)
    environment.globals.update(htmx=HTMX, htmx_hash=f"sha384-{HTMX_SHA384}")
    return environment
