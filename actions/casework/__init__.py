"""The dialogue about a customer's problem as pure functions: no I/O, no clock, no Rasa."""

from actions.casework.beginning import signalled, start
from actions.casework.heard import Entity, Heard
from actions.casework.outcome import Outcome, Say
from actions.casework.state import CaseState, Fact
from actions.casework.ticket import TicketDraft, draft_ticket
from actions.casework.turn import resume, turn

__all__ = [
    "CaseState",
    "Entity",
    "Fact",
    "Heard",
    "Outcome",
    "Say",
    "TicketDraft",
    "draft_ticket",
    "resume",
    "signalled",
    "start",
    "turn",
]
