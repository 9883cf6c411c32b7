"""A conversation: summary, transcript, who holds it, and what an agent does in it."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

from fastapi import Response

from bot.console.shell import Refused, Visit
from bot.desk.attachments import Attachment
from bot.desk.handoff_models import Said
from bot.desk.models import Message
from bot.desk.people_models import SERVING, Agent
from bot.desk.reasons import ReasonMissing, read_reason
from bot.errors import NotFound
from bot.guard import scrub

_MOST_LETTERS: Final = 4000


async def conversation(visit: Visit) -> Response:
    """The page, for who may open it; opening it is written down."""
    await visit.parts.desk.opened(visit.me, visit.arg("id"), "conversation_read")
    return await _page(visit)


async def reveal(visit: Visit) -> Response:
    """The page with contact data, against a reason that is written down."""
    reason = reason_of(visit)
    await visit.parts.desk.place_of(visit.me, visit.arg("id"))
    await visit.parts.desk.noted(visit.me, "contact_revealed", visit.arg("id"), reason)
    return await _page(visit, revealed=True)


def reason_of(visit: Visit) -> str:
    """Why contact data are needed; raises Refused where nothing is said."""
    try:
        return read_reason(visit.arg("reason"))
    except ReasonMissing:
        raise Refused("reason_missing", 422) from None


async def messages(visit: Visit) -> Response:
    """The messages after a number, as they go at the end of the transcript."""
    conversation_id = visit.arg("id")
    if not await _is_open(visit):
        return _gone(visit)
    after = max(0, visit.number("after"))
    found = await visit.parts.desk.messages(conversation_id, after)
    return visit.render(
        "_messages.html",
        messages=found,
        authors=await visit.parts.desk.authors(conversation_id) if found else {},
        files=await _files(visit) if found else {},
        last=found[-1].seq if found else after,
        beside={},
        revealed=False,
        is_part=True,
    )


async def standing(visit: Visit) -> Response:
    """Who holds the conversation, and what can be done with it."""
    if not await _is_open(visit):
        return _gone(visit)
    return visit.render("_standing.html", **await _standing(visit))


async def notes(visit: Visit) -> Response:
    """What colleagues wrote down."""
    if not await _is_open(visit):
        return _gone(visit)
    found = await visit.parts.desk.notes(visit.arg("id"))
    return visit.render("_notes.html", notes=found)


async def answer(visit: Visit) -> Response:
    """The answer field, with a canned reply put in behind what is written."""
    if not await _is_open(visit):
        return _gone(visit)
    held, _ = await visit.parts.talk.standing(visit.arg("id"))
    canned = {reply.id: reply for reply in await visit.parts.desk.canned()}
    chosen = canned.get(visit.number("reply"))
    parts = [visit.arg("text"), chosen.of(held.language) if chosen else ""]
    return await _answer(visit, text="\n\n".join(part for part in parts if part))


async def say(visit: Visit) -> Response:
    """Send an agent's words; what the guard refuses stays in the field with the reasons."""
    await visit.parts.desk.place_of(visit.me, visit.arg("id"))
    text = visit.arg("text")
    if not text or len(text) > _MOST_LETTERS:
        return await _answer(visit, text=text, problem="empty" if not text else "long", status=422)
    said = Said(
        visit.arg("id"), text, visit.arg("client_id")[:64] or uuid4().hex, visit.number("epoch")
    )
    reasons = await visit.parts.talk.say(visit.me, said)
    if reasons:
        return await _answer(visit, text=text, reasons=reasons, status=422)
    if visit.is_part:
        return await _answer(visit, sent=True)
    return visit.go(f"/desk/conversations/{said.conversation_id}")


async def typing(visit: Visit) -> Response:
    """Show the customer that somebody is writing."""
    held, _ = await visit.parts.talk.standing(visit.arg("id"))
    if held.agent is not None and held.agent.id == visit.me.id:
        visit.parts.talk.agent_types(visit.arg("id"))
    return Response(status_code=204)


async def note(visit: Visit) -> Response:
    """Keep a note for colleagues."""
    conversation_id, text = visit.arg("id"), visit.arg("text")[:_MOST_LETTERS]
    await visit.parts.desk.place_of(visit.me, conversation_id)
    if text:
        await visit.parts.talk.note(visit.me, conversation_id, text)
    return visit.go(f"/desk/conversations/{conversation_id}#notes")


async def correct(visit: Visit) -> Response:
    """Note what a customer's message should have been understood as."""
    conversation_id, message_id = await _message(visit)
    intent = visit.arg("intent")
    if intent and intent not in visit.words["intents"]:
        raise Refused("malformed", 400)
    await visit.parts.desk.correct(visit.me, message_id, intent)
    return visit.go(f"/desk/conversations/{conversation_id}?say=saved#m-{message_id}")


