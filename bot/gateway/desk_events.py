"""The agents' event streams: the list, and one conversation with what only agents hear."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from sse_starlette import ServerSentEvent

from bot.desk.masking import masked_message
from bot.desk.models import Conversation
from bot.desk.people_models import Agent as Person
from bot.desk.service import Desk
from bot.errors import NotFound
from bot.gateway import metrics
from bot.gateway.desk_case import NoteShown, Standing
from bot.gateway.desk_schemas import Card, Entry, Queue
from bot.gateway.events import coming, event
from bot.gateway.handing import Handing
from bot.gateway.hub import QUEUE, Happening, Hub, behind
from bot.gateway.schemas import Message

IsOpen = Callable[[], Awaitable[bool]]
"""Whether the session of whoever listens still runs, and what they follow is still theirs."""


async def queue_of(desk: Desk, person: Person) -> Queue:
    """The agents' list as it stands, as this person may see it."""
    entries = [Entry.of(queued, person) for queued in await desk.queue()]
    return Queue(
        waiting=[entry for entry in entries if entry.state == "waiting"],
        served=[entry for entry in entries if entry.state != "waiting"],
        usual_wait=await desk.usual_wait(),
    )


async def standing_of(handing: Handing, conversation_id: str) -> Standing:
    """Who holds a conversation now; raises NotFound."""
    present = await handing.present(conversation_id)
    return Standing(
        owner=present.held.owner,
        epoch=present.held.epoch,
        agent=Card.of(present.held.agent),
        since=present.held.since,
        mark=present.mark,
    )


class DeskEvents:
    """Makes the streams; what was missed is read from the database, never from memory."""

    def __init__(self, desk: Desk, hub: Hub, handing: Handing) -> None:
        self._desk = desk
        self._hub = hub
        self._handing = handing

    async def queue(self, person: Person, is_open: IsOpen) -> AsyncIterator[ServerSentEvent]:
        """Give the whole list now and whenever it changed, as long as the session runs."""
        metrics.STREAMS.inc()
        try:
            with self._hub.subscribe(QUEUE) as inbox:
                before: dict[str, Any] | None = None
                while await is_open():
                    now = (await queue_of(self._desk, person)).model_dump(mode="json")
                    if now != before:
                        before = now
                        yield event("queue", now)
                    await coming(inbox)
        finally:
            metrics.STREAMS.dec()

    async def conversation(
        self, conversation: Conversation, after: int | None, is_open: IsOpen
    ) -> AsyncIterator[ServerSentEvent]:
        """Give standing and notes, then the messages since ``after`` (None: from now on)."""
        metrics.STREAMS.inc()
        last = conversation.last_seq if after is None or after < 0 else after
        try:
            with self._hub.subscribe(conversation.id, behind(conversation.id)) as inbox:
                yield event("owner", await self._standing(conversation.id))
                yield event("notes", await self._notes(conversation.id))
                async for told in self._follow(conversation, last, inbox):
                    if not await is_open():
                        # The page asks how it stands, and is told where to go.
                        yield event("owner", {"owner": "elsewhere", "epoch": -1})
                        return
                    yield told
        except NotFound:  # erased meanwhile
            yield event("owner", {"owner": "closed"})
        finally:
            metrics.STREAMS.dec()

    async def _follow(
        self, conversation: Conversation, last: int, inbox: asyncio.Queue[Happening]
    ) -> AsyncIterator[ServerSentEvent]:
        epoch = conversation.epoch
        while True:
            for message in await self._desk.messages(conversation.id, last):
                last = message.seq
                shown = Message.of(masked_message(message))
                yield event("message", shown.model_dump(mode="json"), seq=last)
            happening = await coming(inbox)
            if happening is None:
                yield event("still", {"last_seq": last})
            if happening is None or happening.kind in {"owner", "erased", "look"}:
                standing = await self._standing(conversation.id)
                if standing["epoch"] != epoch:
                    epoch = standing["epoch"]
                    yield event("owner", standing)
            elif happening.kind == "note":
                yield event("notes", await self._notes(conversation.id))
            elif happening.kind == "resync":
                yield event("resync", {"last_seq": last})
            elif happening.kind == "typing" and happening.data.get("author") != "agent":
                yield event("typing", happening.data)

    async def _standing(self, conversation_id: str) -> dict[str, Any]:
        return (await standing_of(self._handing, conversation_id)).model_dump(mode="json")

    async def _notes(self, conversation_id: str) -> dict[str, Any]:
        notes = await self._desk.notes(conversation_id)
        return {"notes": [NoteShown.of(note).model_dump(mode="json") for note in notes]}
