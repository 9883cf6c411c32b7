"""The recognisers, one a file; each is a function from a ``Reading`` to findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.guard.findings import Finding
    from bot.guard.normalise import Reading

    Recogniser = Callable[[Reading], list[Finding]]

RECOGNISERS: Final[dict[str, Recogniser]] = {}
