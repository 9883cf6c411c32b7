"""The calendar: office hours and holidays, seen by all, changed by admins after a preview."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

from fastapi import Response

from bot.console import calendar_form as form
from bot.console.calendar_form import Problem, Written
from bot.console.shell import Visit
from bot.content.office_hours import CalendarInvalid, OfficeHours, read_office_hours
from bot.desk.calendar import CalendarChanged

_SHOWN: Final = 8


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a calendar means at this moment."""

    office: OfficeHours
    is_open: bool
    opens: datetime
    urgent: datetime
    normal: datetime


@dataclass(frozen=True, slots=True)
class Closed:
    """Days off that come, or special days with their hours; ``is_sure`` false: not announced."""

    first: date
    last: date
    name: Mapping[str, str]
    hours: str
    is_sure: bool


def outlook(office: OfficeHours, now: datetime) -> Outlook:
    """Tell what a calendar means now.

    Raises:
        CalendarInvalid: it has too few working hours.
    """
    return Outlook(
        office,
        office.is_open(now),
        office.opens(now),
        office.due("urgent", now),
        office.due("normal", now),
    )


async def shown(visit: Visit) -> Response:
    """The page."""
    return await _page(visit)


async def change(visit: Visit) -> Response:
    """Show what a changed calendar would mean, or keep it."""
    if visit.arg("deed") == "reset":
        return await _keep(visit, None)
    written = form.read(visit.form)
    if written.problems:
        return await _page(visit, written=written)
    try:
        preview = outlook(read_office_hours(written.content), datetime.now(UTC))
    except CalendarInvalid:
        return await _page(visit, written=form.with_problem(written, Problem("weekly", "closed")))
    if visit.arg("deed") != "save":
        return await _page(visit, written=written, preview=preview)
    return await _keep(visit, written)


async def _keep(visit: Visit, written: Written | None) -> Response:
    version = visit.number("version")
    content = None if written is None else written.content
    try:
        await visit.parts.desk.keep_calendar(content, version, visit.me.login)
    except CalendarChanged:
        problem = Problem("", "changed")
        return await _page(
            visit, written=form.with_problem(written or form.read(visit.form), problem)
        )
    return visit.go("/desk/calendar?say=saved")


async def _page(
    visit: Visit, *, written: Written | None = None, preview: Outlook | None = None
) -> Response:
    kept = await visit.parts.desk.calendar()
    now = datetime.now(UTC)
    has_problem = written is not None and bool(written.problems)
    return visit.render(
        "calendar.html",
        422 if has_problem else 200,
        here="/desk/calendar",
        kept=kept,
        now_view=outlook(visit.parts.desk.office, now),
        week=[form.told(visit.parts.desk.office.weekly.get(day, ())) for day in range(7)],
        coming=_coming(kept.content, now.astimezone(visit.parts.desk.office.zone).date()),
        may_change=visit.me.role == "admin",
        draft=form.draft(kept.content) if written is None else written.fields,
        problems=() if written is None else written.problems,
        preview=preview,
        days=form.DAYS,
        priorities=form.PRIORITIES,
    )


def _coming(content: Mapping[str, Any], today: date) -> list[Closed]:
    """The next days that differ from the week."""
    found = [
        Closed(
            date.fromisoformat(str(one["from"])),
            date.fromisoformat(str(one["to"])),
            one["name"],
            "",
            is_sure=str(one.get("provisional", "false")).lower() != "true",
        )
        for one in content.get("holidays") or ()
    ]
    for day, hours in (content.get("extra") or {}).items():
        at = date.fromisoformat(str(day))
        found.append(Closed(at, at, {}, ", ".join(hours), is_sure=True))
    return sorted((one for one in found if one.last >= today), key=lambda one: one.first)[:_SHOWN]
