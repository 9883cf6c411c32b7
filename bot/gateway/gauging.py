"""The gauges that are looked up when they are read: what waits on the desk, which parts answer."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Final

import structlog

from bot.desk.backlog import Backlog
from bot.desk.service import Desk
from bot.engine import Engine
from bot.errors import DeskUnavailable
from bot.gateway import metrics

FRESH_SECONDS: Final = 5.0
"""However many ask, the database is counted this seldom."""
LONGEST_SECONDS: Final = 3.0
"""A scrape must end before Prometheus gives up (10 s), with the other figures at least."""

_log = structlog.get_logger(__name__)


class Gauging:
    """Looks at most every five seconds; who comes in between reads what was found."""

    def __init__(self) -> None:
        self._looked_at = -FRESH_SECONDS
        self._lock = asyncio.Lock()

    @classmethod
    def of(cls, state: Any) -> Gauging:
        """The one of an application, made when it is first asked for."""
        if not hasattr(state, "gauging"):
            state.gauging = cls()
        gauging: Gauging = state.gauging
        return gauging

    async def look(self, desk: Desk, engine: Engine) -> None:
        """Set the gauges; never raises: a part that is away is a figure too."""
        async with self._lock:
            if time.monotonic() - self._looked_at < FRESH_SECONDS:
                return
            self._looked_at = time.monotonic()
            backlog, health = await asyncio.gather(_count(desk), engine.health())
            metrics.UP.labels("desk").set(backlog is not None)
            metrics.UP.labels("rasa").set(health.rasa == "ok")
            metrics.UP.labels("actions").set(health.actions == "ok")
            if backlog is not None:
                show(backlog)


async def _count(desk: Desk) -> Backlog | None:
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            return await desk.backlog()
    except (DeskUnavailable, TimeoutError) as error:
        _log.error("backlog_not_counted", kind=type(error).__name__)
        return None


def show(backlog: Backlog) -> None:
    """Set the gauges of what waits; a kind that is gone is gone from the figures as well."""
    metrics.QUEUE.set(backlog.handoffs)
    metrics.QUEUE_OLDEST.set(backlog.handoffs_oldest)
    metrics.BACKLOG_OLDEST.set(backlog.outbox_oldest)
    metrics.OVERDUE.set(backlog.overdue)
    for gauge, found in ((metrics.BACKLOG, backlog.outbox), (metrics.DEAD, backlog.dead)):
        gauge.clear()
        for kind, number in found.items():
            gauge.labels(kind).set(number)
