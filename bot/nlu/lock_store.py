"""One turn of a conversation at a time, over all Rasa processes: leases in Redis.

Rasa's own Redis store reads and writes a lock in two steps, asks once a second, and holds a dead
process' lock for a minute. A lease here is taken in one step and ends by itself soon after its
process does. While Redis is away each process keeps order alone; what then goes wrong between
two of them ends at the tracker store's fence (``tracker_store.py``), never in a lost answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from rasa.core.lock_store import LockStore
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.nlu import turn

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from rasa.utils.endpoints import EndpointConfig

LEASE_SECONDS: Final = 4.0
"""After this long without a sign of life a process' turn is over for the others."""
WAIT_SECONDS: Final = 20.0
"""Nobody waits longer for a conversation; the gateway has given up by then."""
ANSWER_SECONDS: Final = 1.0
_AGAIN_SECONDS: Final = 2.0
_ASK_SECONDS: Final = 0.03
_FAILURES: Final = (RedisError, OSError, asyncio.TimeoutError)

_RENEW: Final = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0
"""
_LEAVE: Final = """
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
"""

_held: Final[ContextVar[frozenset[str]]] = ContextVar("seedwarden_held", default=frozenset())
_log: Final = logging.getLogger(__name__)


class Busy(turn.TurnFailed):
    """Another turn of this conversation takes too long."""

    status = 503
    word = "busy"


@dataclass
class _Lane:
    """Who waits for a conversation in this process."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


class SeedwardenLockStore(LockStore):
    """Rasa's lock store, named by class path in endpoints.yml.

    Its ``url`` there is Redis' address; an empty one keeps all locks in this process.
    """

    def __init__(self, endpoint_config: EndpointConfig | None = None) -> None:
        super().__init__()
        url = endpoint_config.url if endpoint_config is not None else ""
        self._redis = _connect(url) if url else None
        self._lanes: dict[str, _Lane] = {}
        self._away_until = 0.0

    @asynccontextmanager
    async def lock(self, conversation_id: str, *_: Any, **__: Any) -> AsyncIterator[None]:
        """Wait for the conversation; whoever holds it already goes straight on.

        Raises:
            Busy: somebody else held it all the time.
        """
        if conversation_id in _held.get():
            yield
            return
        lane = self._lanes.setdefault(conversation_id, _Lane())
        lane.users += 1
        try:
            async with _soon(lane.lock), self._lease(conversation_id):
                mark = _held.set(_held.get() | {conversation_id})
                try:
                    yield
                finally:
                    _held.reset(mark)
        finally:
            lane.users -= 1
            if not lane.users:
                del self._lanes[conversation_id]

    @asynccontextmanager
    async def _lease(self, conversation_id: str) -> AsyncIterator[None]:
        key, mine = f"seedwarden:rasa:{{{conversation_id}}}", uuid4().hex
        await self._take(key, mine)
        renewing = asyncio.create_task(self._renew(key, mine)) if self._redis else None
        try:
            yield
        finally:
            if renewing is not None:
                renewing.cancel()
                await self._ask("eval", _LEAVE, 1, key, mine)

    async def _take(self, key: str, mine: str) -> None:
        ends = time.monotonic() + WAIT_SECONDS
        while not await self._ask("set", key, mine, px=int(LEASE_SECONDS * 1000), nx=True):
            if time.monotonic() > ends:
                raise Busy
            await asyncio.sleep(_ASK_SECONDS)

    async def _renew(self, key: str, mine: str) -> None:
        while True:
            await asyncio.sleep(LEASE_SECONDS / 4)
            await self._ask("eval", _RENEW, 1, key, mine, int(LEASE_SECONDS * 1000))

    async def _ask(self, command: str, *words: Any, **options: Any) -> Any:
        """What Redis says; True while it is away, for then everybody goes on alone."""
        if self._redis is None or time.monotonic() < self._away_until:
            return True
        try:
            answer = await getattr(self._redis, command)(*words, **options)
        except _FAILURES as error:
            if not self._away_until:
                _log.error("redis_away: locks hold in this process only: %s", type(error).__name__)
            self._away_until = time.monotonic() + _AGAIN_SECONDS
            return True
        if self._away_until:
            self._away_until = 0.0
            _log.warning("redis_back: locks hold for all processes again")
        return answer


@asynccontextmanager
async def _soon(lock: asyncio.Lock) -> AsyncIterator[None]:
    try:
        await asyncio.wait_for(lock.acquire(), WAIT_SECONDS)
    except asyncio.TimeoutError:
        raise Busy from None
    try:
        yield
    finally:
        with contextlib.suppress(RuntimeError):
            lock.release()


def _connect(url: str) -> Any:
    return Redis.from_url(url, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS)
