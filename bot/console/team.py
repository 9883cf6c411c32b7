"""People, reports of a person, and the audit."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import Response

from bot.console.shell import Visit
from bot.desk.people import LoginUnusable
from bot.desk.people_models import ROLES, LastAdmin, LoginTaken, NewAgent, Setup

_LANGUAGES = ("zh", "en")


async def people(visit: Visit) -> Response:
    """Everybody."""
    return await _page(visit)


async def add(visit: Visit) -> Response:
    """Add a person; the one-time link is shown this once."""
    role = next((one for one in ROLES if one == visit.arg("role")), None)
    if role is None or not visit.arg("name"):
        return await _page(visit, problem="incomplete")
    languages = tuple(one for one in _LANGUAGES if visit.arg(f"speaks_{one}") == "1")
    new = NewAgent(visit.arg("login"), visit.arg("name"), role, languages or _LANGUAGES)
    try:
        setup = await visit.parts.staff.add(new, visit.me.login)
    except LoginTaken:
        return await _page(visit, problem="login_taken")
    except LoginUnusable:
        return await _page(visit, problem="login_unusable")
    return await _page(visit, setup=setup)


async def reset(visit: Visit) -> Response:
    """Let a person set up anew; the one-time link is shown this once."""
    return await _page(
        visit, setup=await visit.parts.staff.reset(visit.arg("login"), visit.me.login)
    )


async def disable(visit: Visit) -> Response:
    """End a person's access at once."""
    try:
        await visit.parts.staff.disable(visit.arg("login"), visit.me.login)
    except LastAdmin:
        return await _page(visit, problem="last_admin")
    return visit.go("/desk/people?say=disabled")


async def reports(visit: Visit) -> Response:
    """What customers reported about people, except about the reader."""
    await visit.parts.desk.noted(visit.me, "reports_read", "")
    return visit.render("reports.html", reports=await visit.parts.desk.reports(visit.me))


async def audit(visit: Visit) -> Response:
    """Who did what, the newest first; about one conversation, ticket or person when asked."""
    about = visit.arg("about")[:64]
    await visit.parts.desk.noted(visit.me, "audit_read", about)
    return visit.render(
        "audit.html", entries=await visit.parts.desk.audit(about=about), about=about
    )


async def _page(visit: Visit, *, setup: Setup | None = None, problem: str = "") -> Response:
    link = ""
    if setup is not None:
        base = str(visit.request.base_url).rstrip("/")
        link = f"{base}/desk/setup?{urlencode({'token': setup.token})}"
    return visit.render(
        "people.html",
        422 if problem else 200,
        here="/desk/people",
        people=await visit.parts.staff.people(),
        roles=ROLES,
        setup=setup,
        link=link,
        problem=problem,
        draft={name: visit.arg(name) if problem else "" for name in ("login", "name", "role")},
    )
