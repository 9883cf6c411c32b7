"""A contact as it was found in a text, before anybody judged it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.guard.findings import ContactKind


@dataclass(frozen=True, slots=True)
class Mention:
    """A contact and the characters of the given text it stands in.

    ``value`` is canonical. ``host`` is the ASCII host of a site or the domain of a mail
    address, ``path`` the path of a link, ``shown`` a host the link pretends to lead to.
    """

    kind: ContactKind
    value: str
    start: int
    end: int
    host: str = ""
    path: str = ""
    shown: str = ""
