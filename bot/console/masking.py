"""Contact data in what customers wrote: hidden until a person at the desk says why they need it."""

from __future__ import annotations

from typing import Final

from bot.guard.contacts import judged_mentions

_PERSONAL: Final = ("email", "phone", "handle")
_FIELDS: Final = ("contact", "email", "phone", "name", "reply_to")
"""Collected facts that are contact data whatever is written in them."""
DOTS: Final = "•••"


def mask(text: str) -> str:
    """Hide mail addresses, numbers and accounts that are nobody's official channel."""
    for mention, contact in reversed(judged_mentions(text)):
        if mention.kind in _PERSONAL and contact.verdict != "official":
            hidden = _hidden(text[mention.start : mention.end])
            text = f"{text[: mention.start]}{hidden}{text[mention.end :]}"
    return text


def mask_field(name: str, value: str) -> str:
    """Hide a collected fact, as a whole where it is contact data by its name."""
    base = name.rstrip("0123456789").rstrip("_")
    return f"{value[:2]}{DOTS}" if base in _FIELDS else mask(value)


def _hidden(found: str) -> str:
    """Enough to tell two apart: the first sign, and a mail address's ending."""
    ending = found[found.rfind(".") :] if "@" in found[1:] and "." in found else ""
    return f"{found[:1]}{DOTS}{ending}"
