"""A conversation's lane over all gateways: tickets in Redis, with a lease for whoever dies."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import uuid4

from bot.errors import TooManyWaiting
from bot.gateway.fanout import FAILURES, Link

LEASE_SECONDS: Final = 4.0
"""After this long without a sign of life a gateway's turn is over for the others.

Its late answer finds the turn answered in the database and is dropped there.
"""
_RENEW_SECONDS: Final = 1.0
_ASK_SECONDS: Final = 0.03
_KEPT_MILLISECONDS: Final = 60_000
_FULL: Final = -1

# Tickets are numbered as they come; whoever gave no sign of life in time loses theirs. KEYS: the
# tickets by number, the tickets by the end of their lease. Gives the place in the queue from 0.
_TAKE: Final = """
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
for _, other in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', '(' .. now)) do
  if other ~= ARGV[1] then
    redis.call('ZREM', KEYS[1], other)
    redis.call('ZREM', KEYS[2], other)
  end
end
if not redis.call('ZSCORE', KEYS[1], ARGV[1]) then
  if redis.call('ZCARD', KEYS[1]) > tonumber(ARGV[3]) then return -1 end
  local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  redis.call('ZADD', KEYS[1], (tonumber(last[2]) or 0) + 1, ARGV[1])
end
redis.call('ZADD', KEYS[2], now + ARGV[2], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
return redis.call('ZRANK', KEYS[1], ARGV[1])
"""


class SharedLanes:
    """Gives turns in a conversation to all gateways, first come first served."""

    def __init__(self, link: Link, longest: int) -> None:
        self._link = link
        self._longest = longest
        self._take = link.client.register_script(_TAKE)

    @asynccontextmanager
    async def enter(self, conversation_id: str) -> AsyncIterator[None]:
        """Wait for one's turn; while Redis is away it is one's turn at once.

        Raises:
            TooManyWaiting: the queue is full; says after how many seconds to try again.
        """
        keys = [f"seedwarden:lane:{{{conversation_id}}}:{part}" for part in ("tickets", "leases")]
        ticket = uuid4().hex
        try:
            await self._wait(keys, ticket)
            renewing = asyncio.create_task(self._renew(keys, ticket))
            try:
                yield
            finally:
                renewing.cancel()
        finally:
            await self._leave(keys, ticket)

    async def _wait(self, keys: list[str], ticket: str) -> None:
        while (place := await self._place(keys, ticket)) > 0:  # noqa: ASYNC110 - in another process
            await asyncio.sleep(_ASK_SECONDS)
        if place == _FULL:
            raise TooManyWaiting(round(LEASE_SECONDS) + 1)

    async def _place(self, keys: list[str], ticket: str) -> int:
        if self._link.is_away:
            return 0
        wanted: list[Any] = [ticket, int(LEASE_SECONDS * 1000), self._longest, _KEPT_MILLISECONDS]
        try:
            return int(await self._take(keys=keys, args=wanted))
        except FAILURES as error:
            self._link.failed(error)
            return 0

    async def _renew(self, keys: list[str], ticket: str) -> None:
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            await self._place(keys, ticket)

    async def _leave(self, keys: list[str], ticket: str) -> None:
        """Give the turn on; if that fails, its lease ends by itself."""
        if self._link.is_away:
            return
        with contextlib.suppress(*FAILURES):
            pipe = self._link.client.pipeline(transaction=True)
            for key in keys:
                pipe.zrem(key, ticket)
            await asyncio.shield(pipe.execute())
