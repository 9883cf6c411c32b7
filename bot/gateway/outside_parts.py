"""Chatwoot and the messengers, put together where the settings name them."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Final

import httpx
from fastapi import APIRouter

from bot.desk.service import Desk
from bot.gateway.chatwoot.client import Chatwoot
from bot.gateway.chatwoot.hearing import Hearing
from bot.gateway.chatwoot.hook import Hook, hook_router
from bot.gateway.chatwoot.relay import Relay
from bot.gateway.doors.door import Door, DoorParts
from bot.gateway.doors.telegram import PATH, UPDATES, Telegram, telegram_router
from bot.gateway.handing import Handing
from bot.gateway.handoff import BuiltInDesk, HandoffProvider
from bot.gateway.hub import Hub
from bot.settings import Settings

_TIMEOUT_SECONDS: Final = 10


class OutsideParts:
    """What talks with other products: ``provider`` for hand-offs, ``hooks`` for their calls."""

    def __init__(self, settings: Settings, desk: Desk, hub: Hub) -> None:
        self._settings = settings
        self._desk = desk
        self._runs: list[Callable[[], Coroutine[Any, Any, None]]] = []
        self.hooks = APIRouter()
        self.provider: HandoffProvider = BuiltInDesk(hub)
        if settings.chatwoot_url:
            relay = Relay(desk, _chatwoot(settings), self.provider)
            self.provider = relay
            self._runs.append(relay.run)

    def open(self, handing: Handing, parts: DoorParts) -> None:
        """Open the doors through which other products call us."""
        settings = self._settings
        if settings.chatwoot_url:
            secret = settings.chatwoot_secret.get_secret_value()
            heard = Hearing(self._desk, handing, settings.chatwoot_account)
            hook = Hook(self._desk, heard, secret)
            self.hooks.include_router(hook_router(hook))
        if settings.telegram_token.get_secret_value():
            telegram = Telegram(_client(), settings.telegram_api, settings.telegram_token)
            door = Door(telegram, parts)
            self.hooks.include_router(telegram_router(door, telegram, settings.telegram_secret))
            self._runs.append(door.run)

    def runs(self) -> list[Coroutine[Any, Any, None]]:
        """What runs for as long as the gateway does."""
        return [run() for run in self._runs]


async def call_us_from_telegram(settings: Settings, address: str) -> str:
    """Tell Telegram where its updates go and with which secret; gives the whole address.

    Raises:
        NotDelivered: Telegram refused, or could not be reached.
    """
    telegram = Telegram(_client(), settings.telegram_api, settings.telegram_token)
    url = address.rstrip("/") + PATH
    wanted = {
        "url": url,
        "secret_token": settings.telegram_secret.get_secret_value(),
        "allowed_updates": list(UPDATES),
    }
    try:
        await telegram.call("setWebhook", wanted)
    finally:
        await telegram.aclose()
    return url


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=_TIMEOUT_SECONDS)


def _chatwoot(settings: Settings) -> Chatwoot:
    return Chatwoot(
        _client(),
        url=settings.chatwoot_url,
        account=settings.chatwoot_account,
        inbox=settings.chatwoot_inbox,
        token=settings.chatwoot_token.get_secret_value(),
    )
