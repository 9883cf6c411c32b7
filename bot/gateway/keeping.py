"""What the gateway does beside answering: forget what was erased, delete what is too old."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Final

import structlog

from bot.desk.retention import Periods
from bot.desk.service import Desk
from bot.desk.vault import Vault
from bot.gateway.erasing import Erasing

ROUND_SECONDS: Final = 60
_NIGHT: Final = 3
"""The hour, by the office's clocks, in which old data is deleted."""

_log = structlog.get_logger(__name__)


class Keeping:
    """Makes a round every minute for as long as the gateway runs."""

    def __init__(
        self, desk: Desk, erasing: Erasing, periods: Periods, vault: Vault | None = None
    ) -> None:
        self._desk = desk
        self._erasing = erasing
        self._periods = periods
        self._vault = vault
        self._retained_on: date | None = None

    async def run(self) -> None:
        """Make rounds until cancelled; one that fails is logged, the next one comes."""
        while True:
            try:
                await self.round(datetime.now(UTC))
            except Exception as error:  # noqa: BLE001 - a loop that ends is worse than any one failure
                _log.error("round_failed", kind=type(error).__name__)
            await asyncio.sleep(ROUND_SECONDS)

    async def round(self, now: datetime) -> None:
        """Forget what was erased, tally what changed; once a night delete what is too old."""
        await self._erasing.catch_up()
        await self._tally()
        at = now.astimezone(self._desk.office.zone)
        if at.hour != _NIGHT or self._retained_on == at.date():
            return
        retained = await self._desk.retain(self._periods)
        if self._vault is not None:  # files whose messages are gone, or that never had one
            await self._vault.sweep(await self._desk.attachment_ids())
        self._retained_on = at.date()
        _log.info("retained", **asdict(retained))

    async def _tally(self) -> None:
        """Count what changed, so that no dashboard waits for it; never stops the rest."""
        try:
            await self._desk.tally()
        except Exception as error:  # noqa: BLE001 - figures may wait, what must be deleted may not
            _log.error("tally_failed", kind=type(error).__name__)
