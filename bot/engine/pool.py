"""Which Rasa takes the next turn, and who waits for one: rules without any I/O.

Each Rasa takes ``at_once`` turns; of those that failed least of late the least busy one gets the
next. When none has a place, turns wait in the order they came. One that failed rests until it was
seen to be well again.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final

from bot.errors import EngineUnavailable

FIRST_REST: Final = 1.0
LONGEST_REST: Final = 30.0
"""Seconds after which a Rasa that failed is tried again though nobody saw it well."""

DOUBTED: Final = 30.0
"""Seconds in which one that let a turn wait in vain comes last, though its health is good."""

Told = Callable[[int | None], None]
"""Hears how many turns are before one's own, whenever that changes; None: it is one's turn."""


@dataclass(slots=True)
class Standing:
    """How one Rasa stands, as this process sees it; times by the pool's clock."""

    url: str
    busy: int = 0
    failures: int = 0
    rests_until: float = 0.0
    answered_at: float = float("-inf")
    slow_at: float = float("-inf")

    def doubt(self, now: float) -> int:
        """How often it failed of late; a good health answer does not make up for silence."""
        return self.failures + (now - self.slow_at < DOUBTED)


def choose(
    standings: Sequence[Standing], tried: Collection[str], at_once: int, now: float
) -> Standing | None:
    """The Rasa for a turn that ``tried`` some already; None when it has to wait.

    While all that are left rest, they are asked all the same: one of them may be back. Failures
    count before busyness: one that answers nobody is the least busy of all.
    """
    left = [one for one in standings if one.url not in tried]
    well = [one for one in left if one.rests_until <= now]
    free = [one for one in well or left if one.busy < at_once]
    return min(free, key=lambda one: (one.doubt(now), one.busy, one.answered_at), default=None)


@dataclass(slots=True, eq=False)
class _Waiter:
    tried: Collection[str]
    told: Told
    place: asyncio.Future[Standing] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Pool:
    """The places of all Rasa processes, and the queue before them."""

    def __init__(
        self, urls: Sequence[str], at_once: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._standings = [Standing(url) for url in urls]
        self._at_once = at_once
        self._clock = clock
        self._queue: deque[_Waiter] = deque()

    @property
    def urls(self) -> list[str]:
        """All addresses, in the order of the settings."""
        return [one.url for one in self._standings]

    @property
    def waiting(self) -> int:
        """How many turns wait for a place."""
        return len(self._queue)

    @property
    def busy(self) -> int:
        """How many turns have a place."""
        return sum(one.busy for one in self._standings)

    def resting(self) -> list[str]:
        """The addresses that failed and were not seen well since."""
        return [one.url for one in self._standings if one.failures]

    @asynccontextmanager
    async def place(
        self, tried: Collection[str], patience: float, told: Told
    ) -> AsyncIterator[Standing]:
        """Have a place at a Rasa that was not tried yet; waits ``patience`` seconds at most.

        Raises:
            EngineUnavailable: no place in time, or none left to try.
        """
        standing = await self._taken(tried, patience, told)
        try:
            yield standing
        finally:
            standing.busy -= 1
            self._serve()

    def answered(self, standing: Standing) -> None:
        """Note that it answered a turn."""
        standing.answered_at, standing.slow_at = self._clock(), float("-inf")
        self._well(standing)

    def is_well(self, url: str) -> None:
        """Note that its health was asked for and is good."""
        for one in self._standings:
            if one.url == url:
                self._well(one)

    def _well(self, standing: Standing) -> None:
        standing.failures, standing.rests_until = 0, 0.0
        self._serve()

    def failed(self, standing: Standing, since: float | None = None) -> None:
        """Let it rest, longer each time; one too slow ``since`` then only if it served nobody."""
        if since is not None and standing.answered_at >= since:
            return
        if since is not None:
            standing.slow_at = self._clock()
        standing.failures += 1
        rest = min(FIRST_REST * 2 ** (standing.failures - 1), LONGEST_REST)
        standing.rests_until = self._clock() + rest

    def now(self) -> float:
        """The pool's clock."""
        return self._clock()

    async def _taken(self, tried: Collection[str], patience: float, told: Told) -> Standing:
        if not set(self.urls) - set(tried):
            raise EngineUnavailable("none_left")
        if tried or not self._queue:  # who was let down by a Rasa has waited already
            found = choose(self._standings, tried, self._at_once, self._clock())
            if found is not None:
                found.busy += 1
                return found
        return await self._waited(_Waiter(tried, told), patience)

    async def _waited(self, waiter: _Waiter, patience: float) -> Standing:
        if patience <= 0:
            raise EngineUnavailable("busy")
        if waiter.tried:
            self._queue.appendleft(waiter)
        else:
            self._queue.append(waiter)
        waiter.told(self._queue.index(waiter))
        try:
            async with asyncio.timeout(patience):
                return await waiter.place
        except TimeoutError:
            self._gone(waiter)
            raise EngineUnavailable("busy") from None
        except asyncio.CancelledError:
            self._gone(waiter)
            raise

    def _gone(self, waiter: _Waiter) -> None:
        """Leave the queue; a place that was just given goes to the next."""
        if waiter in self._queue:
            self._queue.remove(waiter)
        elif waiter.place.done() and not waiter.place.cancelled():
            waiter.place.result().busy -= 1
            self._serve()

    def _serve(self) -> None:
        """Give free places to those who waited longest, and tell the others where they stand."""
        served = False
        for waiter in tuple(self._queue):
            found = choose(self._standings, waiter.tried, self._at_once, self._clock())
            if found is not None and not waiter.place.done():
                found.busy += 1
                self._queue.remove(waiter)
                waiter.place.set_result(found)
                waiter.told(None)
                served = True
        if served:
            for position, waiter in enumerate(self._queue):
                waiter.told(position)
