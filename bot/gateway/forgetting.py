"""Rasa forgets a conversation: at once, or as soon as it answers again.

Its tracker keeps the words of earlier messages. When they turn out to be pieces of a secret they
must go, though Rasa or its database is away at that moment or this gateway is killed: what is
owed stands in the outbox before it is tried, and any gateway may pay it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import structlog

from bot.desk.copies import Pieces
from bot.desk.outbox import Order, Parcel
from bot.desk.service import Desk
from bot.engine import Engine
from bot.errors import EngineUnavailable, TooManyWaiting
from bot.gateway.lanes import Lanes
from bot.gateway.outbox import TooEarly

FORGET: Final = "forget"
"""The outbox's kind of row."""
FIRST_WAIT: Final = timedelta(seconds=2)
LONGEST_WAIT: Final = timedelta(minutes=1)
LONGEST_TURN: Final = 75.0
"""Seconds to wait for the turn under way: a shorter time than the outbox gives a handler."""
AWAY_SECONDS: Final = 5.0
"""After a failure the other debts wait so long without asking, so that mails go past them."""

_log = structlog.get_logger(__name__)


class Forgetting:
    """Lets Rasa forget between a conversation's turns; handles the outbox's ``forget``."""

    def __init__(self, desk: Desk, engine: Engine, lanes: Lanes) -> None:
        self._desk = desk
        self._engine = engine
        self._lanes = lanes
        self._away_until = 0.0

    def pieces(self, conversation_id: str, message_ids: Sequence[str]) -> Pieces | None:
        """Pieces of a secret that are to be overwritten, with what is owed for them; or None."""
        if not message_ids:
            return None
        owed = Order(FORGET, self._desk.now() + FIRST_WAIT, conversation_id)
        return Pieces(tuple(message_ids), owed)

    async def owe(self, conversation_id: str) -> int:
        """Note that Rasa has to forget a conversation; nothing but ``pay`` ends that."""
        return await self._desk.owe(FORGET, conversation_id, FIRST_WAIT) or 0

    async def pay(self, conversation_id: str, debt: int) -> None:
        """Try now, within the conversation's turn; what fails stays owed."""
        if await self._is_forgotten(conversation_id):
            await self._desk.settled(FORGET, conversation_id, debt)

    async def deliver(self, parcel: Parcel) -> None:
        """Try again, for as long as it takes.

        Raises:
            TooEarly: Rasa is away, or a turn is under way.
        """
        if parcel.conversation_id is None:
            return
        if time.monotonic() < self._away_until:
            raise TooEarly(self._wait(parcel))
        try:
            async with asyncio.timeout(LONGEST_TURN), self._lanes.enter(parcel.conversation_id):
                await self._deliver(parcel, parcel.conversation_id)
        except (TimeoutError, TooManyWaiting):
            raise TooEarly(self._wait(parcel)) from None

    async def _deliver(self, parcel: Parcel, conversation_id: str) -> None:
        if not await self._desk.is_owed(parcel):
            return  # the turn that owed it has paid
        if not await self._is_forgotten(conversation_id):
            self._away_until = time.monotonic() + AWAY_SECONDS
            raise TooEarly(self._wait(parcel))
        # Older debts of this conversation as well: a second time would cost a case that goes on.
        await self._desk.settled(FORGET, conversation_id, parcel.id)

    def _wait(self, parcel: Parcel) -> timedelta:
        """As long as it is owed already, within limits."""
        return min(max(self._desk.now() - parcel.created_at, FIRST_WAIT), LONGEST_WAIT)

    async def _is_forgotten(self, conversation_id: str) -> bool:
        try:
            await self._engine.forget(conversation_id)
        except EngineUnavailable as error:
            _log.error("tracker_not_erased", conversation=conversation_id, reason=error.reason)
            return False
        return True
