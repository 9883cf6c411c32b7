"""Wake-ups between gateways over a Redis stream: ids and kinds, never a word of anybody.

The database stays the truth. What Redis loses costs a stream one poll of the database, and
while Redis is away every gateway serves on by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Final
from uuid import uuid4

import structlog
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError

from bot.gateway import metrics
from bot.gateway.hub import KINDS, Happening, Hub

SETTING: Final = "SEEDWARDEN_REDIS_URL"
STREAM: Final = "seedwarden:events"
LONGEST: Final = 10_000
"""Wake-ups that the stream keeps: a gateway that lags further behind reads everything anew."""
FAILURES: Final = (RedisError, OSError, TimeoutError)
ANSWER_SECONDS: Final = 1.0
_AGAIN_SECONDS: Final = 0.5
_BLOCK_MILLISECONDS: Final = 1000
_AT_ONCE: Final = 500
_AUTHORS: Final = frozenset({"bot", "agent", "customer"})

_log = structlog.get_logger(__name__)


class Link:
    """A connection to Redis that tells once when it breaks, and once when it is back."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_away = False
        self.client = self._client(ANSWER_SECONDS)
        self.listener = self._client(ANSWER_SECONDS + _BLOCK_MILLISECONDS / 1000)

    def _client(self, seconds: float) -> Redis:
        return Redis.from_url(
            self.url,
            decode_responses=True,
            socket_timeout=seconds,
            socket_connect_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )

    def failed(self, error: BaseException) -> None:
        """Note that Redis does not answer; the operator reads it once."""
        if not self.is_away:
            self.is_away = True
            metrics.REDIS_AWAY.set(1)
            _log.error("redis_away", setting=SETTING, kind=type(error).__name__)

    def answered(self) -> None:
        """Note that Redis answers (again)."""
        if self.is_away:
            self.is_away = False
            metrics.REDIS_AWAY.set(0)
            _log.warning("redis_back", setting=SETTING)

    async def close(self) -> None:
        """Give the connections back."""
        for client in (self.client, self.listener):
            await client.aclose()


class Fanout:
    """Tells the other gateways what happens here, and the hub what happens there."""

    def __init__(self, link: Link, hub: Hub, erased: Callable[[str], None]) -> None:
        self._link = link
        self._hub = hub
        self._erased = erased
        self._name = uuid4().hex
        self._outbox: dict[tuple[str, str, str], None] = {}
        self._wake = asyncio.Event()
        self._last = ""
        hub.relay = self.send

    def send(self, subject: str, happening: Happening) -> None:
        """Put a wake-up in the outbox; the same one twice wakes once."""
        author = str(happening.data.get("author", ""))
        if happening.kind == "typing" and self._link.is_away:
            return  # nobody types any more when Redis is back
        if len(self._outbox) < LONGEST:
            self._outbox[subject, happening.kind, author] = None
            self._wake.set()

    async def run(self) -> None:
        """Send and listen until cancelled; what cannot be sent now is sent later."""
        await asyncio.gather(self._send_all(), self._listen())

    async def _send_all(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            taken, self._outbox = self._outbox, {}
            try:
                await self._add(list(taken))
            except FAILURES as error:
                self._link.failed(error)
                self._outbox = taken | self._outbox
                self._wake.set()
                await asyncio.sleep(_AGAIN_SECONDS)
            except Exception as error:  # noqa: BLE001 - wake-ups that break it cost one poll each
                _log.error("wakeups_not_sent", kind=type(error).__name__)

    async def _add(self, wakeups: list[tuple[str, str, str]]) -> None:
        pipe = self._link.client.pipeline(transaction=False)
        for subject, kind, author in wakeups:
            told: Any = {"from": self._name, "about": subject, "kind": kind, "author": author}
            pipe.xadd(STREAM, told, maxlen=LONGEST, approximate=True)
        await pipe.execute()

    async def _listen(self) -> None:
        connected = False
        while True:
            try:
                if not connected or self._link.is_away:
                    connected = await self._take_up()
                await self._read()
            except FAILURES as error:  # noqa: PERF203 - for ever
                connected = False
                self._link.failed(error)
                await asyncio.sleep(_AGAIN_SECONDS)
            except Exception as error:  # noqa: BLE001 - a loop that ends is worse
                connected = False
                _log.error("wakeups_not_read", kind=type(error).__name__)
                await asyncio.sleep(_AGAIN_SECONDS)

    async def _take_up(self) -> bool:
        """Go on where the reading broke off; then let everybody look, for much may be lost."""
        newest, oldest = await self._ends()
        if not self._last or _order(self._last) > _order(newest):  # the first time, or emptied
            self._last = newest
        self._link.answered()
        self._hub.look(anew=_order(oldest) > _order(self._last))
        return True

    async def _ends(self) -> tuple[str, str]:
        """The last id that was given out, and the first that is still there."""
        try:
            about = await self._link.client.xinfo_stream(STREAM)
        except ResponseError:  # no such stream yet
            return "0-0", "0-0"
        first = about["first-entry"]
        return str(about["last-generated-id"]), str(first[0]) if first else "0-0"

    async def _read(self) -> None:
        before = self._last
        answer = await self._link.listener.xread(
            {STREAM: before}, count=_AT_ONCE, block=_BLOCK_MILLISECONDS
        )
        entries = [entry for _, found in _streams(answer) for entry in found]
        for number, told in entries:
            self._last = number
            self._hear(told)
        if len(entries) == _AT_ONCE and _order((await self._ends())[1]) > _order(self._last):
            self._hub.look(anew=True)

    def _hear(self, told: Mapping[str, str]) -> None:
        kind, subject, author = (told.get(name, "") for name in ("kind", "about", "author"))
        if told.get("from") == self._name or kind not in KINDS:
            return
        if kind == "erased":
            self._erased(subject)
        data = {"author": author} if author in _AUTHORS else {}
        self._hub.deliver(subject, Happening(KINDS[kind], data))


def _streams(answer: Any) -> list[tuple[str, list[tuple[str, dict[str, str]]]]]:
    """What was read, whichever version of the protocol is spoken."""
    if isinstance(answer, Mapping):
        return [(name, found[0]) for name, found in answer.items()]
    return list(answer or [])


def _order(number: str) -> tuple[int, int]:
    """A stream's id as numbers that compare."""
    time, _, count = number.partition("-")
    return int(time), int(count or 0)
