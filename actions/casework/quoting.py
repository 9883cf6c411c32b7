"""Customers' own words as they are shown back to them: what a thief wrote is not passed on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.guard import review
from bot.guard.contacts import judged_mentions

if TYPE_CHECKING:
    from bot.content import Language

_HIDDEN: Final = "•••"
_IN_OWN_WORDS: Final = {"zh": "按原话记下", "en": "noted as you said"}


def quoted(line: str, text: str, language: Language) -> str:
    """Put a quotation into a line, with unverified contacts masked.

    Where the outbound guard would still hold it back ("send me the 24 words") the line says only
    that it was noted.
    """
    for shown in (text, masked(text)):
        filled = line.replace("{}", shown)
        if review(filled, author="bot", language=language).allowed:
            return filled
    return line.replace("{}", _IN_OWN_WORDS[language])


def masked(text: str) -> str:
    """Hide the middle of every contact that is not an official one: "led•••om"."""
    found = sorted(judged_mentions(text), key=lambda pair: -pair[0].start)
    for mention, contact in found:
        if contact.verdict != "official":
            words = text[mention.start : mention.end]
            hidden = f"{_letters(words[:3])}{_HIDDEN}{_letters(words[-2:])}"
            text = f"{text[: mention.start]}{hidden}{text[mention.end :]}"
    return text


def _letters(words: str) -> str:
    """What may stand beside the gap without being read as an account or a link again."""
    return "".join(sign for sign in words if sign.isalnum())
