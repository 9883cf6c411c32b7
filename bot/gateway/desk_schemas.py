"""The shapes of the agents' API; like the pages it belongs to, it may change with any release."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.desk import handoff_models as given
from bot.desk.masking import mask
from bot.desk.models import Priority
from bot.desk.people_models import Agent as Person
from bot.desk.people_models import Role
from bot.gateway.schemas import ClientId, Text


class Strict(BaseModel):
    """A body that holds what is described and nothing else."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


Secret = Annotated[str, Field(min_length=1, max_length=400)]
Epoch = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Credentials(Strict):
    """Login and password."""

    login: Annotated[str, Field(min_length=1, max_length=64)]
    password: Secret


class Code(Strict):
    """A code of the authenticator app, or a recovery code."""

    code: Annotated[str, Field(min_length=6, max_length=32)]


class ChosenPassword(Strict):
    """First step of a set-up."""

    token: Secret
    password: Secret


class FirstCode(Strict):
    """Last step of a set-up."""

    token: Secret
    code: Annotated[str, Field(min_length=6, max_length=32)]


class NewPerson(Strict):
    """A person to be added."""

    login: Annotated[str, Field(min_length=2, max_length=64)]
    name: Annotated[str, Field(min_length=1, max_length=80)]
    role: Role
    languages: list[Literal["zh", "en"]] = ["zh", "en"]


class Claiming(Strict):
    """A claim; ``take_over`` takes a conversation that nobody asked a person for."""

    take_over: bool = False


class Words(Strict):
    """An agent's words for the customer."""

    client_id: ClientId
    text: Text
    epoch: Epoch


class NoteText(Strict):
    """A note for colleagues."""

    text: Text


class Under(Strict):
    """The epoch under which the agent saw the conversation."""

    epoch: Epoch


class Transfer(Strict):
    """To whom, by badge; None puts the conversation back in the queue."""

    epoch: Epoch
    to: Annotated[str, Field(min_length=4, max_length=8)] | None = None


class Enrolment(BaseModel):
    """What an authenticator app takes; shown once."""

    secret: str
    uri: str


class RecoveryCodes(BaseModel):
    """Codes that replace the app, each once; shown once."""

    recovery_codes: list[str]


class Agent(BaseModel):
    """A person of the support team."""

    login: str
    name: str
    badge: str
    role: Role
    languages: list[str]
    is_active: bool
    is_enrolled: bool

    @classmethod
    def of(cls, person: Person) -> Agent:
        """Leave out what only the desk needs."""
        return cls(
            login=person.login,
            name=person.name,
            badge=person.badge,
            role=person.role,
            languages=list(person.languages),
            is_active=person.is_active,
            is_enrolled=person.is_enrolled,
        )


class Me(BaseModel):
    """Who is signed in, and what every change must carry in ``X-CSRF-Token``."""

    agent: Agent
    csrf: str


class Invitation(BaseModel):
    """A new set-up token; shown once."""

    agent: Agent
    token: str
    until: datetime


class Card(BaseModel):
    """A person in a conversation."""

    name: str
    badge: str

    @classmethod
    def of(cls, card: given.Card | None) -> Card | None:
        """A card, where there is a person."""
        return None if card is None else cls(name=card.name, badge=card.badge)


class Entry(BaseModel):
    """A line of the agents' list."""

    conversation: str
    state: str
    reason: str
    priority: Priority
    language: str
    topic: str | None
    vendor: str | None
    summary: str
    reference: str | None
    requested_at: datetime
    agent: Card | None

    @classmethod
    def of(cls, queued: given.Queued, person: Person) -> Entry:
        """A line for a person: without contact data; of colleagues' cases agents see no summary."""
        handoff = queued.handoff
        return cls(
            conversation=handoff.conversation_id,
            state=handoff.state,
            reason=handoff.reason,
            priority=handoff.priority,
            language=handoff.language,
            topic=queued.topic,
            vendor=queued.vendor,
            summary=mask(queued.summary) if _reads(queued, person) else "",
            reference=handoff.reference,
            requested_at=handoff.requested_at,
            agent=Card.of(queued.agent),
        )


def _reads(queued: given.Queued, person: Person) -> bool:
    return person.role != "agent" or queued.agent is None or queued.agent.id == person.id


class Queue(BaseModel):
    """Who waits, by priority and age, and who is served; ``usual_wait`` in seconds or None."""

    waiting: list[Entry]
    served: list[Entry]
    usual_wait: int | None


class ReportShown(BaseModel):
    """A customer's report of a person."""

    conversation: str
    agent: Card | None
    text: str
    at: datetime


class AuditLine(BaseModel):
    """A line of the audit."""

    at: datetime
    actor: str
    action: str
    subject: str
    detail: str
