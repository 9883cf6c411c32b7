"""What was heard in one message: plain values, taken from Rasa's tracker by the actions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entity:
    """Something a message names: its kind, its canonical value, and the words it stands for."""

    kind: str
    value: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """One message of a customer, in safe text; ``choice`` is the id of what was clicked."""

    message_id: str
    text: str
    intent: str = ""
    confidence: float = 0.0
    entities: tuple[Entity, ...] = ()
    choice: str = ""

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
