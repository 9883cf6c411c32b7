"""The shapes of a conversation as agents see it, and of what they note on it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from bot.desk import handoff_models as given
from bot.desk.botwatch import Watched
from bot.desk.masking import mask, masked_fields
from bot.desk.models import Owner, Priority
from bot.gateway.desk_schemas import Card, Strict
from bot.gateway.schemas import Message


class Fact(BaseModel):
    """A collected fact."""

    name: str
    kind: str
    value: str


class Brief(BaseModel):
    """What an agent reads first."""

    topic: str
    vendor: str | None
    priority: Priority
    summary: str
    facts: list[Fact]
    moods: list[str]

    @classmethod
    def of(cls, brief: given.CaseBrief | None, *, revealed: bool = False) -> Brief | None:
        """A brief, where a case was begun; contact data only where they were revealed."""
        if brief is None:
            return None
        fields = brief.fields if revealed else masked_fields(brief.fields)
        return cls(
            topic=brief.topic,
            vendor=brief.vendor,
            priority=brief.priority,
            summary=brief.summary if revealed else mask(brief.summary),
            facts=[Fact(name=f.name, kind=f.kind, value=f.value) for f in fields],
            moods=list(brief.moods),
        )


class NoteShown(BaseModel):
    """A note."""

    id: int
    author: str
    text: str
    at: datetime

    @classmethod
    def of(cls, note: given.Note, *, revealed: bool = False) -> NoteShown:
        """A note; contact data only where they were revealed."""
        text = note.text if revealed else mask(note.text)
        return cls(id=note.id, author=note.author, text=text, at=note.at)


class Standing(BaseModel):
    """Who holds a conversation now, and the mark that both sides see."""

    owner: Owner
    epoch: int
    agent: Card | None
    since: datetime | None
    mark: str | None


class Reason(Strict):
    """Why contact data are needed; it goes into the audit."""

    reason: Annotated[str, Field(min_length=3, max_length=200)]


class Correction(Strict):
    """The intent that a message should have been understood as; "" takes it back."""

    intent: Annotated[str, Field(max_length=64, pattern="^[a-z_]*$")]


class WithTheBot(BaseModel):
    """A conversation that the bot has; ``unanswered`` is since when the customer waits."""

    conversation: str
    language: str
    topic: str | None
    vendor: str | None
    begun_at: datetime
    last_at: datetime
    unanswered: datetime | None
    risks: list[str]
    asks_help: bool

    @classmethod
    def of(cls, watched: Watched) -> WithTheBot:
        """A line as the desk gives it."""
        return cls(
            conversation=watched.conversation_id,
            language=watched.language,
            topic=watched.topic,
            vendor=watched.vendor,
            begun_at=watched.begun_at,
            last_at=watched.last_at,
            unanswered=watched.unanswered,
            risks=list(watched.risks),
            asks_help=watched.asks_help,
        )


class Dossier(BaseModel):
    """All an agent sees of a conversation; ``signals`` are robberies that were noticed.

    Customers' contact data are hidden unless ``revealed``.
    """

    conversation: str
    language: str
    standing: Standing
    brief: Brief | None
    signals: list[str]
    tickets: list[str]
    messages: list[Message]
    authors: dict[str, str]
    notes: list[NoteShown]
    last_seq: int
    revealed: bool = False
