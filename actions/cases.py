"""A case from the first message to the ticket: thin actions round ``actions.casework``."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import structlog
from rasa_sdk.events import ActionExecutionRejected, FollowupAction, SlotSet

from actions.base import Event, SeedwardenAction, Turn
from actions.casework import CaseState, Outcome, draft_ticket, resume
from actions.casework import turn as take_turn
from actions.casework.cues import find_cue
from actions.casework.stages import other_problem
from actions.requests import EMERGENCY, further_problems, offer_next, put_off, waiting
from actions.tickets import telling
from actions.tracker import CASE, FORM
from bot.desk.models import Field, OpenTicket
from bot.guard import scrub

if TYPE_CHECKING:
    from rasa_sdk.interfaces import Tracker

    from actions.parts import Parts

CARRIER: Final = "case_answer"
REQUESTED: Final = "requested_slot"
_WISHES: Final = ("resume", "submit")
"""What takes an unfinished case up again; a ticket is still sent after a yes only."""
_log = structlog.get_logger(__name__)


class ValidateCaseForm(SeedwardenAction):
    """The whole of a turn inside a case (docs/adr/0005-case-form.md)."""

    id = "validate_case_form"

    async def act(self, turn: Turn) -> None:
        """Take the message into the case, and tell the form whether to go on."""
        state = turn.case
        if state is None or not state.is_open:
            turn.note(REQUESTED, None)
            return
        outcome = self._taken(turn, state)
        apply(turn, outcome)
        if outcome.state.stage == "ended" and outcome.state.ending != "cancelled":
            offer_next(self.parts.content, turn, waiting(turn, outcome.state))
        turn.events += _form_events(outcome)

    def _taken(self, turn: Turn, state: CaseState) -> Outcome:
        """Take the message, and tell what comes of another problem that it names besides."""
        outcome = take_turn(self.parts.content, state, turn.heard)
        is_new = turn.heard.message_id != state.heard
        further = further_problems(self.parts.content, turn, outcome) if is_new else []
        if EMERGENCY in further:
            return other_problem(outcome.state, replace(turn.heard, intent=EMERGENCY))
        if further:
            put_off(self.parts.content, turn, outcome.state, further)
        return outcome

    def events_after_failure(self, tracker: Tracker) -> list[Event]:
        """Keep the form: setting a slot tells Rasa that the message was dealt with."""
        return [SlotSet(CASE, tracker.get_slot(CASE)), SlotSet(REQUESTED, CARRIER)]


class OpenTicketAction(SeedwardenAction):
    """Files the case once the customer said yes; solved and cancelled cases end silently."""

    id = "action_open_ticket"

    async def act(self, turn: Turn) -> None:
        """Open the ticket of a case that is ready for it."""
        state = turn.case
        if state is not None and state.stage == "submit":
            await file_ticket(self.parts, turn, state)


async def file_ticket(parts: Parts, turn: Turn, state: CaseState) -> None:
    """Open the ticket; the case id makes doing it twice harmless."""
    draft = draft_ticket(parts.content, state, turn.language)
    order = OpenTicket(
        conversation_id=turn.conversation,
        case_id=draft.case_id,
        topic=draft.topic,
        language=turn.language,
        vendor=draft.vendor,
        priority=draft.priority,
        fields=[Field(row.name, row.kind, scrub(row.value)) for row in draft.rows],
        summary=scrub(draft.summary),
    )
    try:
        ticket = await parts.desk().open_ticket(order)
    except Exception as error:  # noqa: BLE001 - the case must stay, whatever the desk says
        _log.error("ticket_failed", kind=type(error).__name__)
        turn.say("ticket_failed")
        return
    reference = ticket.joined_as or ticket.reference
    _note_ending(turn, state, "submitted", reference)
    following = telling(parts).next_step(ticket)
    if ticket.joined_as:
        turn.say("ticket_joined", reference=reference, first=ticket.reference, next=following)
    else:
        turn.say("ticket_opened", reference=reference, next=following)
    after = parts.content.playbooks[state.topic].after_ticket
    if after:
        turn.say(after)
    offer_next(parts.content, turn, waiting(turn, state))


def go_on_with_case(parts: Parts, turn: Turn) -> bool | None:
    """Outside the form: take an unfinished case up again when the message asks for it.

    Returns True when the case is back in the form, None when its ticket must be filed (see
    ``unfiled``), False when the message asks for nothing of the kind.
    """
    state = turn.case
    if state is None or not find_cue(parts.content.cues, turn.heard, _WISHES):
        return False
    if state.stage == "submit":
        return None
    if not state.is_open:
        return False
    outcome = resume(parts.content, _heard(state, turn))
    apply(turn, outcome)
    turn.events.append(FollowupAction(FORM))
    return True


async def resumed(parts: Parts, turn: Turn) -> bool:
    """True when the message took a case up again, in the form or by filing its ticket."""
    gone_on = go_on_with_case(parts, turn)
    state = turn.case
    if gone_on is None and state is not None:
        await file_ticket(parts, turn, state)
    return gone_on is not False


def _heard(state: CaseState, turn: Turn) -> CaseState:
    return CaseState.from_dict({**state.to_dict(), "heard": turn.heard.message_id})


def _note_ending(turn: Turn, state: CaseState, ending: str, reference: str) -> None:
    turn.note(CASE, {**state.to_dict(), "stage": "ended", "ending": ending, "reference": reference})


def apply(turn: Turn, outcome: Outcome) -> None:
    """Say and note what a turn of a case came to."""
    turn.says += outcome.says
    turn.note(CASE, outcome.state.to_dict())


def _form_events(outcome: Outcome) -> list[dict[str, Any]]:
    if outcome.next == "digress":
        return [ActionExecutionRejected(FORM)]
    goes_on = outcome.next == "go_on"
    return [SlotSet(REQUESTED, CARRIER if goes_on else None)]
