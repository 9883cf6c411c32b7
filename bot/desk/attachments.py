"""What customers attach, as the database lists it; ``bot.desk.vault`` keeps the files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import uuid4

from sqlalchemy import func, select

from bot.desk import conversations
from bot.desk.attachment_tables import AttachmentRow
from bot.desk.masking import mask
from bot.desk.models import Accepted, Incoming
from bot.desk.units import Units
from bot.desk.vault import NewAttachment
from bot.errors import NotFound, SeedwardenError

MOST_FILES: Final = 20
MOST_BYTES: Final = 100 * 1024 * 1024
"""Of one conversation, as they are stored."""
_ENDING: Final = re.compile(r"\.(?:png|jpe?g|jfif|webp|gif|pdf)$", re.IGNORECASE)


class AttachmentsFull(SeedwardenError):
    """The conversation holds as many files as it may."""

    def __init__(self) -> None:
        super().__init__(f"{MOST_FILES} files or {MOST_BYTES} bytes a conversation are kept.")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A stored file; ``size`` in bytes, ``width`` and ``height`` in pixels."""

    id: str
    conversation_id: str
    message_id: str
    name: str
    media_type: str
    size: int
    width: int
    height: int
    pages: int
    at: datetime

    @property
    def masked_name(self) -> str:
        """The name without contact data; before an ending no address looks like one."""
        stem = stem_of(self.name)
        return mask(stem) + self.name[len(stem) :]


class AttachmentDesk(Units):
    """Lists what customers attached."""

    async def attach(
        self, incoming: Incoming, conversation_id: str, new: NewAttachment, file_id: str
    ) -> tuple[Accepted, Attachment]:
        """Store the message of a file and its place in the list.

        Raises:
            NotFound: there is no such conversation.
            AttachmentsFull: it holds as many files as it may.
            IntegrityError: the message's ``client_id`` is stored already.
        """
        async with self._work() as session:
            # The message comes first: its sequence number is the lock under which is counted.
            accepted = await conversations.accept(session, conversation_id, incoming, self._clock())
            mine = AttachmentRow.conversation_id == conversation_id
            count, size = (
                await session.execute(
                    select(func.count(), func.coalesce(func.sum(AttachmentRow.size), 0)).where(mine)
                )
            ).one()
            if count >= MOST_FILES or size + len(new.content) > MOST_BYTES:
                raise AttachmentsFull
            row = AttachmentRow(
                id=file_id,
                conversation_id=conversation_id,
                message_id=accepted.message.id,
                name=str(new.name),
                media_type=new.media_type,
                size=len(new.content),
                width=new.width,
                height=new.height,
                pages=new.pages,
                at=accepted.message.at,
            )
            session.add(row)
            return accepted, _from_row(row)

    async def attachments(self, conversation_id: str) -> list[Attachment]:
        """List what a conversation holds, the oldest first."""
        async with self._session() as session:
            rows = await session.scalars(
                select(AttachmentRow)
                .where(AttachmentRow.conversation_id == conversation_id)
                .order_by(AttachmentRow.at, AttachmentRow.id)
            )
            return [_from_row(row) for row in rows]

    async def attached(self, message_id: str) -> Attachment | None:
        """Give the file of a message, or None."""
        async with self._session() as session:
            statement = select(AttachmentRow).where(AttachmentRow.message_id == message_id)
            row = (await session.scalars(statement)).one_or_none()
            return None if row is None else _from_row(row)

    async def attachment(self, file_id: str) -> Attachment:
        """Give a file's place in the list; raises NotFound."""
        async with self._session() as session:
            row = await session.get(AttachmentRow, file_id)
            if row is None:
                raise NotFound("attachment")
            return _from_row(row)

    async def attachment_ids(self) -> list[str]:
        """List the ids of all files that are kept."""
        async with self._session() as session:
            return list(await session.scalars(select(AttachmentRow.id)))


def stem_of(name: str) -> str:
    """A file's name without its ending."""
    return _ENDING.sub("", name)


def new_file_id() -> str:
    """A random name of 128 bits."""
    return uuid4().hex


def _from_row(row: AttachmentRow) -> Attachment:
    return Attachment(
        id=row.id,
        conversation_id=row.conversation_id,
        message_id=row.message_id,
        name=row.name,
        media_type=row.media_type,
        size=row.size,
        width=row.width,
        height=row.height,
        pages=row.pages,
        at=row.at,
    )
