"""The shapes of the public API, version 1 (the contract)."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from bot.desk.models import Author, Owner, Status
from bot.desk.models import Message as StoredMessage
from bot.guard.findings import ContactVerdict, SecretKind

TEXT_LIMIT: Final = 2000
_UNREADABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_READABLE: Final = r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_PATTERN: Final = rf"^{_READABLE}*[^\s\x00-\x1f\x7f]{_READABLE}*$"


def _readable(text: str) -> str:
    """Refuse what no keyboard makes; lengths count characters."""
    if len(text) > TEXT_LIMIT:
        raise PydanticCustomError("text_too_long", "too long")
    if _UNREADABLE.search(text):
        raise PydanticCustomError("unreadable_text", "control characters or lone surrogates")
    if not text.strip():
        raise PydanticCustomError("empty_text", "empty")
    return text


Text = Annotated[
    str,
    AfterValidator(_readable),
    Field(json_schema_extra={"minLength": 1, "maxLength": TEXT_LIMIT, "pattern": _PATTERN}),
]
ClientId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]


def _whole(score: object) -> int:
    """Read a whole number as JSON means it: 5 and 5.0, neither true nor "5"."""
    if isinstance(score, int) and not isinstance(score, bool):
        return score
    if isinstance(score, float) and score.is_integer():
        return int(score)
    raise PydanticCustomError("int_type", "no whole number")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


def _only(name: str) -> dict[str, Any]:
    """The part of a schema that asks for one of two fields."""
    other = {"text": "choice", "choice": "text"}[name]
    return {
        "required": [name],
        "properties": {name: {"type": "string"}, other: {"type": "null"}},
    }


class NewConversation(_Strict):
    """What a client may say when it begins a conversation."""

    language: Literal["zh", "en", "auto"] = "auto"
    channel: Literal["web"] = "web"


class NewMessage(_Strict):
    """A customer's words or a choice, never both."""

    model_config = ConfigDict(json_schema_extra={"oneOf": [_only("text"), _only("choice")]})

    client_id: ClientId
    text: Text | None = None
    choice: Annotated[str, Field(min_length=1, max_length=200)] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.text is None) == (self.choice is None):
            raise PydanticCustomError("one_of", "either text or choice")
        return self


class StoppedSecret(_Strict):
    """A secret that the customer's browser did not send: its kind only."""

    kind: SecretKind


class Choice(BaseModel):
    """A button under a message."""

    id: str
    label: str


class Finding(BaseModel):
    """What was taken out of a message: its kind only."""

    kind: SecretKind


class Message(BaseModel):
    """A message as a customer may see it; ``text`` is always safe text."""

    id: str
    seq: int
    author: Author
    text: str
    language: str
    choices: list[Choice]
    findings: list[Finding]
    at: datetime

    @classmethod
    def of(cls, message: StoredMessage) -> Message:
        """Leave out what is ours alone: the payload behind a choice."""
        return cls(
            id=message.id,
            seq=message.seq,
            author=message.author,
            text=message.text,
            language=message.language,
            choices=[Choice(id=choice.id, label=choice.label) for choice in message.choices],
            findings=[Finding(kind=kind) for kind in message.findings],
            at=message.at,
        )


class Started(BaseModel):
    """A new conversation, the token that opens it, and the greeting."""

    id: str
    token: str
    expires_at: datetime
    messages: list[Message]


class Answered(BaseModel):
    """The stored message and what the bot answered to it."""

    message: Message
    replies: list[Message]
    owner: Owner


class Listed(BaseModel):
    """Messages above a sequence number, in order."""

    messages: list[Message]
    owner: Owner
    last_seq: int


class Agent(BaseModel):
    """A person of the support team."""

    name: str
    badge: str
    since: datetime


class Who(BaseModel):
    """Who is talking to the customer now."""

    owner: Owner
    agent: Agent | None
    mark: str | None


class PersonReport(_Strict):
    """What a customer reports about the person in the conversation."""

    text: Text


class ContactQuestion(_Strict):
    """A contact to be judged: a link, a number, a mail address or a handle."""

    contact: Text


class Why(BaseModel):
    """A reason in both languages."""

    zh: str
    en: str


class ContactAnswer(BaseModel):
    """The verdict on a contact; unknown never reads as safe."""

    value: str
    kind: str
    verdict: ContactVerdict
    vendor: str | None
    why: Why


class NewRating(_Strict):
    """How a customer rates the conversation, 1 to 5, with a sentence or without."""

    score: Annotated[int, Field(ge=1, le=5), BeforeValidator(_whole)]
    comment: Text | None = None


Reference = Annotated[str, Field(min_length=1, max_length=40)]
Proof = Annotated[str, Field(min_length=1, max_length=2000)]


class TicketQuestion(_Strict):
    """A ticket's reference, and its conversation's access token or a code that was mailed."""

    reference: Reference
    proof: Proof


class CodeQuestion(_Strict):
    """The reference of a ticket whose confirmed e-mail address is to get a code."""

    reference: Reference


class NewMailAddress(_Strict):
    """An e-mail address for a ticket's news; ``proof`` is the conversation's access token."""

    reference: Reference
    proof: Proof
    address: Annotated[str, Field(min_length=3, max_length=254)]


class CodeSent(BaseModel):
    """The same answer whether or not there is anything to send a code to."""

    valid_minutes: int


class TicketAnswer(BaseModel):
    """Where a ticket stands, and what happens next in its customer's language."""

    reference: str
    status: Status
    updated_at: datetime
    next_step: str


class TranscriptBody(BaseModel):
    """The record, and its SHA-256 over the canonical JSON (RFC 8785) of ``record``."""

    record: dict[str, Any]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class AttachmentBody(BaseModel):
    """A file that was taken; ``size`` in bytes, after it was made anew."""

    id: str
    name: str
    size: int
    media_type: str


class ProblemBody(BaseModel):
    """RFC 9457."""

    type: str
    title: str
    status: int
    detail: str


class Health(BaseModel):
    """Which parts answer: ``ok`` or one word about what is wrong."""

    status: Literal["ok", "unwell"]
    parts: dict[str, str]
