"""Customers' files for agents: one route that nothing public links to."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from fastapi import Depends, Path, Response
from pydantic import BaseModel

from bot.desk.attachments import Attachment
from bot.gateway.api import ConversationId
from bot.gateway.attachments import AttachmentParts, attachment_parts
from bot.gateway.desk_session import Parts, Serving, desk_router

_ENDINGS: Final = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "application/pdf": "pdf",
}
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; "
    "style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}

FileId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
Files = Annotated[AttachmentParts, Depends(attachment_parts)]


class FileShown(BaseModel):
    """A customer's file; ``size`` in bytes, ``width`` and ``height`` in pixels."""

    id: str
    message_id: str
    name: str
    media_type: str
    size: int
    width: int
    height: int
    pages: int
    at: datetime

    @classmethod
    def of(cls, file: Attachment) -> FileShown:
        """The file as the desk knows it."""
        return cls(
            id=file.id,
            message_id=file.message_id,
            name=file.masked_name,
            media_type=file.media_type,
            size=file.size,
            width=file.width,
            height=file.height,
            pages=file.pages,
            at=file.at,
        )


router = desk_router()


@router.get("/conversations/{conversation_id}/attachments")
async def listed(
    conversation_id: ConversationId, console: Parts, person: Serving
) -> list[FileShown]:
    """What a customer attached, for who may open the conversation."""
    await console.desk.place_of(person, conversation_id)
    return [FileShown.of(one) for one in await console.desk.attachments(conversation_id)]


@router.get("/attachments/{file_id}")
async def opened(file_id: FileId, console: Parts, files: Files, person: Serving) -> Response:
    """The file as it was made anew; who opens it is written down."""
    found = await console.desk.attachment(file_id)
    await console.desk.opened(person, found.conversation_id, "attachment_opened")
    content = await files.vault.open(found.conversation_id, file_id)
    return _served(found, content, found.media_type)


@router.get("/attachments/{file_id}/thumbnail")
async def thumbnail(file_id: FileId, console: Parts, files: Files, person: Serving) -> Response:
    """A small picture of the file."""
    found = await console.desk.attachment(file_id)
    await console.desk.place_of(person, found.conversation_id)
    content = await files.vault.open(found.conversation_id, file_id, small=True)
    return _served(found, content, "image/jpeg")


def _served(found: Attachment, content: bytes, media_type: str) -> Response:
    """A picture opens in the browser, a paper is saved; under a name that tells nothing."""
    manner = "inline" if media_type.startswith("image/") else "attachment"
    name = f"file-{found.id[:8]}.{_ENDINGS[media_type]}"
    headers = {**_HEADERS, "Content-Disposition": f'{manner}; filename="{name}"'}
    return Response(content, headers=headers, media_type=media_type)
