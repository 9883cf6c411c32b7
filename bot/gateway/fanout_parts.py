"""What several gateways share, or one has for itself: wake-ups, lanes, counts."""

from __future__ import annotations

import asyncio

import structlog

from bot.desk.service import Desk
from bot.gateway.events import Polling
from bot.gateway.fanout import Fanout, Link
from bot.gateway.fanout_lanes import SharedLanes
from bot.gateway.hub import Hub
from bot.gateway.lanes import Lanes
from bot.gateway.limits import Limits
from bot.gateway.memories import Memories
from bot.settings import Settings

_log = structlog.get_logger(__name__)


class Across:
    """Joins the gateways over Redis where the settings name one; else all stays in the process."""

    def __init__(self, settings: Settings, desk: Desk, hub: Hub, memories: Memories) -> None:
        url, longest = settings.redis_url.get_secret_value(), settings.waiting_messages
        self._link = Link(url) if url else None
        self._polling = Polling(desk, hub)
        self._fanout = Fanout(self._link, hub, memories.forget) if self._link else None
        self.lanes = Lanes(longest, SharedLanes(self._link, longest).enter if self._link else None)
        self.limits = Limits(settings, self._link)
        self._database = settings.desk_url.partition("+")[0]

    async def run(self) -> None:
        """Tell and listen until cancelled; the log says what this gateway stands on."""
        _log.info("gateway_uses", database=self._database, redis=self._link is not None)
        rounds = [self._polling.run()]
        if self._fanout is not None:
            rounds.append(self._fanout.run())
        await asyncio.gather(*rounds)

    async def close(self) -> None:
        """Give the connections back."""
        await self.limits.close()
        if self._link is not None:
            await self._link.close()
