"""What a turn comes to: the case as it now stands, what to say, and how to go on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from actions.casework.state import CaseState

Next = Literal["go_on", "digress", "submit", "end"]


@dataclass(frozen=True, slots=True)
class Say:
    """A reply by name; ``choices`` None leaves the reply's own choices in place."""

    reply: str
    params: dict[str, Any] = field(default_factory=dict)
    choices: tuple[str | dict[str, Any], ...] | None = None

    def payload(self) -> dict[str, Any]:
        """The shape in which a reply travels through Rasa to the gateway."""
        payload: dict[str, Any] = {"reply": self.reply}
        if self.params:
            payload["params"] = self.params
        if self.choices is not None:
            payload["choices"] = list(self.choices)
        return payload


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one turn.

    ``go_on`` waits for the next message, ``digress`` leaves this one to the rules, ``submit``
    ends the form and opens the ticket, ``end`` ends it without one.
    """

    state: CaseState
    says: tuple[Say, ...] = ()
    next: Next = "go_on"
