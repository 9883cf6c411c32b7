"""A conversation's event stream: resumable, because the database is what it reads from."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from itertools import batched
from typing import Any, Final

import structlog
from sse_starlette import ServerSentEvent

from bot.desk.models import Conversation
from bot.desk.models import Message as Stored
from bot.desk.service import Desk
from bot.errors import NotFound
from bot.gateway import metrics
from bot.gateway.hub import Happening, Hub
from bot.gateway.schemas import Message

POLL_SECONDS: Final = 5.0
"""How often the database is asked anyway: another process may have written to it."""
_BACKSTOP_SECONDS: Final = 60.0
_AT_ONCE: Final = 500
_TOO_FAR_BEHIND: Final = 500
_RETRY_MILLISECONDS: Final = 2000

_log = structlog.get_logger(__name__)


class Events:
    """Makes the event stream of a conversation."""

    def __init__(self, desk: Desk, hub: Hub) -> None:
        self._desk = desk
        self._hub = hub

    async def stream(
        self, conversation: Conversation, after: int | None
    ) -> AsyncIterator[ServerSentEvent]:
        """Give what happened since sequence number ``after`` (None: from now on), then go on.

        ``conversation`` is as it was read just before.
        ``resync`` comes when the number is none of ours or lies too far back: the client
        fetches the list anew and goes on from there.
        """
        metrics.STREAMS.inc()
        try:
            with self._hub.subscribe(conversation.id) as inbox:
                # Somebody may have moved it on before the hub knew of this stream.
                now = await self._still_there(conversation)
                if now is None:
                    yield event("owner", {"owner": "closed"}, retry=_RETRY_MILLISECONDS)
                    return
                last = now.last_seq if after is None else after
                yield event("owner", {"owner": now.owner}, retry=_RETRY_MILLISECONDS)
                if last < 0 or not 0 <= now.last_seq - last <= _TOO_FAR_BEHIND:
                    last = now.last_seq
                    yield event("resync", {"last_seq": last}, seq=last)
                async for told in self._follow(now, last, inbox):
                    yield told
        finally:
            metrics.STREAMS.dec()

    async def _follow(
        self, conversation: Conversation, last: int, inbox: asyncio.Queue[Happening]
    ) -> AsyncIterator[ServerSentEvent]:
        epoch = conversation.epoch
        news: Sequence[Stored] = ()
        if conversation.last_seq > last:
            news = await self._desk.messages(conversation.id, last)
        while True:
            for message in news:
                last = message.seq
                yield event("message", Message.of(message).model_dump(mode="json"), seq=last)
            happening = await coming(inbox, _BACKSTOP_SECONDS)
            while happening is not None and happening.kind == "typing":
                yield event("typing", happening.data)
                happening = await coming(inbox, _BACKSTOP_SECONDS)
            if happening is not None and happening.kind == "erased":
                yield event("owner", {"owner": "closed"})
                return
            if happening is None or happening.kind in {"owner", "look"}:
                # The database knows: another process may have changed the owner.
                now = await self._still_there(conversation)
                if now is None:
                    yield event("owner", {"owner": "closed"})
                    return
                if now.epoch != epoch:
                    epoch = now.epoch
                    yield event("owner", {"owner": now.owner})
            elif happening.kind != "message":
                yield event(happening.kind, happening.data or {"last_seq": last})
            news = await self._news(conversation.id, last, happening)

    async def _news(
        self, conversation_id: str, last: int, happening: Happening | None
    ) -> Sequence[Stored]:
        """The messages after number ``last``: those just told, where none can lie before them."""
        told = () if happening is None else happening.stored
        later = [message for message in told if message.seq > last]
        if told and [message.seq for message in later] == [*range(last + 1, last + 1 + len(later))]:
            return later
        return await self._desk.messages(conversation_id, last)

    async def _still_there(self, known: Conversation) -> Conversation | None:
        """The conversation as it stands; None when it was erased, by another process maybe."""
        standing = (await self._desk.standings([known.id])).get(known.id)
        if standing == (known.last_seq, known.epoch):
            return known
        try:
            return await self._desk.conversation(known.id)
        except NotFound:
            return None


class Polling:
    """Asks the database for all open streams at once what no wake-up told of."""

    def __init__(self, desk: Desk, hub: Hub) -> None:
        self._desk = desk
        self._hub = hub
        self._seen: dict[str, tuple[int, int]] = {}

    async def run(self) -> None:
        """Ask every few seconds until cancelled; a failure is logged and tried again."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                await self.round()
            except Exception as error:  # noqa: BLE001 - a loop that ends is worse than any one failure
                _log.error("events_not_polled", kind=type(error).__name__)

    async def round(self) -> None:
        """Let those streams look whose conversation moved on, or is gone."""
        standings: dict[str, tuple[int, int]] = {}
        for some in batched(self._hub.conversations(), _AT_ONCE):
            now = await self._desk.standings(some)
            standings |= now
            for conversation_id in some:
                standing = now.get(conversation_id)
                if standing is None or standing != self._seen.get(conversation_id):
                    self._hub.deliver(conversation_id, Happening("look"))
        self._seen = standings


async def coming(
    inbox: asyncio.Queue[Happening], seconds: float = POLL_SECONDS
) -> Happening | None:
    """What happens next; None when it is time to ask the database anyway."""
    try:
        async with asyncio.timeout(seconds):
            return await inbox.get()
    except TimeoutError:
        return None


def event(
    kind: str, data: dict[str, Any], *, seq: int | None = None, retry: int | None = None
) -> ServerSentEvent:
    """An event as JSON; with a sequence number a client can resume from it."""
    return ServerSentEvent(
        json.dumps(data, ensure_ascii=False),
        event=kind,
        id=None if seq is None else str(seq),
        retry=retry,
    )
