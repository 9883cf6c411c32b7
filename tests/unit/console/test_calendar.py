"""The calendar: everybody sees it, admins change it after a preview, and it counts at once."""

from __future__ import annotations

import html
import re

import pytest

from bot.console import calendar_form
from bot.content.office_hours import read_office_hours, written_office_hours
from bot.desk.service import Desk

FILE = calendar_form.draft(written_office_hours())


def version(page):
    return re.search(r'name="version" value="(\d+)"', page.text)[1]


def test_the_shipped_calendar_comes_back_from_the_form_as_it_is():
    written = calendar_form.read(FILE)
    assert written.problems == ()
    assert read_office_hours(written.content) == read_office_hours(written_office_hours())
    assert calendar_form.draft(written.content)["holidays"] == FILE["holidays"]


@pytest.mark.parametrize(
    ("field", "text", "problem"),
    [
        ("zone", "Asia/Atlantis", "zone"),
        ("zone_en", "call +1 800 555 0199", "name"),
        ("known_until", "next year", "day"),
        ("monday", "18:00-09:00", "hours"),
        ("monday", "nine to five", "hours"),
        ("monday", "09:00-12:00, 11:00-18:00", "hours"),
        ("holidays", "2027-02-08 2027-02-05 | 春节 | Spring Festival", "holiday_days"),
        ("holidays", "2027-02-30 | 春节 | Spring Festival", "holiday_days"),
        ("holidays", "2027-02-05 | 春节", "holiday_names"),
        ("extra", "2026-12-24", "extra"),
        ("within_urgent", "0", "within"),
    ],
)
def test_a_mistake_is_named_by_its_field(field, text, problem):
    problems = calendar_form.read({**FILE, field: text}).problems
    assert (field, problem) in {(one.field, one.name) for one in problems}


@pytest.mark.parametrize("text", ["", "closed", "休"])
def test_a_day_may_be_closed(text):
    written = calendar_form.read({**FILE, "monday": text})
    assert written.problems == ()
    assert list(written.content["weekly"]) == ["tuesday", "wednesday", "thursday", "friday"]


async def test_a_preview_stores_nothing_and_saving_counts_at_once(sits, desk, settings):
    admin = await sits("admin")
    page = await admin.get("/desk/calendar")
    always = dict.fromkeys(calendar_form.DAYS, "00:00-24:00")
    form = {**FILE, **always, "holidays": "", "extra": "", "version": version(page)}

    shown = await admin.post("/desk/calendar", {**form, "deed": "preview"})
    assert "Preview: this is how it would be once saved." in shown.text
    assert not (await desk.calendar()).is_own

    assert (await admin.post("/desk/calendar", {**form, "deed": "save"})).status_code == 303
    assert desk.opens_later() is None
    other = Desk(desk._engine)  # another process
    await other.calendar()
    assert other.office == desk.office
    assert (await desk.audit(actions=["calendar_changed"]))[0].actor == "some-admin"

    late = await admin.post("/desk/calendar", {**form, "deed": "save"})  # an old page
    assert late.status_code == 422
    back = {"version": "1", "deed": "reset"}
    assert (await admin.post("/desk/calendar", back)).status_code == 303
    assert desk.office == read_office_hours(written_office_hours())


async def test_agents_see_the_calendar_and_cannot_change_it(sits, desk):
    agent = await sits("agent")
    page = await agent.get("/desk/calendar?lang=zh")
    assert "每周工作时间" in html.unescape(page.text)
    assert 'name="deed"' not in page.text
    assert (await agent.post("/desk/calendar", {"deed": "reset"})).status_code == 403


async def test_a_calendar_without_working_hours_is_refused_with_what_was_typed(sits, desk):
    admin = await sits("admin")
    form = {**FILE, **dict.fromkeys(calendar_form.DAYS, ""), "extra": "", "version": "0"}
    page = await admin.post("/desk/calendar", {**form, "deed": "save"})
    assert page.status_code == 422
    assert "too few working hours" in page.text
    assert not (await desk.calendar()).is_own
