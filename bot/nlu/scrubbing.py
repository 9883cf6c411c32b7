"""The guard's `scrub` for whatever passes through Rasa; when it breaks, nothing passes."""

from __future__ import annotations

import re
from typing import Any, Final

LIMIT: Final = 8_000
"""Characters of one text; a longer one is dropped whole, for a phrase may span any cut."""

DEPTH: Final = 40
"""Levels of nesting that are followed; what lies deeper is dropped."""

DROPPED: Final = "[removed by the guard]"
TOO_LONG: Final = "[text too long]"

_NAME: Final = re.compile(r"[a-z][a-z_]{0,29}")
"""A key or a name of Rasa's, too short for twelve words written as one: most strings by far."""

_UNREADABLE: Final = dict.fromkeys([0, *range(0xD800, 0xE000)], " ")


def safe_text(text: str) -> str:
    """``text`` without secrets, NUL and lone surrogates; a fixed notice where it cannot be had."""
    if _NAME.fullmatch(text):
        return text
    if len(text) > LIMIT:
        return TOO_LONG
    try:
        from bot.guard import scrub  # noqa: PLC0415 - a guard that cannot load drops the text too

        return str(scrub(text.translate(_UNREADABLE)))
    except Exception:  # noqa: BLE001 - fail closed, whatever broke
        return DROPPED


def safe_json(value: Any, *, depth: int = DEPTH) -> Any:
    """The same value with every string in it, keys too, put through ``safe_text``."""
    if isinstance(value, str):
        return safe_text(value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if depth == 0:
        return DROPPED
    if isinstance(value, dict):
        return {
            safe_text(str(key)): safe_json(item, depth=depth - 1) for key, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [safe_json(item, depth=depth - 1) for item in value]
    return DROPPED
