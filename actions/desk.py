"""The desk for actions: opened at the first use, so that a start needs no database."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from bot.desk.database import open_database
from bot.desk.service import Desk

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.settings import Settings


def lazy_desk(settings: Settings) -> Callable[[], Desk]:
    """A function that opens the desk once and then gives the same one."""

    @cache
    def desk() -> Desk:
        return Desk(open_database(settings.desk_url))

    return desk
