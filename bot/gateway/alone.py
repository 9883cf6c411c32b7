"""SQLite takes one gateway: who holds its lock file is the one, and a second is turned away.

Two gateways on one SQLite file would each keep wake-ups, turns and limits for themselves, and
customers would lose messages out of sight. The system drops the lock with the process that held
it, however that ended, so that nothing is left to tidy up after a crash.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Final

from bot.errors import SettingInvalid
from bot.settings import PREFIX, Settings

_SQLITE: Final = "sqlite+aiosqlite:///"


class Alone:
    """Holds the lock of a desk's SQLite file for as long as the object is kept."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    async def close(self) -> None:
        """Let another gateway have the file."""
        os.close(self._handle)


def hold_alone(settings: Settings) -> Alone | None:
    """Take the desk's SQLite file for this gateway; None where the desk is on a server.

    Raises:
        SettingInvalid: another gateway of this machine works on it.
    """
    name = settings.desk_url.removeprefix(_SQLITE)
    if name == settings.desk_url or not name or name == ":memory:":
        return None
    path = Path(f"{name}.gateway")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise SettingInvalid(
            f"{PREFIX}DATABASE_URL",
            f"another gateway works on {Path(name).name}, and two on one SQLite file lose "
            "messages. Stop that one, or set postgresql+asyncpg://… and SEEDWARDEN_REDIS_URL on "
            "both",
        ) from None
    return Alone(handle)
