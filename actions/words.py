"""Words that mean the same whatever the classifier makes of them: skip, go on, cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rasa_sdk.events import FollowupAction

from actions.base import SeedwardenAction, Turn
from actions.cases import resumed
from actions.casework import cues
from actions.contacts import contact_awaited
from actions.requests import asked, offer_next
from actions.tickets import tell_tickets

if TYPE_CHECKING:
    from actions.parts import Parts

_LISTEN = "action_listen"


async def taken_literally(parts: Parts, turn: Turn) -> bool:
    """Answer a message that is one of those words; False where it is none."""
    known = parts.content.cues
    if cues.is_probe(known, turn.heard.words):
        turn.say("only_your_own")
        return True
    if await resumed(parts, turn):
        return True
    if _asks_for_ticket(parts, turn):
        await tell_tickets(parts, turn)
        return True
    if contact_awaited(parts, turn):
        return True
    cue = cues.find_cue(known, turn.heard, ("cancel", "skip", "submit", "unknown", "bye", "resume"))
    reply = {"unknown": "unsure", "bye": "goodbye", "resume": "affirm"}.get(cue, "cancel")
    if cue:
        turn.say(reply)
    elif cues.is_cue(known, "ack", turn.heard.words):
        turn.say("case_told" if turn.case is not None else "affirm")
        return True
    return bool(cue)


def _asks_for_ticket(parts: Parts, turn: Turn) -> bool:
    """After a ticket was opened its words are enough: "my ticket?"."""
    state = turn.case
    opened = state is not None and bool(state.reference)
    return opened and cues.contains(parts.content.cues["ticket"], turn.heard.words)


class Literal(SeedwardenAction):
    """An action of a classified intent; literal words are answered before it is believed."""

    async def act(self, turn: Turn) -> None:
        """Answer literal words; else do what the intent asks for."""
        if not await taken_literally(self.parts, turn):
            await self.meant(turn)
            self.after(turn)
            return
        if not any(event.get("event") == "followup" for event in turn.events):
            turn.events.append(FollowupAction(_LISTEN))

    async def meant(self, turn: Turn) -> None:
        """Do what the intent asks for."""
        raise NotImplementedError

    def after(self, turn: Turn) -> None:
        """Offer what else the message asked for."""
        others = [name for name in asked(self.parts.content, turn) if name != turn.heard.intent]
        if others:
            offer_next(self.parts.content, turn, others)
