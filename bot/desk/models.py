"""What the desk's services take and give: plain values, no rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.content.language import Language
from bot.guard.findings import SecretKind
from bot.guard.safetext import SafeText

Author = Literal["customer", "bot", "agent", "system"]
Owner = Literal["bot", "queue", "human", "closed"]
Priority = Literal["low", "normal", "high", "urgent"]
Status = Literal["new", "in_progress", "waiting_for_customer", "solved", "closed"]
Progress = Literal["awaited", "received", "examined", "repaired", "sent_back", "refunded"]
TurnOutcome = Literal[
    "answered",
    "stopped_secret",
    "engine_unavailable",
    "reply_withheld",
    "fenced",
    "left_to_person",
]


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: what it is called for the customer, and what it sends to the engine."""

    id: str
    label: str
    send: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as it stands; ``epoch`` rises whenever the owner changes."""

    id: str
    channel: str
    language: Language
    language_is_chosen: bool
    owner: Owner
    epoch: int
    last_seq: int


@dataclass(frozen=True, slots=True)
class Message:
    """A stored message under its sequence number."""

    id: str
    conversation_id: str
    seq: int
    author: Author
    text: str
    language: str
    choices: tuple[Choice, ...]
    findings: tuple[SecretKind, ...]
    at: datetime
    signal: str | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """A customer's message on its way in; ``client_id`` makes sending it twice harmless.

    ``signal`` is the robbery under way that it raised the alarm for, if any; without ``reopens`` a
    closed conversation stays closed.
    """

    id: str
    client_id: str
    text: SafeText
    language: Language
    findings: tuple[SecretKind, ...] = ()
    signal: str | None = None
    reopens: bool = True


@dataclass(frozen=True, slots=True)
class Accepted:
    """A message that is stored; ``replies`` is None until its turn was finished."""

    conversation: Conversation
    message: Message
    replies: tuple[Message, ...] | None
    is_new: bool
    debt: int = 0
    """The row of the outbox under which it is owed that Rasa forgets; 0 for none."""


@dataclass(frozen=True, slots=True)
class Finished:
    """What a turn stored, and the conversation as it was at that moment."""

    conversation: Conversation
    replies: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """A reply that passed the outbound guard and is about to be stored."""

    text: SafeText
    language: Language
    author: Author = "bot"
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class TurnEnd:
    """How a turn ended: for fencing (``epoch``) and for the desk's figures."""

    message_id: str
    epoch: int
    outcome: TurnOutcome
    intent: str | None
    duration_ms: int


@dataclass(frozen=True, slots=True)
class Field:
    """A collected fact."""

    name: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class OpenTicket:
    """The order to open a ticket; repeating it for the same case changes nothing."""

    conversation_id: str
    case_id: str
    topic: str
    language: Language
    vendor: str | None = None
    priority: Priority = "normal"
    fields: Sequence[Field] = field(default=())
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Parcel:
    """Where a returned device is; what is None stays as it was."""

    carrier: str | None = None
    tracking_number: str | None = None
    progress: Progress | None = None


@dataclass(frozen=True, slots=True)
class TicketEvent:
    """What happened to a ticket, when, and by whom."""

    at: datetime
    actor: str
    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as a person at the desk reads it.

    ``due_at`` is None while nobody waits for an answer of ours. ``also`` are the references of
    later cases that joined it; ``joined_as`` is the one under which it was asked for just now.
    """

    reference: str
    conversation_id: str
    case_id: str
    topic: str
    vendor: str | None
    language: str
    priority: str
    status: str
    summary: str
    fields: tuple[Field, ...]
    created_at: datetime
    updated_at: datetime
    due_at: datetime | None = None
    parcel: Parcel = Parcel()
    also: tuple[str, ...] = ()
    joined_as: str | None = None
    history: tuple[TicketEvent, ...] = ()

    def is_overdue(self, now: datetime) -> bool:
        """True when an answer should have been given before ``now``."""
        return self.due_at is not None and self.due_at < now
