"""The case as it travels in Rasa's ``case`` slot: a plain dict outside, frozen values inside."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Stage = Literal["before", "steps", "fields", "review", "change", "other", "submit", "ended"]
Ending = Literal["", "solved", "told", "cancelled", "submitted"]
Source = Literal["said", "asked", "unchecked"]
SIGNAL: Final = "scam_signal"
"""The fact that a robbery seemed to be under way; it makes every ticket urgent."""
NOTE_LIMIT: Final = 500
_TUPLES: Final = ("asked", "tried", "left_out", "moods")


@dataclass(frozen=True, slots=True)
class Fact:
    """One collected fact; ``shown`` is its wording, a string or a ``{"zh", "en"}`` pair.

    ``said`` was told unasked, ``asked`` answered a question, ``unchecked`` did not pass the
    field's check and is kept in the customer's own words.
    """

    value: str
    shown: str | dict[str, str] = ""
    source: Source = "asked"


@dataclass(frozen=True, slots=True)
class CaseState:
    """A case under way.

    ``pending`` is the field asked for; ``asked`` the fields in the order of asking; ``tried``
    the steps that were said, ``outcomes`` how those went (``no``, ``skipped``); ``left_out`` what
    the customer skipped or does not know; ``note`` what fitted no question and may still matter;
    ``moods`` the feelings that were answered, each once a case;
    ``failures`` counts answers that did not fit; ``heard`` is the id of the last message;
    ``digressed`` the intent for which the form stepped aside; ``came_from`` the stage to go
    back to after a cancelled case or a question in between; ``later`` the problem that was put
    off until this one is done.
    """

    id: str
    topic: str
    stage: Stage = "before"
    ending: Ending = ""
    facts: dict[str, Fact] = field(default_factory=dict)
    pending: str = ""
    asked: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    failures: dict[str, int] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)
    note: str = ""
    moods: tuple[str, ...] = ()
    heard: str = ""
    digressed: str = ""
    came_from: Stage = "before"
    other_topic: str = ""
    other_words: str = ""
    later: str = ""
    first_words: str = ""
    reference: str = ""

    @property
    def is_open(self) -> bool:
        """True while there is something to go on with, now or after "go on"."""
        return self.ending in {"", "cancelled"}

    def with_fact(self, field_id: str, fact: Fact) -> CaseState:
        """Note a fact; what was left out before counts as answered."""
        return replace(
            self,
            facts={**self.facts, field_id: fact},
            left_out=tuple(name for name in self.left_out if name != field_id),
            failures={name: n for name, n in self.failures.items() if name != field_id},
        )

    def without(self, field_id: str) -> CaseState:
        """Leave a field out."""
        if field_id in self.facts or field_id in self.left_out:
            return self
        return replace(self, left_out=(*self.left_out, field_id))

    def noted(self, words: str) -> CaseState:
        """Append words to the note, once and as long as there is room."""
        if words in {self.note, *self.note.split("; "), *self.first_words.split("\n")}:
            return self
        note = f"{self.note}; {words}" if self.note else words
        return replace(self, note=note) if len(note) <= NOTE_LIMIT else self

    def went(self, outcome: str) -> CaseState:
        """Note how the last steps went."""
        last = self.tried[-1:]
        return replace(self, outcomes={**self.outcomes, **dict.fromkeys(last, outcome)})

    def failed(self, what: str) -> CaseState:
        """Count an answer that did not fit."""
        return replace(self, failures={**self.failures, what: self.failures.get(what, 0) + 1})

    def to_dict(self) -> dict[str, Any]:
        """The shape for Rasa's slot: JSON types only."""
        return asdict(self)

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> CaseState:
        """Read the slot's value.

        Raises:
            TypeError: the slot holds something else than a case.
        """
        tuples = {name: tuple(raw.get(name, ())) for name in _TUPLES}
        facts = {name: Fact(**fact) for name, fact in raw.get("facts", {}).items()}
        return cls(**{**raw, **tuples, "facts": facts})
