"""The calls of ``/api/v1``: parse, hand over, give back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from sqlalchemy.exc import IntegrityError
from sse_starlette import EventSourceResponse

from bot.content.language import Language
from bot.desk.service import Desk
from bot.desk.telling import Telling
from bot.errors import NotFound, TokenInvalid
from bot.gateway import metrics
from bot.gateway.events import Events
from bot.gateway.hearing import Sent
from bot.gateway.limits import Limits
from bot.gateway.problems import MEDIA_TYPE, Problem, language_of
from bot.gateway.proving import Proving
from bot.gateway.schemas import (
    Answered,
    ContactAnswer,
    ContactQuestion,
    Listed,
    Message,
    NewConversation,
    NewMessage,
    ProblemBody,
    Started,
    StoppedSecret,
    Why,
)
from bot.gateway.tokens import Tokens
from bot.gateway.turns import Turns
from bot.guard import verify

_JSON: Final = "application/json"
_HEARTBEAT_SECONDS: Final = 15


@dataclass(frozen=True, slots=True)
class Api:
    """What the calls work with."""

    desk: Desk
    turns: Turns
    events: Events
    tokens: Tokens
    limits: Limits
    telling: Callable[[], Telling]
    proving: Proving


def problems_of(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the problems that a call may answer with."""
    schema = {"schema": {"$ref": "#/components/schemas/ProblemBody"}}
    return {
        status: {"description": "Problem", "content": {MEDIA_TYPE: schema}} for status in statuses
    }


COMMON: Final = (400, 405, 413, 415, 422, 429, 503)
OWN: Final = (401, 404, *COMMON)


async def _api(request: Request) -> Api:  # a plain function would be called in a thread
    api: Api = request.app.state.api
    return api


Parts = Annotated[Api, Depends(_api)]
ConversationId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


async def counted(request: Request, api: Parts) -> None:
    """Count a request of an address; over the limit it has to wait."""
    await api.limits.request(request)


async def json_only(request: Request) -> None:
    """Refuse a body that is not JSON."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if request.method == "POST" and kind != _JSON:
        raise Problem("unsupported-media-type")


async def _own(
    request: Request, api: Parts, authorization: Annotated[str | None, Header()] = None
) -> str:
    """The conversation of the path, if the token opens it; everything else looks like nothing."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise TokenInvalid("The access token is missing.")
    wanted = str(request.path_params["conversation_id"])
    if api.tokens.read(token.strip()) != wanted:
        raise NotFound("conversation")
    return wanted


Own = Annotated[str, Depends(_own)]

router = APIRouter(prefix="/api/v1", dependencies=[Depends(counted), Depends(json_only)])


@router.post("/conversations", status_code=201, responses=problems_of(*COMMON))
async def begin(request: Request, api: Parts, wanted: NewConversation) -> Started:
    """Begin a conversation; ``auto`` takes the language that the browser prefers."""
    await api.limits.conversation(request)
    language: Language = language_of(request) if wanted.language == "auto" else wanted.language
    conversation, greeting = await api.turns.begin(language, wanted.channel)
    token, ends = api.tokens.make(conversation.id)
    return Started(
        id=conversation.id,
        token=token,
        expires_at=ends,
        messages=[Message.of(message) for message in greeting],
    )


@router.post(
    "/conversations/{conversation_id}/messages",
    responses={409: {"model": ProblemBody}, **problems_of(*OWN)},
)
async def send(conversation_id: ConversationId, own: Own, api: Parts, new: NewMessage) -> Answered:
    """Send words or a choice; answers once the bot has answered."""
    await api.limits.message(own)
    turn = await api.turns.take(conversation_id, Sent(new.client_id, new.text, new.choice))
    return Answered(
        message=Message.of(turn.message),
        replies=[Message.of(reply) for reply in turn.replies],
        owner=turn.owner,
    )


@router.post(
    "/conversations/{conversation_id}/stopped", status_code=204, responses=problems_of(*OWN)
)
async def stopped(
    conversation_id: ConversationId,  # noqa: ARG001 - documented
    own: Own,
    api: Parts,
    secret: StoppedSecret,
) -> None:
    """Count a secret that the browser did not send; the words themselves never come here."""
    await api.limits.message(own)
    try:
        await api.desk.stopped_in_browser(own, secret.kind)
    except IntegrityError:  # it was erased meanwhile
        raise NotFound("conversation") from None
    metrics.SECRETS.labels(secret.kind, "browser").inc()


@router.get("/conversations/{conversation_id}/messages", responses=problems_of(*OWN))
async def listed(
    conversation_id: ConversationId,
    own: Own,
    api: Parts,
    after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> Listed:
    """List messages with a sequence number above ``after``, 500 at most."""
    conversation = await api.desk.conversation(own)
    messages = await api.desk.messages(conversation_id, after)
    return Listed(
        messages=[Message.of(message) for message in messages],
        owner=conversation.owner,
        last_seq=conversation.last_seq,
    )


@router.get(
    "/conversations/{conversation_id}/events",
    response_class=EventSourceResponse,
    responses={
        200: {"description": "Server-sent events", "content": {"text/event-stream": {}}},
        **problems_of(*OWN),
    },
)
async def events(
    conversation_id: ConversationId,  # noqa: ARG001 - ``own`` is it, once the token was read
    own: Own,
    api: Parts,
    last_event_id: Annotated[str | None, Header()] = None,
    after: Annotated[int | None, Query(ge=0, le=2**31 - 1)] = None,
) -> EventSourceResponse:
    """Follow a conversation; ``Last-Event-ID`` (or ``after``) resumes without loss."""
    conversation = await api.desk.conversation(own)
    start = _event_id(last_event_id) if last_event_id is not None else after
    return EventSourceResponse(
        api.events.stream(conversation, start),
        ping=_HEARTBEAT_SECONDS,
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@router.post("/verify", responses=problems_of(*COMMON))
async def verify_contact(api: Parts, question: ContactQuestion) -> ContactAnswer:  # noqa: ARG001 - counted
    """Judge a contact against the registry of official channels."""
    judged = verify(question.contact)
    return ContactAnswer(
        value=judged.value,
        kind=judged.kind,
        verdict=judged.verdict,
        vendor=judged.vendor,
        why=Why(**judged.why),
    )


def _event_id(header: str) -> int:
    """Read ``Last-Event-ID``; one that is no number of ours asks for a resync."""
    return int(header) if header.isascii() and header.isdigit() and len(header) < 10 else -1
