"""Drains the outbox: takes what is due, lets a handler send it, tries again with longer waits.

A kind of row needs one ``Handler``; messengers use the same table with a kind of their own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Final, Protocol

import structlog
from tenacity import AsyncRetrying, RetryCallState, stop_after_attempt, wait_exponential_jitter

from bot.desk.outbox import Parcel
from bot.desk.service import Desk
from bot.errors import SeedwardenError
from bot.gateway import metrics

LONGEST_SECONDS: Final = 90
"""What a handler may take: less than the lease, so that nobody takes its row up meanwhile."""
MOST_AT_ONCE: Final = 4
_PAUSE_SECONDS: Final = 2.0
_TIDY_ROUNDS: Final = 1800
_RETRY: Final = AsyncRetrying(
    wait=wait_exponential_jitter(multiplier=30, max=3600, jitter=5), stop=stop_after_attempt(10)
)
"""Ten tries within about three hours; waits in seconds."""

_log = structlog.get_logger(__name__)


class Undeliverable(SeedwardenError):
    """It can never be sent, however often it is tried; ``reason`` is one word for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"It cannot be delivered: {reason}.")
        self.reason = reason


class TooEarly(SeedwardenError):
    """It is not time for it yet; ``wait`` tells when to look again, and no failure is counted."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("It is not time for it yet.")
        self.wait = wait


class Handler(Protocol):
    """Sends one kind of row."""

    async def deliver(self, parcel: Parcel) -> None:
        """Send it, or do nothing when there is nothing left to tell.

        Raises:
            Undeliverable: it goes to the dead letters at once.
            TooEarly: it is looked at again later.
            Exception: anything else is tried again with a longer wait.
        """


class Outbox:
    """One task of the gateway; several processes may drain the same table."""

    def __init__(self, desk: Desk, handlers: Mapping[str, Handler], tidy: Tidy) -> None:
        self._desk = desk
        self._handlers = handlers
        self._tidy = tidy

    async def run(self) -> None:
        """Drain until cancelled; a round that fails is logged, the next one comes."""
        rounds = 0
        while True:
            try:
                await self.drain()
                if rounds % _TIDY_ROUNDS == 0:
                    await self._tidy.tidy()
            except Exception as error:  # noqa: BLE001 - a loop that ends is worse than any one failure
                _log.error("outbox_not_drained", kind=type(error).__name__)
            rounds += 1
            await asyncio.sleep(_PAUSE_SECONDS)

    async def drain(self) -> int:
        """Work off what is due, a few rows at once; gives how many rows that were.

        A server that hangs holds up its own row: the others, and new ones, go past it.
        """
        running: set[asyncio.Task[None]] = set()
        done = 0
        try:
            while True:
                while len(running) < MOST_AT_ONCE and (parcel := await self._next()) is not None:
                    running.add(asyncio.create_task(self._delivered(parcel)))
                    done += 1
                if not running:
                    return done
                _, running = await asyncio.wait(
                    running, timeout=_PAUSE_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
        except Exception:
            if running:  # what is half sent would be sent again
                await asyncio.wait(running)
            raise
        finally:
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def _next(self) -> Parcel | None:
        return await self._desk.claim_parcel(list(self._handlers))

    async def _delivered(self, parcel: Parcel) -> None:
        try:
            await self._deliver(parcel)
        except Exception as error:  # noqa: BLE001 - its lease ends, then it is tried again
            _log.error("outbox_not_noted", kind=type(error).__name__, row=parcel.id)

    async def _deliver(self, parcel: Parcel) -> None:
        if self._desk.is_too_late(parcel):
            await self._give_up(parcel, "too_late")
            return
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                await self._handlers[parcel.kind].deliver(parcel)
        except TooEarly as early:
            await self._desk.parcel_later(parcel, early.wait, "too_early", counts=False)
        except Undeliverable as error:
            await self._give_up(parcel, error.reason)
        except Exception as error:  # noqa: BLE001 - whatever a handler's library raises
            await self._again(parcel, type(error).__name__)
        else:
            await self._desk.parcel_sent(parcel)
            metrics.OUTBOX.labels(parcel.kind, "sent").inc()

    async def _again(self, parcel: Parcel, reason: str) -> None:
        state = RetryCallState(_RETRY, None, (), {})
        state.attempt_number = parcel.attempts
        if _RETRY.stop(state):
            await self._give_up(parcel, reason)
            return
        wait = timedelta(seconds=_RETRY.wait(state))
        await self._desk.parcel_later(parcel, wait, reason)
        metrics.OUTBOX.labels(parcel.kind, "later").inc()
        _log.warning("outbox_later", kind=parcel.kind, row=parcel.id, reason=reason)

    async def _give_up(self, parcel: Parcel, reason: str) -> None:
        await self._desk.parcel_dead(parcel, reason)
        metrics.OUTBOX.labels(parcel.kind, "dead").inc()
        _log.error("outbox_dead", kind=parcel.kind, row=parcel.id, reason=reason)


class Tidy(Protocol):
    """What deletes old rows now and then."""

    async def tidy(self) -> None:
        """Delete what nobody needs any more."""
