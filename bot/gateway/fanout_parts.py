"""What several gateways share, or one has for itself: wake-ups, lanes, counts."""

from __future__ import annotations

import asyncio

import structlog

from bot.desk.service import Desk
from bot.errors import SettingInvalid
from bot.gateway.events import Polling
from bot.gateway.fanout import Fanout, Link
from bot.gateway.fanout_lanes import SharedLanes
from bot.gateway.hub import Hub
from bot.gateway.lanes import Lanes
from bot.gateway.limits import Limits
from bot.gateway.memories import Memories
from bot.gateway.standing import uses
from bot.settings import Settings

_log = structlog.get_logger(__name__)


def _refuse_many_without_redis(settings: Settings) -> None:
    if len(settings.engine_urls) > 1 and not settings.redis_url.get_secret_value():
        raise SettingInvalid(
            "SEEDWARDEN_RASA_URL", "several Rasa need SEEDWARDEN_REDIS_URL, where they take turns"
        )


class Across:
    """Joins the gateways over Redis where the settings name one; else all stays in the process."""

    def __init__(self, settings: Settings, desk: Desk, hub: Hub, memories: Memories) -> None:
        _refuse_many_without_redis(settings)
        url, longest = settings.redis_url.get_secret_value(), settings.waiting_messages
        self._link = Link(url) if url else None
        self._polling = Polling(desk, hub)
        self._fanout = Fanout(self._link, hub, memories.forget) if self._link else None
        self.lanes = Lanes(longest, SharedLanes(self._link, longest).enter if self._link else None)
        self.limits = Limits(settings, self._link)
        self._uses = uses(settings)

    async def run(self) -> None:
        """Tell and listen until cancelled; the log says what this gateway stands on."""
        _log.info("gateway_uses", **self._uses)
        rounds = [self._polling.run()]
        if self._fanout is not None:
            rounds.append(self._fanout.run())
        await asyncio.gather(*rounds)

    async def close(self) -> None:
        """Give the connections back."""
        await self.limits.close()
        if self._link is not None:
            await self._link.close()
