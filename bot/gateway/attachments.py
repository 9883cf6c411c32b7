"""``POST /conversations/{id}/attachments``: one file in, read in memory, never on a disk."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import JSONResponse
from python_multipart.exceptions import FormParserError
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from bot.attachments.kinds import FileRefused, Reason
from bot.attachments.reader import Reader
from bot.content.language import Language
from bot.desk.attachments import AttachmentsFull
from bot.desk.vault import Vault
from bot.gateway.api import OWN, ConversationId, Own, Parts, counted, problems_of
from bot.gateway.attaching import Attaching, Taken, Upload
from bot.gateway.limits import ATTACHMENT_LIMIT
from bot.gateway.problems import Problem, Problems
from bot.gateway.schemas import AttachmentBody, Message

_AROUND: Final = 16 * 1024
"""What a form adds to its file."""
_CLIENT_ID: Final = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_SECONDS_TO_ARRIVE: Final = 120
MOST_ARRIVING: Final = 8
"""Files that arrive at once: each is held in memory, so the next one is told to come back."""
_RETRY_AFTER: Final = "20"
_PROBLEMS: Final[dict[Reason, str]] = {
    "type": "attachment-type",
    "heic": "attachment-heic",
    "mixed": "attachment-mixed",
    "damaged": "attachment-damaged",
    "measures": "attachment-measures",
    "pages": "attachment-pages",
    "encrypted": "attachment-encrypted",
    "slow": "attachment-unread",
    "unread": "attachment-unread",
    "busy": "attachment-busy",
}
_FORM: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "client_id": {"type": "string", "pattern": f"^{_CLIENT_ID.pattern}$"},
                    },
                }
            }
        },
    }
}


@dataclass(frozen=True, slots=True)
class AttachmentParts:
    """What the call works with."""

    attaching: Attaching
    vault: Vault
    reader: Reader
    problems: Problems
    arriving: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(MOST_ARRIVING))


async def attachment_parts(request: Request) -> AttachmentParts:
    """What the gateway was put together with."""
    parts: AttachmentParts = request.app.state.attachments
    return parts


router = APIRouter(prefix="/api/v1", dependencies=[Depends(counted)])


@router.post(
    "/conversations/{conversation_id}/attachments",
    status_code=201,
    response_model=AttachmentBody,
    responses=problems_of(*OWN, 408, 409),
    openapi_extra=_FORM,
)
async def attach(  # noqa: PLR0913, PLR0917 - what FastAPI hands over
    request: Request,
    conversation_id: ConversationId,
    own: Own,
    api: Parts,
    parts: Annotated[AttachmentParts, Depends(attachment_parts)],
    x_client_id: Annotated[str | None, Header(pattern=f"^{_CLIENT_ID.pattern}$")] = None,
) -> Response:
    """Send a picture or a PDF, 10 MiB at most; one that shows a secret is stopped (422)."""
    await api.limits.attachment(own)
    language = (await api.desk.conversation(conversation_id)).language
    try:
        upload = await _arrived(parts.arriving, request, x_client_id)
        taken = await parts.attaching.take(conversation_id, upload)
    except Problem as problem:
        return parts.problems.response(problem.name, language, problem.headers)
    except FileRefused as refused:
        headers = {"Retry-After": _RETRY_AFTER} if refused.reason == "busy" else {}
        return parts.problems.response(_PROBLEMS[refused.reason], language, headers)
    except AttachmentsFull:
        return parts.problems.response("attachments-full", language)
    return _told(parts.problems, taken, language)


def _told(problems: Problems, taken: Taken, language: Language) -> Response:
    if taken.attachment is None:
        shown = [Message.of(one).model_dump(mode="json") for one in (taken.message, *taken.replies)]
        facts = {"message": shown[0], "replies": shown[1:]}
        return problems.response("secret-in-attachment", language, facts=facts)
    body = AttachmentBody(
        id=taken.attachment.id,
        name=taken.attachment.name,
        size=taken.attachment.size,
        media_type=taken.attachment.media_type,
    )
    return JSONResponse(body.model_dump(), 201)


class _InMemory(MultiPartParser):
    """Keeps the file in memory: on a disk it could be found after it was refused."""

    spool_max_size = 2 * ATTACHMENT_LIMIT


async def _arrived(arriving: asyncio.Semaphore, request: Request, client_id: str | None) -> Upload:
    """Read the form where there is room for one; raises Problem."""
    if arriving.locked():
        raise Problem("attachment-busy", {"Retry-After": _RETRY_AFTER})
    async with arriving:
        return await _uploaded(request, client_id)


async def _uploaded(request: Request, client_id: str | None) -> Upload:
    """Read the form.

    Raises:
        Problem: no form, no file in it, too large, or it did not arrive in time.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        raise Problem("attachment-form")
    parser = _InMemory(request.headers, _within(request), max_files=1, max_fields=2)
    try:
        async with asyncio.timeout(_SECONDS_TO_ARRIVE):
            form = await parser.parse()
    except (MultiPartException, FormParserError, ValueError):
        raise Problem("attachment-form") from None
    except TimeoutError:
        raise Problem("attachment-late") from None
    file, named = form.get("file"), form.get("client_id")
    if not isinstance(file, UploadFile):
        raise Problem("attachment-form")
    content = bytearray(await file.read())
    await file.close()
    if not content:
        raise Problem("attachment-form")
    if len(content) > ATTACHMENT_LIMIT:
        raise Problem("attachment-too-large")
    if isinstance(named, str) and _CLIENT_ID.fullmatch(named):
        client_id = named
    return Upload(client_id or "", file.filename or "", content)


async def _within(request: Request) -> AsyncGenerator[bytes]:
    """The body as it arrives, up to the limit."""
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > ATTACHMENT_LIMIT + _AROUND:
            raise Problem("attachment-too-large")
        yield chunk
