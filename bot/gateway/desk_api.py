"""The agents' calls about conversations: the list, claim, say, note, transfer, return, close."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Header, Request
from sse_starlette import EventSourceResponse

from bot.desk.handoff_models import Said
from bot.desk.people_models import Agent as Person
from bot.gateway.api import ConversationId
from bot.gateway.desk_events import queue_of, standing_of
from bot.gateway.desk_schemas import (
    Brief,
    Claiming,
    Dossier,
    NoteShown,
    NoteText,
    Queue,
    Standing,
    Transfer,
    Under,
    Words,
)
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
async def queue(console: Parts, person: Anybody) -> Queue:  # noqa: ARG001 - signed in
    """Who waits and who is served."""
    return await queue_of(console.desk)


@router.get("/queue/events")
async def queue_events(request: Request, console: Parts, person: Anybody) -> EventSourceResponse:  # noqa: ARG001
    """Follow the list; every event is the whole of it."""
    return EventSourceResponse(
        console.events.queue(open_session(request, console)),
        ping=_HEARTBEAT_SECONDS,
        headers=dict(_HEADERS),
    )


@router.get("/conversations/{conversation_id}")
async def dossier(conversation_id: ConversationId, console: Parts, person: Anybody) -> Dossier:
    """All there is about a conversation; reading it is written down."""
    desk = console.desk
    conversation = await desk.conversation(conversation_id)
    await desk.noted(person, "conversation_read", conversation_id)
    messages = await desk.messages(conversation_id)
    signals = dict.fromkeys(m.signal for m in messages if m.signal is not None)
    tickets = await desk.tickets(conversation_id=conversation_id)
    return Dossier(
        conversation=conversation_id,
        language=conversation.language,
        standing=await standing_of(console.handing, conversation_id),
        brief=Brief.of(await desk.brief(conversation_id)),
        signals=list(signals),
        tickets=[ticket.reference for ticket in tickets],
        messages=[Message.of(message) for message in messages],
        authors=await desk.authors(conversation_id),
        notes=[NoteShown.of(note) for note in await desk.notes(conversation_id)],
        last_seq=messages[-1].seq if messages else 0,
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
    conversation = await console.desk.conversation(conversation_id)
    await console.desk.noted(person, "conversation_followed", conversation_id)
    known = last_event_id or ""
    after = int(known) if known.isascii() and known.isdigit() and len(known) < 10 else None
    return EventSourceResponse(
        console.events.conversation(conversation, after, open_session(request, console)),
        ping=_HEARTBEAT_SECONDS,
        headers=dict(_HEADERS),
    )


@router.post("/conversations/{conversation_id}/claim")
async def claim(
    conversation_id: ConversationId, console: Parts, person: Serving, wanted: Claiming
) -> Standing:
    """Take a conversation: the first one gets it, the others learn who that was."""
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


async def _colleague(console: Console, badge: str) -> Person:
    for person in await console.staff.people():
        serves = person.is_active and person.is_enrolled and person.role != "auditor"
        if serves and person.badge == badge.upper():
            return person
    raise Problem("colleague-unknown")
