from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.content.office_hours import FILE, CalendarInvalid, load_office_hours, office_hours

BEIJING = ZoneInfo("Asia/Shanghai")
BERLIN = """
zone: Europe/Berlin
zone_name: {zh: 柏林时间, en: Berlin time}
known_until: 2026-12-31
weekly: {friday: ["09:00-17:00"], saturday: ["22:00-24:00"], sunday: ["00:00-06:00"]}
holidays: [{from: 2026-04-03, to: 2026-04-03, name: {zh: 耶稣受难日, en: Good Friday}}]
extra: {2026-04-06: ["10:00-12:00"]}
answer_within: {urgent: 1, high: 4, normal: 8, low: 16}
"""


@pytest.fixture
def berlin(tmp_path):
    return calendar(tmp_path, BERLIN)


def calendar(folder, text):
    file = folder / "office_hours.yml"
    file.write_text(text, encoding="utf-8")
    return load_office_hours(file)


def beijing(day, hour, minute=0, month=11, year=2026):
    return datetime(year, month, day, hour, minute, tzinfo=BEIJING)


def test_working_hours_of_one_day_go_on_with_the_next():
    monday_evening = beijing(23, 17)
    assert office_hours().due("urgent", monday_evening) == beijing(24, 10)
    assert office_hours().due("high", monday_evening) == beijing(24, 17)


def test_what_comes_at_night_or_at_the_weekend_counts_from_the_next_opening():
    assert office_hours().due("urgent", beijing(23, 3)) == beijing(23, 11)
    assert office_hours().due("urgent", beijing(21, 12)) == beijing(23, 11)


def test_a_holiday_is_no_working_day_and_a_day_worked_in_exchange_is_one():
    before_national_day = beijing(30, 17, month=9)
    assert office_hours().due("urgent", before_national_day) == beijing(8, 10, month=10)
    saturday_worked = beijing(10, 9, month=10)
    assert office_hours().due("urgent", saturday_worked) == beijing(10, 11, month=10)


def test_an_hour_that_the_clocks_leave_out_is_not_worked(berlin):
    # On 29 March 2026 the clocks go from 02:00 to 03:00: the night shift has one hour less.
    saturday = datetime(2026, 3, 28, 22, tzinfo=UTC) - timedelta(hours=1)  # 22:00 in Berlin
    due = berlin.after(saturday, timedelta(hours=7))
    assert due == datetime(2026, 3, 29, 4, tzinfo=UTC)
    assert due.astimezone(berlin.zone).hour == 6


def test_an_hour_that_comes_twice_is_worked_twice(berlin):
    # On 25 October 2026 it is 02:30 twice.
    saturday = datetime(2026, 10, 24, 20, tzinfo=UTC)  # 22:00 in Berlin
    due = berlin.after(saturday, timedelta(hours=7))
    assert due.astimezone(berlin.zone).hour == 4


def test_a_holiday_of_another_calendar_and_a_short_day_count_as_written(berlin):
    thursday = datetime(2026, 4, 2, 12, tzinfo=berlin.zone)
    due = berlin.after(thursday, timedelta(hours=9, minutes=30))
    assert due == datetime(2026, 4, 6, 11, 30, tzinfo=berlin.zone)


def test_a_moment_is_told_in_the_teams_zone_with_the_day_of_the_week():
    due = datetime(2026, 11, 24, 10, tzinfo=UTC)
    assert office_hours().told(due, "en") == "Tuesday 24 November, 18:00 (Beijing time)"
    assert office_hours().told(due, "zh") == "11月24日（周二）18:00（北京时间）"


def test_beyond_the_known_holidays_no_time_is_promised(berlin):
    assert berlin.promises(datetime(2026, 12, 31, 12, tzinfo=UTC))
    assert not berlin.promises(datetime(2026, 12, 31, 23, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("Europe/Berlin", "Europe/Atlantis"),
        ("09:00-17:00", "17:00-09:00"),
        ("09:00-17:00", "nine to five"),
        ("to: 2026-04-03", "to: 2026-04-01"),
        ("urgent: 1", "urgent: 0"),
        ("low: 16", "lowest: 16"),
    ],
)
def test_a_calendar_with_a_mistake_is_refused_with_the_files_name(tmp_path, right, wrong):
    with pytest.raises(CalendarInvalid, match=r"office_hours\.yml"):
        calendar(tmp_path, BERLIN.replace(right, wrong))


def test_a_calendar_without_working_hours_is_refused_when_it_is_asked(tmp_path):
    text = BERLIN[: BERLIN.index("weekly")] + "weekly: {}\n" + BERLIN[BERLIN.index("holidays") :]
    with pytest.raises(CalendarInvalid, match="too few"):
        calendar(tmp_path, text).due("low", datetime(2026, 5, 1, tzinfo=UTC))


def test_the_calendar_of_the_repository_can_be_read():
    assert load_office_hours(FILE).answer_within["urgent"] == 2
