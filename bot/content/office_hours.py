"""The support team's calendar: until when an answer is due, in working hours of its own zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from bot.content.wording import Text, text_of
from bot.content.yaml_files import read_yaml
from bot.errors import SeedwardenError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.content.language import Language

FILE: Final = Path(__file__).resolve().parents[2] / "data" / "shared" / "office_hours.yml"
_UTC: Final = timezone.utc
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
_ZH_DAYS: Final = "一二三四五六日"
_FAR: Final = 400
"""Days looked ahead; a calendar without a working hour in that time is a mistake."""
_LAST: Final = time(23, 59, 59, 999999)

Span = tuple[time, time]


class CalendarInvalid(SeedwardenError):
    """The calendar cannot be used: what is wrong with it."""


@dataclass(frozen=True)
class OfficeHours:
    """Working hours by weekday and day; ``answer_within`` in working hours by priority."""

    zone: ZoneInfo
    zone_name: Text
    known_until: date
    weekly: Mapping[int, tuple[Span, ...]]
    days: Mapping[date, tuple[Span, ...]]
    answer_within: Mapping[str, float]

    def due(self, priority: str, since: datetime) -> datetime:
        """The moment, in UTC, until when a ticket of this priority is to be answered."""
        return self.after(since, timedelta(hours=self.answer_within[priority]))

    def after(self, since: datetime, working: timedelta) -> datetime:
        """The moment, in UTC, at which so much working time has passed.

        Raises:
            CalendarInvalid: the calendar has too few working hours.
        """
        left = working
        for opens, closes in self._open_from(since):
            if closes - opens >= left:
                return opens + left
            left -= closes - opens
        raise CalendarInvalid("office_hours.yml: there are too few working hours")

    def opens(self, moment: datetime) -> datetime:
        """The moment itself during working hours, else when they begin next; UTC.

        Raises:
            CalendarInvalid: the calendar has no working hour.
        """
        return self.after(moment, timedelta())

    def is_open(self, moment: datetime) -> bool:
        """True during working hours."""
        return self.opens(moment) <= moment

    def hours(self, day: date) -> tuple[Span, ...]:
        """The working hours of one day, holidays and days of their own considered."""
        return self.days.get(day, self.weekly.get(day.weekday(), ()))

    def promises(self, moment: datetime) -> bool:
        """True when the calendar is known as far as this moment: only then is it told."""
        return moment.astimezone(self.zone).date() <= self.known_until

    def told(self, moment: datetime, language: Language) -> str:
        """A moment as the team's clocks show it, with weekday and zone."""
        at = moment.astimezone(self.zone)
        zone = self.zone_name.of(language)
        if language == "zh":
            return f"{at.month}月{at.day}日（周{_ZH_DAYS[at.weekday()]}）{at:%H:%M}（{zone}）"
        day = _DAYS[at.weekday()].title()
        return f"{day} {at.day} {_MONTHS[at.month - 1]}, {at:%H:%M} ({zone})"

    def _open_from(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The spans of working time from a moment on, in UTC: there no hour comes twice."""
        first = since.astimezone(self.zone).date()
        for day in (first + timedelta(days=number) for number in range(_FAR)):
            for start, end in self.hours(day):
                opens, closes = self._moment(day, start), self._moment(day, end)
                if closes > max(opens, since):  # hours that the clocks leave out are none
                    yield max(opens, since.astimezone(_UTC)), closes

    def _moment(self, day: date, at: time) -> datetime:
        whole = timedelta(microseconds=1) if at == _LAST else timedelta()
        return datetime.combine(day, at, self.zone).astimezone(_UTC) + whole


_chosen: Final[list[Mapping[str, Any]]] = []


@lru_cache(maxsize=1)
def office_hours() -> OfficeHours:
    """The calendar of the operator's profile, read on first use.

    Raises:
        CalendarInvalid: it cannot be used.
    """
    return read_office_hours(_chosen[-1]) if _chosen else load_office_hours(FILE)


def use_office_hours(written: Mapping[str, Any]) -> None:
    """Use another calendar from now on: the profile's, as it is written there."""
    _chosen[:] = [written]
    office_hours.cache_clear()
    written_office_hours.cache_clear()


def load_office_hours(file: Path) -> OfficeHours:
    """Read a calendar.

    Raises:
        CalendarInvalid: the file is missing, is no YAML, or something in it cannot be used.
    """
    try:
        return _read(read_yaml(file.read_text(encoding="utf-8")))
    except (OSError, yaml.YAMLError, LookupError, TypeError, ValueError) as error:
        reason = type(error).__name__ if isinstance(error, (OSError, yaml.YAMLError)) else error
        raise CalendarInvalid(f"{file.name} cannot be used: {reason}") from error


@lru_cache(maxsize=1)
def written_office_hours() -> Mapping[str, Any]:
    """The calendar of the profile as it is written there, every day as ``YYYY-MM-DD``."""
    if _chosen:
        return _chosen[-1]
    raw: dict[str, Any] = yaml.load(FILE.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - texts only
    return raw


def read_office_hours(raw: Mapping[str, Any]) -> OfficeHours:
    """Read a calendar that is written as in the file.

    Raises:
        CalendarInvalid: something in it cannot be used: what.
    """
    try:
        return _read(raw)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise CalendarInvalid(f"The calendar cannot be used: {error}") from error


def _read(raw: Mapping[str, Any]) -> OfficeHours:
    known = {_DAYS.index(day): _spans(spans) for day, spans in raw["weekly"].items()}
    closed = {day: () for holiday in raw["holidays"] for day in _days(holiday)}
    extra = {_date(day): _spans(spans) for day, spans in (raw.get("extra") or {}).items()}
    within = {
        name: float(raw["answer_within"][name]) for name in ("urgent", "high", "normal", "low")
    }
    if min(within.values()) <= 0:
        raise ValueError("answer_within is not above nothing")
    try:
        zone = ZoneInfo(str(raw["zone"]))
    except ZoneInfoNotFoundError as error:
        raise ValueError(f"zone {raw['zone']!r} is unknown") from error
    name = text_of(raw["zone_name"])
    return OfficeHours(zone, name, _date(raw["known_until"]), known, closed | extra, within)


def _days(holiday: Mapping[str, Any]) -> Iterator[date]:
    first, last = _date(holiday["from"]), _date(holiday["to"])
    if last < first:
        raise ValueError(f"a holiday ends before it begins: {first}")
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _date(raw: Any) -> date:
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    if isinstance(raw, str):
        return date.fromisoformat(raw)
    raise ValueError(f"{raw!r} is no date")


def _spans(raw: list[str]) -> tuple[Span, ...]:
    spans = tuple(_span(text) for text in raw)
    edges = [edge for span in spans for edge in span]
    if edges != sorted(edges):
        raise ValueError(f"the hours {raw} overlap or are out of order")
    return spans


def _span(text: str) -> Span:
    start, _, end = text.partition("-")
    return time.fromisoformat(start), _LAST if end == "24:00" else time.fromisoformat(end)
