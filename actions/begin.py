"""How a case begins: by its intent, or by words that belong to one problem only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rasa_sdk.events import FollowupAction

from actions.base import Turn
from actions.cases import apply
from actions.casework import start
from actions.casework.checks import option_fact
from actions.casework.cues import longest
from actions.requests import announce, asked
from actions.tracker import FORM
from actions.words import Literal

if TYPE_CHECKING:
    from actions.casework import Heard
    from actions.parts import Parts
    from bot.content import Content

_SURE: Final = 0.75
"""Below this the symptoms that a message names say more than the classifier."""


class StartCase(Literal):
    """Begins a case with what the first message tells; case_form takes over from there."""

    id = "action_start_case"

    async def meant(self, turn: Turn) -> None:
        """Say the warning and the first steps, or ask what is needed for them."""
        if begun_in_order(self.parts, turn):
            return
        heard = turn.heard
        by_words = topic_of(self.parts.content, heard) if heard.confidence < _SURE else ""
        begin(self.parts, turn, by_words or heard.intent)

    def after(self, turn: Turn) -> None:
        """What else the message asked for is offered when the case has ended."""


def begin(parts: Parts, turn: Turn, topic: str) -> None:
    """Begin a case about ``topic``."""
    apply(turn, start(parts.content, topic, parts.new_id(), turn.heard, turn.case))


def begun_in_order(parts: Parts, turn: Turn) -> bool:
    """Begin the first of several requests, and tell which comes first."""
    topic, *rest = asked(parts.content, turn) or [""]
    if topic not in parts.content.playbooks or not rest:
        return False
    announce(parts.content, turn, topic, rest)
    begin(parts, turn, topic)
    return True


def begun_by_words(parts: Parts, turn: Turn) -> bool:
    """Begin a case after all where the classifier was at a loss: "imToken闪退"."""
    topic = topic_of(parts.content, turn.heard)
    if topic:
        begin(parts, turn, topic)
        turn.events.append(FollowupAction(FORM))
    return bool(topic)


def topic_of(content: Content, heard: Heard) -> str:
    """The one problem whose symptoms a message names; empty for none, or for several."""
    found = [
        topic
        for topic, playbook in content.playbooks.items()
        if any(
            option_fact(field, heard.words, asked=False) or longest(field.words, heard.words)
            for field in playbook.fields
            if field.id in playbook.telling
        )
    ]
    return found[0] if len(found) == 1 else ""
