"""How much one address or one conversation may ask for."""

from __future__ import annotations

import math
import re
import time
from typing import Any, Final

from fastapi import Request
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError
from redis.asyncio import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.content.reference import read_reference
from bot.gateway.fanout import ANSWER_SECONDS, Link
from bot.gateway.problems import Problem, Problems, language_of
from bot.settings import Settings

BODY_LIMIT: Final = 16 * 1024
_WIDER: Final = {"/doors/telegram": 256 * 1024, "/hooks/chatwoot": 256 * 1024}
"""What other products call: their shapes are wide, and a refused update comes again and again."""
ATTACHMENT_LIMIT: Final = 10 * 1024 * 1024
ATTACHMENTS_PER_MINUTE: Final = 10
SIGN_INS_PER_MINUTE: Final = 20
_ATTACHMENTS: Final = re.compile(r"/api/v1/conversations/[0-9a-f]{32}/attachments")


class Limits:
    """Counts requests in sliding windows; over the limit a problem says when to come back."""

    def __init__(self, settings: Settings, link: Link | None = None) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._link = link
        self._pool = None if link is None else _pool(link)
        self._shared = None if self._pool is None or link is None else _shared(link, self._pool)
        self._requests = RateLimitItemPerMinute(settings.requests_per_minute)
        self._messages = RateLimitItemPerMinute(settings.messages_per_minute)
        self._lookups = RateLimitItemPerMinute(settings.lookups_per_minute)
        self._codes = RateLimitItemPerHour(settings.codes_per_hour)
        self._codes_of_address = RateLimitItemPerHour(settings.codes_per_hour * 4)
        self._records = RateLimitItemPerMinute(settings.records_per_minute)
        self._attachments = RateLimitItemPerMinute(ATTACHMENTS_PER_MINUTE)
        self._sign_ins = RateLimitItemPerMinute(SIGN_INS_PER_MINUTE)
        self._conversations = RateLimitItemPerHour(settings.conversations_per_hour)

    async def close(self) -> None:
        """Give the connections back."""
        if self._pool is not None:
            await self._pool.aclose()

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

    async def attachment(self, conversation_id: str) -> None:
        """Count a file of a conversation: reading one takes seconds."""
        await self._count(self._attachments, "attachment", conversation_id)

    async def lookup(self, request: Request, reference: str) -> None:
        """Count a look at a ticket, of an address and of the reference."""
        await self._count(self._lookups, "lookup", _address(request))
        known = read_reference(reference)
        if known is not None:
            await self._count(self._lookups, "looked up", known)

    async def code(self, request: Request, reference: str) -> None:
        """Count a code that is wanted for a ticket, of an address and of the reference."""
        await self._count(self._codes_of_address, "code", _address(request))
        known = read_reference(reference)
        if known is not None:
            await self._count(self._codes, "code for", known)

    async def mailbox(self, fingerprint: str) -> None:
        """Count a code that goes to a mailbox, by its fingerprint."""
        await self._count(self._codes, "mailbox", fingerprint)

    async def _count(self, item: RateLimitItem, what: str, whose: str) -> None:
        if self._link is not None and self._shared is not None and not self._link.is_away:
            try:
                return await self._hit(self._shared, item, what, whose)
            except StorageError as error:  # then each gateway counts by itself
                self._link.failed(error.storage_error)
        return await self._hit(self._limiter, item, what, whose)

    @staticmethod
    async def _hit(
        limiter: SlidingWindowCounterRateLimiter, item: RateLimitItem, what: str, whose: str
    ) -> None:
        if await limiter.hit(item, what, whose):
            return
        window = await limiter.get_window_stats(item, what, whose)
        seconds = max(1, math.ceil(window.reset_time - time.time()))
        raise Problem("too-many-requests", {"Retry-After": str(seconds)})


def _pool(link: Link) -> ConnectionPool:
    """Connections of the counts' own; the library that counts closes none."""
    return ConnectionPool.from_url(
        link.url,
        socket_timeout=ANSWER_SECONDS,
        socket_connect_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


def _shared(link: Link, pool: ConnectionPool) -> SlidingWindowCounterRateLimiter:
    """Counts that all gateways share."""
    options: dict[str, Any] = {"connection_pool": pool}
    storage = RedisStorage(
        f"async+{link.url}",
        wrap_exceptions=True,
        implementation="redispy",
        key_prefix="seedwarden:limits",
        **options,
    )
    return SlidingWindowCounterRateLimiter(storage)


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
        if _ATTACHMENTS.fullmatch(scope["path"]):  # read by its route, once the token is known
            await self._app(scope, receive, send)
            return
        limit = _WIDER.get(scope["path"], self._limit)
        body = await self._whole_body(scope, receive, limit)
        if body is None:
            response = self._problems.response("body-too-large", language_of(Request(scope)))
            await response(scope, receive, send)
            return
        await self._app(scope, _replay(body, receive), send)

    async def _whole_body(self, scope: Scope, receive: Receive, limit: int) -> bytes | None:
        """Read the body; None when it is too large, at the first byte over the limit."""
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if declared.isdigit() and int(declared) > limit:
            return None
        parts, size = [], 0
        while True:
            message = await receive()
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > limit:
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
