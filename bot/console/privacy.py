"""Privacy tasks: what was erased and exported, what tonight deletes, and one task at a time."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from fastapi import Response

from bot.console.shell import Visit
from bot.desk import blocks, incident, paper, transcript
from bot.desk.audit import Entry
from bot.desk.privacy import Found
from bot.desk.reasons import ReasonMissing, read_reason
from bot.desk.records import Left
from bot.errors import NotFound

FORMS: Final = {
    "json": "application/json",
    "md": "text/markdown; charset=utf-8",
    "pdf": "application/pdf",
}
_DEEDS: Final = ("erase", "export")


async def shown(visit: Visit) -> Response:
    """The page; counting what tonight deletes takes the database a moment, so it is asked for."""
    return await _page(visit)


async def act(visit: Visit) -> Response:
    """Ask for the second yes, then erase or give the record; the reason is written down."""
    deed = visit.arg("deed")
    if deed not in _DEEDS or not visit.arg("reference"):
        return await _page(visit, problem="incomplete")
    try:
        reason = read_reason(visit.arg("reason"))
        found = await visit.parts.desk.find(visit.arg("reference"))
    except ReasonMissing:
        return await _page(visit, problem="reason")
    except NotFound:
        return await _page(visit, problem="not_found")
    if visit.arg("sure") != found.conversation_id:
        return await _page(visit, found=found)
    if deed == "export":
        return await _export(visit, found, reason)
    await visit.parts.desk.noted(visit.me, "erasure_asked", found.conversation_id, reason)
    await visit.parts.talk.erase(visit.me, found.conversation_id)
    return visit.go("/desk/privacy?say=erased")


async def _export(visit: Visit, found: Found, reason: str) -> Response:
    form = visit.arg("format") if visit.arg("format") in FORMS else "pdf"
    left = await visit.parts.desk.left(found.conversation_id)
    content = await asyncio.to_thread(_written, visit, left, form)
    await visit.parts.desk.exported(
        found.conversation_id, visit.me.login, f"format={form} {reason}"
    )
    headers = {
        "Content-Disposition": f'attachment; filename="record.{form}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, headers=headers, media_type=FORMS[form])


def _written(visit: Visit, left: Left, form: str) -> str | bytes:
    """The customer's own record, as they would have got it themselves."""
    plain = transcript.record(left)
    digest = transcript.fingerprint(plain)
    if form == "json":
        return transcript.written(plain, digest)
    content = visit.parts.content
    whole = [*transcript.blocks(left, content, digest), *incident.blocks(left, content, digest)]
    return blocks.markdown(whole) if form == "md" else paper.pdf(whole, left.conversation_id)


async def _page(visit: Visit, *, found: Found | None = None, problem: str = "") -> Response:
    told = await visit.parts.desk.privacy()
    counts = visit.arg("count") == "1" and visit.request.method == "GET"
    periods = visit.parts.periods
    content: dict[str, Any] = {
        "done": [(entry, _by(visit, entry)) for entry in told.done],
        "to_forget": told.to_forget,
        "periods": periods,
        "tonight": await visit.parts.desk.retain(periods, dry_run=True) if counts else None,
        "may_act": visit.me.role == "admin",
        "found": found,
        "problem": problem,
        "forms": tuple(FORMS),
        "draft": {
            name: visit.arg(name) if visit.request.method == "POST" else ""
            for name in ("reference", "reason", "deed", "format")
        },
    }
    return visit.render("privacy.html", 422 if problem else 200, here="/desk/privacy", **content)


def _by(visit: Visit, entry: Entry) -> str:
    """Who did it: the customer, the system, an operator on the terminal, or a person's login."""
    return str(visit.words["privacy"]["actors"].get(entry.actor, entry.actor))
