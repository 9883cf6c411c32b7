"""How a wish for a person is answered: in the queue with place and wait, or filed with a time."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from bot.content.language import LANGUAGES
from bot.content.loader import Content
from bot.content.office_hours import OfficeHours


def queued(content: Content, name: str, position: int, wait: int | None) -> dict[str, Any]:
    """The payload of a reply that tells place and usual wait (seconds, None unknown)."""
    params = {"position": position, "wait": wait_told(content, wait)}
    return {"reply": name, "params": params}


def wait_told(content: Content, wait: int | None) -> dict[str, str]:
    """The usual wait in both languages, in whole minutes, never under one."""
    if wait is None:
        return content.reply("handoff_wait_unknown").text.pair()
    minutes = {"minutes": max(1, math.ceil(wait / 60))}
    reply = content.reply("handoff_wait")
    return {language: reply.render(language, minutes) for language in LANGUAGES}


def back_told(content: Content, office: OfficeHours, opens: datetime | None) -> dict[str, str]:
    """When the team is back, in both languages; no time is told that the calendar cannot keep."""
    if opens is None or not office.promises(opens):
        return content.reply("handoff_when_unknown").text.pair()
    reply = content.reply("handoff_when")
    return {
        language: reply.render(language, {"when": office.told(opens, language)})
        for language in LANGUAGES
    }


def brief_told(summary: str) -> dict[str, Any]:
    """The payload of the reply that shows the customer what is passed on."""
    return {"reply": "handoff_brief", "params": {"summary": summary}}
