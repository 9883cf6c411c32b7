"""Work that comes round again and again for as long as the gateway runs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

LOOK_SECONDS: Final = 1.0


async def keep_making(
    one_round: Callable[[], Awaitable[None]],
    woken: asyncio.Event,
    failed: Callable[[str], None],
) -> None:
    """Make a round whenever woken, and every second, until cancelled.

    ``failed`` is told the kind of an error: a loop that ends is worse than any one failure.
    """
    while True:
        woken.clear()
        try:
            await one_round()
        except Exception as error:  # noqa: BLE001 - see above
            failed(type(error).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(woken.wait(), LOOK_SECONDS)
