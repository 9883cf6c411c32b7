"""What the hand-off's services take and give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, cast

from bot.content.language import Language
from bot.desk.handoff_tables import CaseBriefRow, HandoffRow
from bot.desk.models import Draft, Field, Message, Owner, Priority
from bot.desk.people_models import Agent
from bot.desk.people_tables import AgentRow
from bot.errors import SeedwardenError

HandoffReason = Literal["wish", "funds_stolen", "robbery", "complaint", "engine_down", "taken_over"]
HandoffState = Literal["waiting", "claimed", "ended"]
HandoffOutcome = Literal["withdrawn", "expired", "returned", "closed"]
RANKS: Final[tuple[Priority, ...]] = ("urgent", "high", "normal", "low")


class AlreadyTaken(SeedwardenError):
    """A colleague was first; the message names them."""

    def __init__(self, name: str, badge: str) -> None:
        super().__init__(f"{name} (badge {badge}) has this conversation.")
        self.name = name
        self.badge = badge


class NotWaiting(SeedwardenError):
    """The conversation waits for nobody (any more)."""

    def __init__(self) -> None:
        super().__init__("The conversation is not waiting for a person.")


class NotYours(SeedwardenError):
    """The conversation is not, or no longer, in the hands of this agent."""

    def __init__(self) -> None:
        super().__init__("The conversation is not in your hands (any more). Nothing was sent.")


@dataclass(frozen=True, slots=True)
class Said:
    """An agent's words on their way: under the agent's own id and the epoch they were meant for.

    ``origin`` names the outside desk where they were written, if it was one.
    """

    conversation_id: str
    text: str
    client_id: str
    epoch: int
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class CallPerson:
    """The order to put a conversation in the queue; ``reference`` is the ticket behind it."""

    conversation_id: str
    reason: HandoffReason
    priority: Priority
    language: Language
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A person as others see them in a conversation."""

    id: str
    name: str
    badge: str


@dataclass(frozen=True, slots=True)
class Handoff:
    """One wish for a person as it stands."""

    id: int
    conversation_id: str
    reason: str
    priority: Priority
    language: Language
    reference: str | None
    state: HandoffState
    outcome: str | None
    agent_id: str | None
    requested_at: datetime
    claimed_at: datetime | None
    agent_since: datetime | None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a customer stands: position from 1, and the wait to expect (seconds; None unknown)."""

    handoff: Handoff
    position: int
    wait: int | None
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class CaseBrief:
    """What an agent reads first: what it is about, what is known, how the customer feels."""

    conversation_id: str
    topic: str
    vendor: str | None
    priority: Priority
    language: Language
    summary: str
    fields: tuple[Field, ...] = ()
    moods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Held:
    """Who holds a conversation: the owner, the epoch, and the person if it is one."""

    conversation_id: str
    owner: Owner
    epoch: int
    language: Language
    agent: Card | None
    since: datetime | None
    handoff: Handoff | None


@dataclass(frozen=True, slots=True)
class Moved:
    """What a move came to; ``is_new`` is false where it had been made before."""

    held: Held
    messages: tuple[Message, ...] = ()
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class Deed:
    """What an agent does with a conversation: the lines that go with it, and when.

    ``epoch`` is the one under which the agent saw the conversation.
    """

    agent: Agent
    conversation_id: str
    now: datetime
    lines: Sequence[Draft] = ()
    epoch: int = -1


@dataclass(frozen=True, slots=True)
class Queued:
    """A line of the agents' list: a hand-off that is not ended."""

    handoff: Handoff
    agent: Card | None
    topic: str | None
    vendor: str | None
    summary: str


@dataclass(frozen=True, slots=True)
class Note:
    """What an agent tells colleagues."""

    id: int
    author: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """What a customer reported about a person."""

    conversation_id: str
    agent: Card | None
    text: str
    at: datetime


def handoff_from_row(row: HandoffRow) -> Handoff:
    """A hand-off as its row says."""
    return Handoff(
        id=row.id,
        conversation_id=row.conversation_id,
        reason=row.reason,
        priority=RANKS[row.rank],
        language=cast("Language", row.language),
        reference=row.reference,
        state=cast("HandoffState", row.state),
        outcome=row.outcome,
        agent_id=row.agent_id,
        requested_at=row.requested_at,
        claimed_at=row.claimed_at,
        agent_since=row.agent_since,
    )


def card_from_row(row: AgentRow | None) -> Card | None:
    """The card of a person, where there is one."""
    return None if row is None else Card(row.id, row.name, row.badge)


def brief_from_row(row: CaseBriefRow) -> CaseBrief:
    """A brief as its row says."""
    return CaseBrief(
        conversation_id=row.conversation_id,
        topic=row.topic,
        vendor=row.vendor,
        priority=cast("Priority", row.priority),
        language=cast("Language", row.language),
        summary=row.summary,
        fields=tuple(Field(**field) for field in row.fields),
        moods=tuple(row.moods),
    )
