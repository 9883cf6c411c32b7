"""The one base of all actions: it catches everything, apologises, and shows no error's text."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import structlog
from rasa_sdk.events import SlotSet
from rasa_sdk.interfaces import Action

from actions.briefing import keep_brief
from actions.casework import Say
from actions.tracker import case_of, conversation_of, heard_in, language_of

if TYPE_CHECKING:
    from rasa_sdk.executor import CollectingDispatcher
    from rasa_sdk.interfaces import Tracker
    from rasa_sdk.types import DomainDict

    from actions.casework import CaseState, Heard
    from actions.parts import Parts
    from bot.content import Language

_log = structlog.get_logger(__name__)
Event = dict[str, Any]


@dataclass
class Turn:
    """One call of an action: what was heard, and what is to be said and noted."""

    tracker: Tracker
    says: list[Say] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)

    @property
    def heard(self) -> Heard:
        """The customer's latest message."""
        return heard_in(self.tracker)

    @property
    def language(self) -> Language:
        """The conversation's language."""
        return language_of(self.tracker)

    @property
    def conversation(self) -> str:
        """The conversation's id."""
        return conversation_of(self.tracker)

    @property
    def case(self) -> CaseState | None:
        """The case in the slot."""
        return case_of(self.tracker)

    def say(self, reply: str, *, choices: list[Any] | None = None, **params: Any) -> None:
        """Add a reply by name."""
        self.says.append(Say(reply, params, None if choices is None else tuple(choices)))

    def note(self, slot: str, value: Any) -> None:
        """Set a slot."""
        self.events.append(SlotSet(slot, value))


class SeedwardenAction(Action, ABC):
    """An action under its Rasa name; nothing is said or noted unless ``act`` ends well."""

    id: ClassVar[str]
    understood: ClassVar[bool] = True

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    def name(self) -> str:
        """The name in domain.yml."""
        return self.id

    async def run(
        self,
        dispatcher: CollectingDispatcher,
        tracker: Tracker,
        domain: DomainDict,  # noqa: ARG002 - Rasa's interface; we need nothing of it
    ) -> list[Event]:
        """Act; on any failure say so and leave the conversation as it was."""
        turn = Turn(tracker)
        try:
            await self.act(turn)
            payloads = [say.payload() for say in turn.says]
        except Exception as error:  # noqa: BLE001 - the edge: Rasa must never see an exception
            _log.error("action_failed", action=self.id, kind=type(error).__name__)
            dispatcher.utter_message(json_message={"reply": "action_failed"})
            return self.events_after_failure(tracker)
        for payload in payloads:
            dispatcher.utter_message(json_message=payload)
        if self.understood and tracker.get_slot("misunderstandings"):
            turn.note("misunderstandings", None)
        await keep_brief(self.parts, turn.conversation, turn.language, turn.events)
        return turn.events

    @abstractmethod
    async def act(self, turn: Turn) -> None:
        """Say and note; raising undoes both."""

    def events_after_failure(self, tracker: Tracker) -> list[Event]:  # noqa: ARG002
        """What is noted although the action failed; nothing, as a rule."""
        return []
