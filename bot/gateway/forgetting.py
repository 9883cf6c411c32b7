"""Rasa forgets a conversation: at once, or as soon as it answers again.

Its tracker keeps the words of earlier messages. When they turn out to be pieces of a secret they
must go, though Rasa or its database is away at that moment.
"""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from bot.engine import Engine
from bot.errors import EngineUnavailable

FIRST_WAIT: Final = 1.0
LONGEST_WAIT: Final = 60.0
TRIES: Final = 120
"""About two hours; after a week without a turn Rasa erases a tracker by itself."""

_log = structlog.get_logger(__name__)


class Forgetting:
    """Lets Rasa forget, and tries again in the background for as long as this gateway lives."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._owed: dict[str, asyncio.Task[None]] = {}

    async def forget(self, conversation_id: str) -> None:
        """Try now; what fails is owed."""
        if await self._is_forgotten(conversation_id) or conversation_id in self._owed:
            return
        task = asyncio.create_task(self._later(conversation_id))
        self._owed[conversation_id] = task
        task.add_done_callback(lambda _: self._owed.pop(conversation_id, None))

    async def _later(self, conversation_id: str) -> None:
        wait = FIRST_WAIT
        for _ in range(TRIES):
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)
            if await self._is_forgotten(conversation_id):
                return

    async def _is_forgotten(self, conversation_id: str) -> bool:
        try:
            await self._engine.forget(conversation_id)
        except EngineUnavailable as error:
            _log.error("tracker_not_erased", conversation=conversation_id, reason=error.reason)
            return False
        return True