async def own_words(visit: Visit) -> Response:
    """Keep a customer's message in the agent's own language."""
    conversation_id, message_id = await _message(visit)
    text = visit.arg("words")[:_MOST_LETTERS]
    await visit.parts.desk.write_beside(visit.me, message_id, scrub(text) if text else None)
    return visit.go(f"/desk/conversations/{conversation_id}?say=saved#m-{message_id}")


async def _message(visit: Visit) -> tuple[str, str]:
    """A message of this conversation, which the person may open; raises NotFound."""
    conversation_id, message_id = visit.arg("id"), visit.arg("message")
    await visit.parts.desk.place_of(visit.me, conversation_id)
    if await visit.parts.desk.conversation_of(message_id) != conversation_id:
        raise NotFound("message")
    return conversation_id, message_id


async def _is_open(visit: Visit) -> bool:
    return await visit.parts.desk.may_open(visit.me, visit.arg("id"))


def _gone(visit: Visit) -> Response:
    """A page that is open lives on in the queue: the conversation went into other hands."""
    if not visit.is_part:
        raise NotFound("conversation")
    return visit.go("/desk?say=gone")


async def transfer(visit: Visit) -> Response:
    """Hand the conversation to a colleague, or back into the queue."""
    wanted = visit.arg("to")
    to = next((one for one in await colleagues(visit) if one.badge == wanted), None)
    if to is None and wanted != "queue":
        raise Refused("colleague_unknown", 422)
    await visit.parts.talk.transfer(visit.me, visit.arg("id"), visit.number("epoch"), to)
    return visit.go("/desk?say=transferred")


async def give_back(visit: Visit) -> Response:
    """Return the conversation to the bot."""
    await visit.parts.talk.give_back(visit.me, visit.arg("id"), visit.number("epoch"))
    return visit.go("/desk?say=returned")


async def close(visit: Visit) -> Response:
    """Close the conversation."""
    await visit.parts.talk.close(visit.me, visit.arg("id"), visit.number("epoch"))
    return visit.go("/desk?say=closed")


async def colleagues(visit: Visit) -> list[Agent]:
    """Everybody else who can take a conversation."""
    return [
        person
        for person in await visit.parts.staff.people()
        if person.is_active
        and person.is_enrolled
        and person.role in SERVING
        and person.id != visit.me.id
    ]


async def _page(visit: Visit, *, revealed: bool = False, **more: Any) -> Response:
    desk, conversation_id = visit.parts.desk, visit.arg("id")
    found: list[Message] = list(await desk.messages(conversation_id))
    content = {
        **await _standing(visit),
        **await _field(visit),
        "here": f"/desk/conversations/{conversation_id}",
        "brief": await desk.brief(conversation_id),
        "risks": (await desk.noticed([conversation_id])).get(conversation_id, []),
        "tickets": await desk.tickets(conversation_id=conversation_id),
        "messages": found,
        "authors": await desk.authors(conversation_id),
        "beside": await desk.beside(conversation_id),
        "files": await _files(visit),
        "last": found[-1].seq if found else 0,
        "notes": await desk.notes(conversation_id),
        "revealed": revealed,
        "is_part": False,
        **more,
    }
    return visit.render("talk.html", **content)


async def _files(visit: Visit) -> dict[str, Attachment]:
    """What was attached, by the message it came with."""
    found = await visit.parts.desk.attachments(visit.arg("id"))
    return {one.message_id: one for one in found}


async def _standing(visit: Visit) -> dict[str, Any]:
    held, mark = await visit.parts.talk.standing(visit.arg("id"))
    is_mine = held.agent is not None and held.agent.id == visit.me.id
    leads = visit.me.role != "agent"
    serves = visit.me.role in SERVING
    return {
        "held": held,
        "mark": mark if is_mine or leads else None,
        "is_mine": is_mine,
        "may_claim": serves and held.owner in {"queue", "bot"},
        "may_end": is_mine or (held.owner == "human" and visit.me.role in {"lead", "admin"}),
        "colleagues": await colleagues(visit) if serves else [],
    }


async def _field(visit: Visit) -> dict[str, Any]:
    return {
        "canned": await visit.parts.desk.canned(),
        "text": "",
        "problem": "",
        "reasons": (),
        "sent": False,
        "client_id": uuid4().hex,
    }


async def _answer(visit: Visit, status: int = 200, **state: Any) -> Response:
    if not visit.is_part:  # the whole page, which is written down like any other look at it
        await visit.parts.desk.opened(visit.me, visit.arg("id"), "conversation_read")
        return await _page(visit, **state, status=status)
    content = {**await _standing(visit), **await _field(visit), **state}
    return visit.render("_answer.html", status, **content)
