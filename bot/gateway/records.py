"""The calls by which customers rate, take along and erase what they left, and look tickets up."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Final, Literal, cast

from fastapi import APIRouter, Depends, Query, Request, Response

from bot.desk import blocks, incident, paper, transcript
from bot.desk.models import Status, Ticket
from bot.desk.proof import CODE_LIFETIME
from bot.desk.proofs import AddressInvalid, read_code
from bot.errors import NotFound
from bot.gateway.api import (
    COMMON,
    OWN,
    Api,
    ConversationId,
    Own,
    Parts,
    counted,
    json_only,
    problems_of,
)
from bot.gateway.problems import Problem, language_of
from bot.gateway.proving import owner_of
from bot.gateway.schemas import (
    CodeQuestion,
    CodeSent,
    NewMailAddress,
    NewRating,
    TicketAnswer,
    TicketQuestion,
    TranscriptBody,
)
from bot.guard import inspect

router = APIRouter(prefix="/api/v1", dependencies=[Depends(counted), Depends(json_only)])
Format = Literal["json", "md", "pdf", "incident"]
_PDF: Final = "application/pdf"
_MARKDOWN: Final = "text/markdown; charset=utf-8"
_CODE_SENT: Final = CodeSent(valid_minutes=int(CODE_LIFETIME.total_seconds()) // 60)
_AS: Final[dict[str, Any]] = {
    "text/markdown": {"schema": {"type": "string"}},
    _PDF: {"schema": {"type": "string", "format": "binary"}},
}


@router.post(
    "/conversations/{conversation_id}/rating", status_code=204, responses=problems_of(*OWN)
)
async def rate(conversation_id: ConversationId, own: Own, api: Parts, new: NewRating) -> None:  # noqa: ARG001 - documented
    """Rate the conversation from 1 to 5, with a sentence or without; the latest counts."""
    await api.limits.message(own)
    comment = None if new.comment is None else inspect(new.comment).safe_text
    await api.desk.rate(own, new.score, comment)


@router.get(
    "/conversations/{conversation_id}/transcript",
    response_model=TranscriptBody,
    responses={200: {"content": _AS}, **problems_of(*OWN)},
)
async def transcribe(
    conversation_id: ConversationId,
    own: Own,
    api: Parts,
    form: Annotated[Format, Query(alias="format")] = "json",
) -> Response:
    """Give the customer's own record; ``incident`` is the report of a theft for the police."""
    await api.limits.record(own)
    left = await api.desk.left(conversation_id)
    await api.desk.exported(own, "customer", f"format={form}")
    plain = transcript.record(left)
    digest = transcript.fingerprint(plain)
    if form == "json":
        body = TranscriptBody(record=plain, sha256=digest)
        return _file(body.model_dump_json(), "application/json", "record.json")
    content = api.telling().content
    report = incident.blocks(left, content, digest)
    if form == "incident":
        if not report:
            raise NotFound("incident")
        return _file(await asyncio.to_thread(paper.pdf, report, own), _PDF, "incident.pdf")
    whole = [*transcript.blocks(left, content, digest), *report]
    if form == "md":
        return _file(blocks.markdown(whole), _MARKDOWN, "record.md")
    return _file(await asyncio.to_thread(paper.pdf, whole, own), _PDF, "record.pdf")


@router.delete("/conversations/{conversation_id}", status_code=204, responses=problems_of(*OWN))
async def erase(conversation_id: ConversationId, own: Own, api: Parts) -> None:
    """Erase the conversation with its tickets, everywhere; there is no way back."""
    await api.limits.message(own)
    await api.turns.erase(conversation_id, "customer")


@router.post("/tickets/lookup", responses=problems_of(404, *COMMON))
async def look_up(request: Request, api: Parts, question: TicketQuestion) -> TicketAnswer:
    """Tell where a ticket stands; ``proof`` is the access token of its conversation, or a code.

    Unknown, forbidden and badly written look the same, and all take the same road.
    """
    await api.limits.lookup(request, question.reference)
    if read_code(question.proof) is not None:
        ticket = await api.proving.proofs.show(question.reference, question.proof)
    else:
        ticket = await _own_ticket(api, question)
    if ticket is None:
        raise NotFound("ticket")
    following = api.telling().next_step(ticket)
    return TicketAnswer(
        reference=ticket.joined_as or ticket.reference,
        status=cast("Status", ticket.status),
        updated_at=ticket.updated_at,
        next_step=following["zh" if ticket.language == "zh" else "en"],
    )


@router.post("/tickets/code", status_code=202, responses=problems_of(409, *COMMON))
async def send_code(request: Request, api: Parts, question: CodeQuestion) -> CodeSent:
    """Send a code to the confirmed e-mail address of a ticket, if there is one."""
    _mail_is_on(api)
    await api.proving.ask_code(request, question.reference)
    return _CODE_SENT


@router.post("/tickets/mail", status_code=202, responses=problems_of(409, *COMMON))
async def leave_mail(request: Request, api: Parts, new: NewMailAddress) -> CodeSent:
    """Leave an e-mail address for a ticket's news; a code goes there to confirm it."""
    _mail_is_on(api)
    try:
        await api.proving.leave(
            request, new.reference, new.proof, new.address, language_of(request)
        )
    except AddressInvalid:
        raise Problem("address-invalid") from None
    return _CODE_SENT


def _mail_is_on(api: Api) -> None:
    if not api.proving.sends:
        raise Problem("mail-off")


async def _own_ticket(api: Api, question: TicketQuestion) -> Ticket | None:
    owner = owner_of(api.tokens, question.proof)
    try:
        ticket = await api.desk.ticket(question.reference)
    except NotFound:
        return None
    return ticket if ticket.conversation_id == owner else None


def _file(content: str | bytes, media_type: str, name: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
    }
    return Response(content, media_type=media_type, headers=headers)
