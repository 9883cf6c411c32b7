"""The agents' calls about conversations: the list, claim, say, note, transfer, return, close."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Header, Path, Request
from sse_starlette import EventSourceResponse

from bot.desk.handoff_models import Said
from bot.desk.masking import masked_message
from bot.desk.people_models import Agent as Person
from bot.desk.reasons import read_reason
from bot.errors import NotFound
from bot.gateway.api import ConversationId
from bot.gateway.desk_case import (
    Brief,
    Correction,
    Dossier,
    NoteShown,
    Reason,
    Standing,
    WithTheBot,
)
from bot.gateway.desk_events import queue_of, standing_of
from bot.gateway.desk_schemas import Claiming, NoteText, Queue, Transfer, Under, Words
from bot.gateway.desk_session import (
    Anybody,
    Console,
    Parts,
    Serving,
    desk_router,
    open_session,
)
from bot.gateway.problems import Problem
from bot.gateway.schemas import Message

_HEARTBEAT_SECONDS: Final = 15
_HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

router = desk_router()


@router.get("/queue")
async def queue(console: Parts, person: Anybody) -> Queue:
    """Who waits and who is served."""
    return await queue_of(console.desk, person)


@router.get("/queue/events")
async def queue_events(request: Request, console: Parts, person: Anybody) -> EventSourceResponse:
    """Follow the list; every event is the whole of it."""
    return EventSourceResponse(
        console.events.queue(person, open_session(request, console)),
        ping=_HEARTBEAT_SECONDS,
        headers=dict(_HEADERS),
    )


@router.get("/conversations/{conversation_id}")
async def dossier(conversation_id: ConversationId, console: Parts, person: Anybody) -> Dossier:
    """All there is about a conversation, for who may open it; that is written down."""
    await console.desk.opened(person, conversation_id, "conversation_read")
    return await _dossier(console, conversation_id)


@router.post("/conversations/{conversation_id}/reveal")
async def reveal(
    conversation_id: ConversationId, console: Parts, person: Anybody, why: Reason
) -> Dossier:
    """The same with contact data, against a reason that is written down."""
    await console.desk.place_of(person, conversation_id)
    reason = read_reason(why.reason)
    await console.desk.noted(person, "contact_revealed", conversation_id, reason)
    return await _dossier(console, conversation_id, revealed=True)


async def _dossier(console: Console, conversation_id: str, *, revealed: bool = False) -> Dossier:
    desk = console.desk
    conversation = await desk.conversation(conversation_id)
    messages = await desk.messages(conversation_id)
    signals = dict.fromkeys(m.signal for m in messages if m.signal is not None)
    tickets = await desk.tickets(conversation_id=conversation_id)
    return Dossier(
        conversation=conversation_id,
        language=conversation.language,
        standing=await standing_of(console.handing, conversation_id),
        brief=Brief.of(await desk.brief(conversation_id), revealed=revealed),
        signals=list(signals),
        tickets=[ticket.reference for ticket in tickets],
        messages=[
            Message.of(message if revealed else masked_message(message)) for message in messages
        ],
        authors=await desk.authors(conversation_id),
        notes=[NoteShown.of(note, revealed=revealed) for note in await desk.notes(conversation_id)],
        last_seq=messages[-1].seq if messages else 0,
        revealed=revealed,
    )


@router.get("/conversations/{conversation_id}/events")
async def conversation_events(
    request: Request,
    conversation_id: ConversationId,
    console: Parts,
    person: Anybody,
    last_event_id: Annotated[str | None, Header()] = None,
) -> EventSourceResponse:
    """Follow a conversation; ``Last-Event-ID`` resumes without loss."""
    await console.desk.opened(person, conversation_id, "conversation_followed")
    conversation = await console.desk.conversation(conversation_id)
    runs = open_session(request, console)

    async def is_open() -> bool:
        return await runs() and await console.desk.may_open(person, conversation_id)

    known = last_event_id or ""
    after = int(known) if known.isascii() and known.isdigit() and len(known) < 10 else None
    return EventSourceResponse(
        console.events.conversation(conversation, after, is_open),
        ping=_HEARTBEAT_SECONDS,
        headers=dict(_HEADERS),
    )


@router.post("/conversations/{conversation_id}/claim")
async def claim(
    conversation_id: ConversationId, console: Parts, person: Serving, wanted: Claiming
) -> Standing:
    """Take a conversation: the first one gets it, the others learn who that was."""
    if (await console.desk.held(conversation_id)).owner != "human":
        await console.desk.place_of(person, conversation_id)
    await console.handing.claim(person, conversation_id, takes_over=wanted.take_over)
    return await standing_of(console.handing, conversation_id)


@router.post("/conversations/{conversation_id}/messages")
async def say(
    conversation_id: ConversationId, console: Parts, person: Serving, words: Words
) -> Message:
    """Say something to the customer, if the outbound guard lets it pass."""
    said = Said(conversation_id, words.text, words.client_id, words.epoch)
    return Message.of(await console.handing.says(person, said))


@router.post("/conversations/{conversation_id}/notes", status_code=201)
async def note(
    conversation_id: ConversationId, console: Parts, person: Serving, new: NoteText
) -> NoteShown:
    """Leave a note for colleagues."""
    await console.desk.place_of(person, conversation_id)
    return NoteShown.of(await console.handing.note(person, conversation_id, new.text))


@router.post("/conversations/{conversation_id}/typing", status_code=204)
async def typing(conversation_id: ConversationId, console: Parts, person: Serving) -> None:
    """Show the customer that somebody is writing."""
    held = await console.desk.held(conversation_id)
    if held.agent is not None and held.agent.id == person.id:
        console.handing.agent_types(conversation_id)


@router.post("/conversations/{conversation_id}/transfer")
async def transfer(
    conversation_id: ConversationId, console: Parts, person: Serving, wanted: Transfer
) -> Standing:
    """Hand a conversation to a colleague, or back into the queue."""
    to = None if wanted.to is None else await _colleague(console, wanted.to)
    await console.handing.transfer(person, conversation_id, wanted.epoch, to)
    return await standing_of(console.handing, conversation_id)


@router.post("/conversations/{conversation_id}/return")
async def give_back(
    conversation_id: ConversationId, console: Parts, person: Serving, under: Under
) -> Standing:
    """Return a conversation to the bot."""
    await console.handing.give_back(person, conversation_id, under.epoch)
    return await standing_of(console.handing, conversation_id)


@router.post("/conversations/{conversation_id}/close")
async def close(
    conversation_id: ConversationId, console: Parts, person: Serving, under: Under
) -> Standing:
    """Close a conversation."""
    await console.handing.close(person, conversation_id, under.epoch)
    return await standing_of(console.handing, conversation_id)


@router.get("/bot")
async def with_the_bot(console: Parts, person: Anybody) -> list[WithTheBot]:  # noqa: ARG001 - signed in
    """What the bot is talking about now, those in need first; never what is said there."""
    return [WithTheBot.of(one) for one in await console.desk.with_the_bot()]


@router.post("/conversations/{conversation_id}/messages/{message_id}/correction", status_code=204)
async def correct(
    conversation_id: ConversationId,
    message_id: Annotated[str, Path(pattern="^[0-9a-f]{32}$")],
    console: Parts,
    person: Serving,
    new: Correction,
) -> None:
    """Note what a customer's message should have been understood as."""
    await console.desk.place_of(person, conversation_id)
    if await console.desk.conversation_of(message_id) != conversation_id:
        raise NotFound("message")
    await console.desk.correct(person, message_id, new.intent)


async def _colleague(console: Console, badge: str) -> Person:
    for person in await console.staff.people():
        serves = person.is_active and person.is_enrolled and person.role != "auditor"
        if serves and person.badge == badge.upper():
            return person
    raise Problem("colleague-unknown")
