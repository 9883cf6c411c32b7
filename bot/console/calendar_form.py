"""The calendar's form: from the calendar to fields that are typed, and back with mistakes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from bot.content.language import LANGUAGES
from bot.content.office_hours import CalendarInvalid, Span, read_office_hours
from bot.guard import review, scrub

DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
PRIORITIES: Final = ("urgent", "high", "normal", "low")
_TEXTS: Final = ("zone", "zone_zh", "zone_en", "known_until", "holidays", "extra")
_MOST_LINES: Final = 200
_LONGEST_NAME: Final = 40
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_HOURS: Final = re.compile(r"(\d{1,2}):(\d{2})\s*[-–—~～至]\s*(\d{1,2}):(\d{2})")
_BETWEEN: Final = re.compile(r"[\s,，、;；]*")
_CLOSED: Final = ("closed", "休", "休息", "放假")


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake: the field, its name in ``words.yml``, and the line where there are several."""

    field: str
    name: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Written:
    """What was typed, the calendar it makes, and what is wrong with it."""

    fields: Mapping[str, str]
    content: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()


def with_problem(written: Written, problem: Problem) -> Written:
    """The same with one more mistake."""
    return replace(written, problems=(*written.problems, problem))


def told(spans: Iterable[Span]) -> str:
    """Working hours as they are typed."""
    return ", ".join(
        f"{start:%H:%M}-{'24:00' if end.microsecond else end.strftime('%H:%M')}"
        for start, end in spans
    )


def draft(content: Mapping[str, Any]) -> dict[str, str]:
    """A calendar as the form shows it."""
    fields = {day: ", ".join(content["weekly"].get(day) or ()) for day in DAYS}
    fields |= {f"within_{name}": str(content["answer_within"][name]) for name in PRIORITIES}
    fields |= {f"zone_{tag}": str(content["zone_name"][tag]) for tag in LANGUAGES}
    fields["zone"], fields["known_until"] = str(content["zone"]), str(content["known_until"])
    fields["holidays"] = "\n".join(_holiday_line(one) for one in content.get("holidays") or ())
    fields["extra"] = "\n".join(
        f"{day} {', '.join(hours) or 'closed'}"
        for day, hours in sorted((content.get("extra") or {}).items())
    )
    return fields


def _holiday_line(one: Mapping[str, Any]) -> str:
    first, last, name = str(one["from"]), str(one["to"]), one["name"]
    days = first if first == last else f"{first} {last}"
    is_sure = str(one.get("provisional", "false")).lower() != "true"
    return " | ".join((days, name["zh"], name["en"], *(() if is_sure else ("?",))))


def read(form: Mapping[str, str]) -> Written:
    """Read what was typed; every mistake is named, not the first alone."""
    names = (*_TEXTS, *DAYS, *(f"within_{one}" for one in PRIORITIES))
    fields = {name: form.get(name, "").strip() for name in names}
    problems: list[Problem] = []
    content: dict[str, Any] = {
        "zone": fields["zone"],
        "zone_name": _zone_name(fields, problems),
        "known_until": fields["known_until"],
        "weekly": {day: hours for day in DAYS if (hours := _week(day, fields[day], problems))},
        "holidays": [
            one
            for number, line in _lines(fields["holidays"])
            if (one := _holiday(number, line, problems)) is not None
        ],
        "extra": _extra(fields["extra"], problems),
        "answer_within": {one: _within(one, fields, problems) for one in PRIORITIES},
    }
    if not _is_day(fields["known_until"]):
        problems.append(Problem("known_until", "day"))
    if not problems:
        problems += _refused(content)
    return Written(fields, content, tuple(problems))


def _refused(content: Mapping[str, Any]) -> list[Problem]:
    """What the calendar's own reader says of it."""
    try:
        read_office_hours({**content, "zone": "UTC"})
    except CalendarInvalid:
        return [Problem("weekly", "order")]
    try:
        read_office_hours(content)
    except (CalendarInvalid, OSError):
        return [Problem("zone", "zone")]
    return []


def _zone_name(fields: Mapping[str, str], problems: list[Problem]) -> dict[str, str]:
    """What the zone is called; customers read it, so the outbound guard does first."""
    named: dict[str, str] = {}
    for language in LANGUAGES:
        text = fields[f"zone_{language}"][:_LONGEST_NAME]
        named[language] = text
        verdict = review(text, author="agent", language=language) if text else None
        if verdict is None or verdict.safe_text is None:
            problems.append(Problem(f"zone_{language}", "name"))
    return named


def _week(day: str, text: str, problems: list[Problem]) -> list[str]:
    hours = _hours(text)
    if hours is None:
        problems.append(Problem(day, "hours"))
    return hours or []


def _hours(text: str) -> list[str] | None:
    """Spans as the file writes them; None where something else stands there."""
    if not text or text.lower() in _CLOSED:
        return []
    if _BETWEEN.fullmatch(_HOURS.sub("", text)) is None:
        return None
    found = [f"{int(a):02}:{b}-{int(c):02}:{d}" for a, b, c, d in _HOURS.findall(text)]
    try:
        read_office_hours(_only({"monday": found}))
    except CalendarInvalid:
        return None
    return found


def _only(weekly: Mapping[str, list[str]]) -> dict[str, Any]:
    return {
        "zone": "UTC",
        "zone_name": dict.fromkeys(LANGUAGES, "UTC"),
        "weekly": weekly,
        "known_until": "2000-01-01",
        "holidays": [],
        "answer_within": dict.fromkeys(PRIORITIES, 1),
    }


def _holiday(number: int, line: str, problems: list[Problem]) -> dict[str, Any] | None:
    days, *names = (part.strip() for part in re.split(r"[|｜]", line))
    found = _DAY.findall(days)
    is_sure = not (names and names[-1] in {"?", "？"})
    names = names if is_sure else names[:-1]
    if not 1 <= len(found) <= 2 or not all(map(_is_day, found)) or found != sorted(found):
        problems.append(Problem("holidays", "holiday_days", number))
        return None
    if len(names) != len(LANGUAGES) or not all(names):
        problems.append(Problem("holidays", "holiday_names", number))
        return None
    zh, en = (str(scrub(name[:_LONGEST_NAME])) for name in names)
    one: dict[str, Any] = {"from": found[0], "to": found[-1], "name": {"zh": zh, "en": en}}
    return one if is_sure else {**one, "provisional": True}


def _extra(text: str, problems: list[Problem]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for number, line in _lines(text):
        day, _, hours = line.partition(" ")
        read_hours = _hours(hours.strip())
        if not _is_day(day) or read_hours is None or not hours.strip():
            problems.append(Problem("extra", "extra", number))
            continue
        found[day] = read_hours
    return found


def _within(priority: str, fields: Mapping[str, str], problems: list[Problem]) -> float:
    name = f"within_{priority}"
    try:
        hours = float(fields[name])
    except ValueError:
        hours = 0
    if not 0 < hours <= 1000:
        problems.append(Problem(name, "within"))
    return hours


def _lines(text: str) -> list[tuple[int, str]]:
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    return [(number, line) for number, line in lines if line][:_MOST_LINES]


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return _DAY.fullmatch(text) is not None
