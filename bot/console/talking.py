"""A conversation: summary, transcript, who holds it, and what an agent does in it."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

from fastapi import Response

from bot.console.shell import Refused, Visit
from bot.desk.handoff_models import Said
from bot.desk.models import Message
from bot.desk.people_models import SERVING, Agent
from bot.guard import scrub

_FEWEST_BYTES: Final = 8
"""Of a reason: eight letters, or three Chinese signs."""
_MOST_LETTERS: Final = 4000


async def conversation(visit: Visit) -> Response:
    """The page; reading it is written down."""
    await visit.parts.desk.noted(visit.me, "conversation_read", visit.arg("id"))
    return await _page(visit)


async def reveal(visit: Visit) -> Response:
    """The page with contact data, against a reason that is written down."""
    reason = reason_of(visit)
    await visit.parts.desk.noted(visit.me, "contact_revealed", visit.arg("id"), reason)
    return await _page(visit, revealed=True)


def reason_of(visit: Visit) -> str:
    """Why contact data are needed; raises Refused where nothing is said."""
    reason = visit.arg("reason")
    if len(reason.encode()) < _FEWEST_BYTES:
        raise Refused("reason_missing", 422)
    return str(scrub(reason[:200]))


async def messages(visit: Visit) -> Response:
    """The messages after a number, as they go at the end of the transcript."""
    conversation_id = visit.arg("id")
    after = max(0, visit.number("after"))
    found = await visit.parts.desk.messages(conversation_id, after)
    return visit.render(
        "_messages.html",
        messages=found,
        authors=await visit.parts.desk.authors(conversation_id) if found else {},
        last=found[-1].seq if found else after,
        revealed=False,
        is_part=True,
    )


async def standing(visit: Visit) -> Response:
    """Who holds the conversation, and what can be done with it."""
    return visit.render("_standing.html", **await _standing(visit))


async def notes(visit: Visit) -> Response:
    """What colleagues wrote down."""
    found = await visit.parts.desk.notes(visit.arg("id"))
    return visit.render("_notes.html", notes=found)


async def answer(visit: Visit) -> Response:
    """The answer field, with a canned reply put in behind what is written."""
    held, _ = await visit.parts.talk.standing(visit.arg("id"))
    canned = {reply.id: reply for reply in await visit.parts.desk.canned()}
    chosen = canned.get(visit.number("reply"))
    parts = [visit.arg("text"), chosen.of(held.language) if chosen else ""]
    return await _answer(visit, text="\n\n".join(part for part in parts if part))


async def say(visit: Visit) -> Response:
    """Send an agent's words; what the guard refuses stays in the field with the reasons."""
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
    if text:
        await visit.parts.talk.note(visit.me, conversation_id, text)
    return visit.go(f"/desk/conversations/{conversation_id}#notes")


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
        "last": found[-1].seq if found else 0,
        "notes": await desk.notes(conversation_id),
        "revealed": revealed,
        "is_part": False,
        **more,
    }
    return visit.render("talk.html", **content)


async def _standing(visit: Visit) -> dict[str, Any]:
    held, mark = await visit.parts.talk.standing(visit.arg("id"))
    is_mine = held.agent is not None and held.agent.id == visit.me.id
    serves = visit.me.role in SERVING
    return {
        "held": held,
        "mark": mark,
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
    if not visit.is_part:
        return await _page(visit, **state, status=status)
    content = {**await _standing(visit), **await _field(visit), **state}
    return visit.render("_answer.html", status, **content)
