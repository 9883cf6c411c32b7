"""Canned replies: kept in both languages, and only when the outbound guard lets both pass."""

from __future__ import annotations

from typing import Final

from fastapi import Response

from bot.console.shell import Refused, Visit
from bot.content.language import LANGUAGES
from bot.desk.canned import NewCannedReply
from bot.guard import review, scrub

_MOST_LETTERS: Final = 2000


async def listed(visit: Visit) -> Response:
    """The list, and for leads the form."""
    return await _page(visit)


async def keep(visit: Visit) -> Response:
    """Keep a reply; refused words stay in the form with the reasons."""
    title = str(scrub(visit.arg("title")[:80]))
    texts = {language: visit.arg(language)[:_MOST_LETTERS] for language in LANGUAGES}
    if not title or not all(texts.values()):
        return await _page(visit, "incomplete")
    verdicts = {
        language: review(text, author="agent", language=language)
        for language, text in texts.items()
    }
    zh, en = verdicts["zh"].safe_text, verdicts["en"].safe_text
    if zh is None or en is None:
        rules = sorted({reason.rule for one in verdicts.values() for reason in one.reasons})
        await visit.parts.desk.noted(visit.me, "canned_refused", "", detail=" ".join(rules))
        return await _page(visit, "refused", verdicts)
    await visit.parts.desk.keep_canned(NewCannedReply(title, zh, en), visit.me.login)
    return visit.go("/desk/replies?say=saved")


async def drop(visit: Visit) -> Response:
    """Delete a reply."""
    number = visit.number("number")
    if number < 0:
        raise Refused("not_found", 404)
    await visit.parts.desk.drop_canned(number, visit.me.login)
    return visit.go("/desk/replies?say=saved")


async def _page(visit: Visit, problem: str = "", verdicts: object = None) -> Response:
    return visit.render(
        "replies.html",
        422 if problem else 200,
        here="/desk/replies",
        replies=await visit.parts.desk.canned(),
        may_change=visit.me.role in {"lead", "admin"},
        problem=problem,
        verdicts=verdicts or {},
        draft={name: visit.arg(name) for name in ("title", *LANGUAGES)},
    )
