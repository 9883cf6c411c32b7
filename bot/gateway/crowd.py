"""When Rasa has no place free: customers hear that many people write, and how many are before them.

Nothing of a customer's message waits in memory alone: it is stored before the queue begins.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

import structlog

from bot.content.language import Language
from bot.desk.service import Desk
from bot.gateway import metrics
from bot.gateway.hub import Happening, Hub
from bot.gateway.voice import ReplyUnknown, Voice

SAID_AFTER: Final = 2.0
"""Seconds; who waits less than this needs no explanation."""
SAID_AGAIN: Final = 600.0
REPLY: Final = "many_are_writing"
_MOST: Final = 20_000

_log = structlog.get_logger(__name__)


class Crowd:
    """Tells a customer once that it takes longer now, and shows where they stand meanwhile."""

    def __init__(
        self, desk: Desk, voice: Voice, hub: Hub, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._desk = desk
        self._voice = voice
        self._hub = hub
        self._clock = clock
        self._said: OrderedDict[str, float] = OrderedDict()

    @asynccontextmanager
    async def around(
        self, conversation_id: str, language: Language
    ) -> AsyncIterator[Callable[[int | None], None]]:
        """Give what the engine tells of the place in the queue; None says that it is over."""
        saying: asyncio.Task[None] | None = None
        over, began = asyncio.Event(), 0.0

        def told(ahead: int | None) -> None:
            nonlocal saying, began
            if ahead is None:
                metrics.ENGINE_WAIT_SECONDS.observe(self._clock() - began)
                over.set()
                return
            if saying is None:
                began = self._clock()
                saying = asyncio.create_task(self._say(conversation_id, language, over))
            happening = Happening("typing", {"author": "bot", "ahead": ahead})
            self._hub.tell(conversation_id, happening)

        try:
            yield told
        finally:
            over.set()
            if saying is not None:
                await saying

    async def _say(self, conversation_id: str, language: Language, over: asyncio.Event) -> None:
        """Say it unless it is ``over`` soon; a sentence that was begun is stored to its end."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(SAID_AFTER):
                await over.wait()
        if over.is_set() or self._was_said(conversation_id):
            return
        with contextlib.suppress(ReplyUnknown):
            drafts, _ = self._voice.drafts([{"reply": REPLY, "choices": []}], language, "system")
            try:
                await self._desk.say(conversation_id, drafts)
            except Exception as error:  # noqa: BLE001 - erased meanwhile; the answer must not suffer
                _log.warning("crowd_not_told", kind=type(error).__name__)
                return
            self._hub.tell(conversation_id, Happening("message"))

    def _was_said(self, conversation_id: str) -> bool:
        now = self._clock()
        before = self._said.pop(conversation_id, None)
        recently = before is not None and now - before < SAID_AGAIN
        self._said[conversation_id] = before if recently and before is not None else now
        while len(self._said) > _MOST:
            self._said.popitem(last=False)
        return recently
