"""What a phrase of time means: a moment that is not after now, in the time zone of now."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Final

from bot.content.amounts import chinese_number
from bot.content.folding import fold
from bot.content.times import (
    EN,
    EN_AGO,
    EN_CLOCK_FIRST,
    EN_LOOSE,
    ZH,
    ZH_AGO,
    ZH_BARE_CLOCK,
    ZH_LOOSE,
    ZH_PART_CLOCK,
)

_UNITS: Final = {
    "sec": timedelta(seconds=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
    "mon": timedelta(days=30),
    "y": timedelta(days=365),
    "分": timedelta(minutes=1),
    "小": timedelta(hours=1),
    "钟": timedelta(hours=1),
    "天": timedelta(days=1),
    "日": timedelta(days=1),
    "周": timedelta(weeks=1),
    "星": timedelta(weeks=1),
    "礼": timedelta(weeks=1),
    "月": timedelta(days=30),
    "年": timedelta(days=365),
}
_EN_NUMBERS: Final = dict(
    zip("one two three four five six seven eight nine ten".split(), range(1, 11))  # noqa: B905, SIM905 - read as a line
)
_LOOSE_DAYS: Final = {
    "week": 7,
    "month": 30,
    "year": 365,
    "周": 7,
    "期": 7,
    "拜": 7,
    "月": 30,
    "年": 365,
}
_RELATIVE_DAYS: Final = {
    "大前天": 3,
    "day before yesterday": 2,
    "前天": 2,
    "前晚": 2,
    "昨": 1,
    "yesterday": 1,
    "yday": 1,
    "last night": 1,
    "今": 0,
    "today": 0,
    "tonight": 0,
    "this morning": 0,
    "this afternoon": 0,
    "this evening": 0,
}
_PART_HOURS: Final = {
    "凌晨": 3,
    "清晨": 6,
    "早": 8,
    "晨": 8,
    "上午": 10,
    "中午": 12,
    "下午": 15,
    "傍晚": 18,
    "半夜": 0,
    "深夜": 23,
    "晚": 20,
    "夜": 22,
    "morning": 8,
    "afternoon": 15,
    "evening": 19,
    "night": 22,
}
_WEEKDAYS_ZH: Final = "一二三四五六日"
_WEEKDAYS_EN: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS: Final = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)


def resolve_time(phrase: str, now: datetime) -> datetime | None:
    """Turn a phrase into a moment not after ``now``, in the time zone of ``now``.

    A day without an hour is its midnight; 早上, 下午 or "evening" without an hour stand for a
    typical hour. None when the phrase is too vague (前几天) or ambiguous (03/04/2026).
    """
    folded = fold(phrase.strip())
    try:
        return _ago(folded, now) or _loose(folded, now) or _at(folded, now)
    except (ValueError, OverflowError):
        return None


def _ago(folded: str, now: datetime) -> datetime | None:
    match = EN_AGO.fullmatch(folded) or ZH_AGO.fullmatch(folded)
    if match is None:
        return None
    count = _count(match["count"])
    if count is None:
        return None
    groups = match.groupdict()
    unit = _unit(match["unit"])
    if groups.get("half") or groups.get("more"):
        count += 0.5
    return now - count * unit


def _count(text: str) -> float | None:
    if text.isdigit():
        return float(text)
    if text in {"a", "an", "half an"}:
        return 0.5 if text == "half an" else 1.0
    if "couple" in text:
        return 2.0
    if text in _EN_NUMBERS:
        return float(_EN_NUMBERS[text])
    number = chinese_number(text)
    return float(number) if number is not None else None


def _unit(text: str) -> timedelta:
    return next(length for start, length in _UNITS.items() if text.startswith(start))


def _loose(folded: str, now: datetime) -> datetime | None:
    if folded in {"刚才", "刚刚", "just now", "a moment ago"}:
        return now
    if ZH_LOOSE.fullmatch(folded) or EN_LOOSE.fullmatch(folded):
        days = next((d for end, d in _LOOSE_DAYS.items() if folded.endswith(end)), None)
        return now - timedelta(days=days) if days else None
    return None


def _at(folded: str, now: datetime) -> datetime | None:
    finders = (ZH, ZH_PART_CLOCK, EN, EN_CLOCK_FIRST, ZH_BARE_CLOCK)
    matches = [match for finder in finders if (match := finder.search(folded))]
    if not matches:
        return None
    match = max(matches, key=lambda match: len(match[0]))
    said = match.groupdict()
    day = _day(said["day"], now.date()) if said.get("day") else now.date()
    if day is None:
        return None
    minutes = _minutes(said, (said.get("part") or said.get("day") or ""))
    moment = datetime.combine(day, time(), tzinfo=now.tzinfo) + timedelta(minutes=minutes)
    if moment > now and not said.get("day"):
        moment -= timedelta(days=1)
    return moment


def _minutes(said: dict[str, str | None], part: str) -> int:
    """Minutes after midnight, from a clock and a part of the day."""
    typical = next((hour for word, hour in _PART_HOURS.items() if word in part), None)
    if said.get("word"):
        return 12 * 60 if said["word"] == "noon" else 0
    if said.get("digital"):
        hour, minute = (int(number) for number in str(said["digital"]).split(":"))
    elif said.get("hour"):
        hour, minute = _whole(str(said["hour"])), _part_of_hour(said.get("minute"))
    else:
        return (typical or 0) * 60
    if hour > 24 or minute > 59:
        raise ValueError
    return _afternoon(hour, said.get("half") or "", part, typical) * 60 + minute


def _afternoon(hour: int, half: str, part: str, typical: int | None) -> int:
    if half.startswith("a"):
        return hour % 12
    if half.startswith("p"):
        return hour % 12 + 12
    if hour == 12 and part in {"凌晨", "半夜"}:
        return 0
    if hour == 12 and typical is not None and typical >= 18:
        return 24
    late = typical is not None and typical >= 15
    return hour + 12 if hour < 12 and (late or (part == "中午" and hour < 5)) else hour


def _whole(text: str) -> int:
    number = int(text) if text.isdigit() else chinese_number(text)
    if number is None:
        raise ValueError
    return int(number)


def _part_of_hour(text: str | None) -> int:
    if not text:
        return 0
    named = {"半": 30, "一刻": 15, "三刻": 45}
    return named[text] if text in named else _whole(text.rstrip("分"))


def _day(text: str, today: date) -> date | None:
    for word, days in _RELATIVE_DAYS.items():
        if word in text:
            return today - timedelta(days=days)
    return _weekday(text, today) or _calendar_day(text, today)


def _weekday(text: str, today: date) -> date | None:
    last = text.startswith(("上", "last"))
    if text[0].isdigit():
        return None
    if any(week in text for week in ("周", "星期", "礼拜")):
        index = _WEEKDAYS_ZH.index(text[-1].replace("天", "日"))
        monday = today - timedelta(days=today.weekday() + (7 if last else 0))
        day = monday + timedelta(days=index)
        return day - timedelta(days=7) if day > today else day
    word = text.rsplit(maxsplit=1)[-1][:3]
    index = _WEEKDAYS_EN.index(word) if word in _WEEKDAYS_EN else -1
    if index < 0:
        return None
    back = (today.weekday() - index) % 7
    return today - timedelta(days=back or (7 if last else 0))


def _calendar_day(text: str, today: date) -> date | None:
    numbers = [int(number) for number in re.findall(r"\d+", text)]
    month = next(
        (i for i, name in enumerate(_MONTHS, 1) if re.search(rf"(?<![a-z]){name}", text)), 0
    )
    if month:
        year = numbers[1] if len(numbers) > 1 else 0
        return _latest(today, year, month, numbers[0])
    if len(numbers) == 3 and numbers[0] > 31:
        return date(*numbers)
    if len(numbers) == 3:
        first, second, year = numbers
        if first <= 12 and second <= 12 and first != second:
            return None  # 03/04/2026 is March in one country and April in another
        return date(year, *((second, first) if first > 12 else (first, second)))
    if len(numbers) == 2:
        return _latest(today, 0, numbers[0], numbers[1])
    return _latest(today, 0, 0, numbers[0])


def _latest(today: date, year: int, month: int, day: int) -> date:
    """The latest such day that is not in the future, where year or month are not said."""
    if year:
        return date(year, month, day)
    if month:
        found = date(today.year, month, day)
        return found if found <= today else date(today.year - 1, month, day)
    if day <= today.day:
        return date(today.year, today.month, day)
    return (today.replace(day=1) - timedelta(days=1)).replace(day=day)
