"""``POST /hooks/chatwoot``: the door through which Chatwoot tells what its agents do.

A call that is forged, stale or comes a second time changes nothing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakValueDictionary

import structlog
from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ValidationError

from bot.desk.service import Desk
from bot.gateway.chatwoot import PROVIDER
from bot.gateway.chatwoot.hearing import Hearing
from bot.gateway.chatwoot.shapes import MessageEvent, ThreadEvent, TypingEvent
from bot.gateway.chatwoot.signature import SIGNATURE, TIMESTAMP, is_genuine
from bot.gateway.problems import Problem

_log = structlog.get_logger(__name__)

Handler = Callable[[Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Hook:
    """What the door works with."""

    desk: Desk
    hearing: Hearing
    secret: str
    clock: Callable[[], float] = time.time

    def handlers(self) -> Mapping[str, tuple[type[BaseModel], Handler]]:
        """The events that mean something to us."""
        heard = self.hearing
        return {
            "message_created": (MessageEvent, heard.message),
            "conversation_updated": (ThreadEvent, heard.thread),
            "conversation_status_changed": (ThreadEvent, heard.standing),
            "conversation_resolved": (ThreadEvent, heard.standing),
            "conversation_typing_on": (TypingEvent, heard.typing),
        }


def hook_router(hook: Hook) -> APIRouter:
    """The one route; it exists only where Chatwoot is set up."""
    router = APIRouter(include_in_schema=False)
    in_hand: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @router.post("/hooks/chatwoot")
    async def take(request: Request) -> Response:
        body = await request.body()
        header = request.headers.get
        signature = header(SIGNATURE, "")
        if not is_genuine(
            hook.secret,
            signature=signature,
            timestamp=header(TIMESTAMP, ""),
            body=body,
            now=hook.clock(),
        ):
            raise Problem("webhook-refused")
        event = _read(body)
        if event is None:
            return Response(status_code=200)
        # Chatwoot's number of a delivery is not signed, so anybody could change it; this is.
        async with in_hand.setdefault(signature, asyncio.Lock()):
            if not await hook.desk.outside_was_taken(PROVIDER, signature):
                await _handle(hook, *event)
                await hook.desk.outside_take(PROVIDER, signature)  # else it may come again
        return Response(status_code=200)

    return router


def _read(body: bytes) -> tuple[str, bytes] | None:
    try:
        named = _Named.model_validate_json(body)
    except ValidationError:
        raise Problem("malformed-body") from None
    return (named.event, body) if named.event else None


class _Named(BaseModel):
    event: str = ""


async def _handle(hook: Hook, name: str, body: bytes) -> None:
    shape, handler = hook.handlers().get(name, (None, None))
    if shape is None or handler is None:
        return
    try:
        event = shape.model_validate_json(body)
    except ValidationError as error:
        _log.error("chatwoot_event_unreadable", webhook=name, problems=error.error_count())
        return
    await handler(event)
