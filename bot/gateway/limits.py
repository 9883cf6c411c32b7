"""How much one address or one conversation may ask for."""

from __future__ import annotations

import math
import time
from typing import Final

from fastapi import Request
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.content.reference import read_reference
from bot.gateway.problems import Problem, Problems, language_of
from bot.settings import Settings

BODY_LIMIT: Final = 16 * 1024
SIGN_INS_PER_MINUTE: Final = 20


class Limits:
    """Counts requests in sliding windows; over the limit a problem says when to come back."""

    def __init__(self, settings: Settings) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._requests = RateLimitItemPerMinute(settings.requests_per_minute)
        self._messages = RateLimitItemPerMinute(settings.messages_per_minute)
        self._lookups = RateLimitItemPerMinute(settings.lookups_per_minute)
        self._records = RateLimitItemPerMinute(settings.records_per_minute)
        self._sign_ins = RateLimitItemPerMinute(SIGN_INS_PER_MINUTE)
        self._conversations = RateLimitItemPerHour(settings.conversations_per_hour)

    async def request(self, request: Request) -> None:
        """Count a request of an address."""
        await self._count(self._requests, "request", _address(request))

    async def sign_in(self, request: Request) -> None:
        """Count an agent's attempt to sign in from an address."""
        await self._count(self._sign_ins, "sign-in", _address(request))

    async def conversation(self, request: Request) -> None:
        """Count a new conversation of an address."""
        await self._count(self._conversations, "conversation", _address(request))

    async def message(self, conversation_id: str) -> None:
        """Count a message of a conversation."""
        await self._count(self._messages, "message", conversation_id)

    async def record(self, conversation_id: str) -> None:
        """Count a transcript of a conversation: a PDF is work."""
        await self._count(self._records, "record", conversation_id)

    async def lookup(self, request: Request, reference: str) -> None:
        """Count a look at a ticket, of an address and of the reference."""
        await self._count(self._lookups, "lookup", _address(request))
        known = read_reference(reference)
        if known is not None:
            await self._count(self._lookups, "looked up", known)

    async def _count(self, item: RateLimitItem, what: str, whose: str) -> None:
        if await self._limiter.hit(item, what, whose):
            return
        window = await self._limiter.get_window_stats(item, what, whose)
        seconds = max(1, math.ceil(window.reset_time - time.time()))
        raise Problem("too-many-requests", {"Retry-After": str(seconds)})


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"


class BodyLimit:
    """ASGI middleware that refuses bodies over the limit before anybody reads them whole."""

    def __init__(self, app: ASGIApp, problems: Problems, limit: int = BODY_LIMIT) -> None:
        self._app = app
        self._problems = problems
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through when its whole body fits."""
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self._app(scope, receive, send)
            return
        body = await self._whole_body(scope, receive)
        if body is None:
            response = self._problems.response("body-too-large", language_of(Request(scope)))
            await response(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)

    async def _whole_body(self, scope: Scope, receive: Receive) -> bytes | None:
        """Read the body; None when it is too large, at the first byte over the limit."""
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > self._limit:
            return None
        parts, size = [], 0
        while True:
            message = await receive()
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > self._limit:
                return None
            if message["type"] != "http.request" or not message.get("more_body"):
                return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
