"""What was heard in one message: plain values, taken from Rasa's tracker by the actions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.content.entities import extract

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Entity:
    """Something a message names: its kind, its canonical value, and the words it stands for."""

    kind: str
    value: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """One message of a customer, in safe text.

    ``choice`` is the id of what was clicked; ``at`` the moment of the message in the
    customer's time zone, as far as the gateway knows it.
    """

    message_id: str
    text: str
    intent: str = ""
    confidence: float = 0.0
    entities: tuple[Entity, ...] = ()
    choice: str = ""
    at: datetime | None = None

    @property
    def clicked(self) -> bool:
        """True when the gateway made the message out of a choice or a finding."""
        return self.text.startswith("/")

    @property
    def words(self) -> str:
        """What the customer wrote themselves; empty for a click."""
        return "" if self.clicked else self.text.strip()

    def entity(self, kind: str) -> Entity | None:
        """The first entity of a kind."""
        return next((entity for entity in self.entities if entity.kind == kind), None)

    def part(self, text: str) -> Heard:
        """The same message as if only a part of it had been said."""
        return replace(self, text=text, entities=entities_of(text))


def entities_of(text: str) -> tuple[Entity, ...]:
    """What a text names, by the same rules as in Rasa's pipeline."""
    return tuple(
        Entity(found.entity, found.value, text[found.start : found.end]) for found in extract(text)
    )
