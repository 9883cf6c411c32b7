"""Times as people say them: 昨天下午三点, two days ago, since Monday; found, not yet resolved."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_ZH_NUMBER: Final = r"(?:\d{1,3}|[一二两三四五六七八九十半]{1,3})"
_ZH_PART: Final = r"凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|半夜|深夜"
_ZH_CLOCK: Final = (
    r"(?:(?P<hour>\d{1,2}|[一二两三四五六七八九十]{1,3})点(?!都|儿|也|反应|动静|用|没)(?:钟)?"
    r"(?P<minute>半|一刻|三刻|\d{1,2}分?|[二三四五]?十[一二三四五六七八九]?分?)?"
    r"|(?P<digital>\d{1,2}:\d{2})(?::\d{2})?)"
)
_ZH_DAY: Final = (
    r"大前天|前天|昨天|昨日|今天|今日|今早|今晨|今晚|昨晚|昨夜|前晚"
    r"|(?:上个?|这个?|本)?(?:周|星期|礼拜)[一二三四五六日天]"
    r"|\d{4}[年/.-]\d{1,2}[月/.-]\d{1,2}[日号]?|\d{1,2}月\d{1,2}[日号]?|\d{1,2}[日号](?![链线楼码])"
)
ZH: Final = re.compile(
    rf"(?P<day>{_ZH_DAY})的?\s?(?P<part>{_ZH_PART})?\s?(?:大概|大约|差不多)?{_ZH_CLOCK}?"
)
ZH_PART_CLOCK: Final = re.compile(rf"(?P<part>{_ZH_PART})\s?{_ZH_CLOCK}")
ZH_BARE_CLOCK: Final = re.compile(
    r"(?<![\d点])(?P<hour>\d{1,2})点(?!\d*%)(?P<minute>半|一刻|三刻|\d{1,2}分?)?钟?"
    r"|(?<![\d:.])(?P<digital>[01]?\d:[0-5]\d|2[0-3]:[0-5]\d)(?![\d:])"
)
ZH_AGO: Final = re.compile(
    rf"(?P<count>好几|十几|几|{_ZH_NUMBER})(?:多)?\s?(?:个)?(?P<half>半)?"
    r"(?P<unit>分钟|小时|钟头|天|日|周|星期|礼拜|月|年)(?P<more>半)?多?(?P<mark>以前|之前|前|了|(?=还没|没|都没|未))?"
)
_ZH_WAITED: Final = re.compile(r"(?:等了?|过了?|卡了|已经?|都|快|满)\s?$")
ZH_LOOSE: Final = re.compile(
    r"刚才|刚刚|前几天|前两天|这几天|这两天|上个?(?:周|星期|礼拜)|上个?月|去年"
)

_EN_WEEKDAY: Final = r"monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_EN_SHORT_WEEKDAY: Final = r"mon|tues?|wed|thurs?|thu|fri|sat|sun"
_EN_MONTH: Final = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_EN_DAY: Final = (
    r"(?:the\s)?day before yesterday|yesterday|yday|today|tonight|last night"
    rf"|this (?:morning|afternoon|evening)|last (?:{_EN_WEEKDAY}|{_EN_SHORT_WEEKDAY})"
    rf"|(?:on|since|this)\s(?:{_EN_WEEKDAY}|{_EN_SHORT_WEEKDAY})|{_EN_WEEKDAY}"
    r"|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[/.]\d{1,2}[/.]\d{4}"
    rf"|(?:{_EN_MONTH})\.?\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{4}})?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?(?:{_EN_MONTH})(?:,?\s\d{{4}})?"
)
_EN_CLOCK: Final = (
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))?\s?(?P<half>am|pm|a\.m\.|p\.m\.|o'clock)"
    r"|(?P<digital>\d{1,2}:\d{2})(?::\d{2})?|(?P<word>noon|midnight)"
)
EN: Final = re.compile(
    rf"(?<![a-z0-9])(?P<day>{_EN_DAY})(?![a-z0-9](?<!t))(?:\s(?P<part>morning|afternoon|evening|night)(?![a-z]))?"
    rf"(?:(?:,?\s|t)(?:at\s|around\s|about\s|@\s?){{0,2}}(?:{_EN_CLOCK})(?![a-z0-9]))?"
)
EN_CLOCK_FIRST: Final = re.compile(
    rf"(?<![a-z0-9:.])(?:{_EN_CLOCK})(?![a-z0-9:])(?:\s(?:on\s)?(?P<day>{_EN_DAY})(?![a-z0-9]))?"
)
_EN_COUNT: Final = (
    r"an?|one|two|three|four|five|six|seven|eight|nine|ten|half an|a couple of|couple of"
    r"|couple|a few|few|several"
)
EN_AGO: Final = re.compile(
    r"(?<![a-z0-9])(?P<before>(?:for|past|last|over|about|almost)\s(?:the\s)?(?:last\s|past\s|over\s|about\s)?)?"
    rf"(?P<count>(?:{_EN_COUNT})(?=\s)|\d{{1,4}})\s?"
    r"(?P<unit>seconds?|secs?|minutes?|mins?|hours?|hrs?|h|days?|d|weeks?|wks?|months?|years?|yrs?)"
    r"(?![a-z0-9])(?P<mark>\s(?:ago|back|earlier|already|now|and counting)(?![a-z]))?"
)
EN_LOOSE: Final = re.compile(
    r"(?<![a-z])(?:just now|a moment ago|last week|last month|last year|the other day)(?![a-z])"
)
_ENGLISH: Final = (EN, EN_LOOSE, EN_CLOCK_FIRST)
_CHINESE: Final = (ZH, ZH_PART_CLOCK, ZH_LOOSE, ZH_BARE_CLOCK)
_HINT: Final = re.compile(
    r"[\d点天周月年时钟号期拜早晚夜刚]|day|night|noon|week|month|hour|ago|morn|even|now|year"
)


def times(folded: str) -> Iterator[tuple[int, int]]:
    """Find the spans of phrases that say when; overlapping ones give way to the longer."""
    if not _HINT.search(folded):
        return
    english = folded.isascii()  # then the Chinese ones cannot match: half the time saved
    finders = _ENGLISH if english else _ENGLISH + _CHINESE
    spans = [match.span() for finder in finders for match in finder.finditer(folded)]
    for finder in (EN_AGO,) if english else (EN_AGO, ZH_AGO):
        spans += [match.span() for match in finder.finditer(folded) if _tells_when(folded, match)]
    end = 0
    for start, stop in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start >= end:
            end = stop
            yield start, start + len(folded[start:stop].rstrip())


def _tells_when(folded: str, match: re.Match[str]) -> bool:
    """A length of time tells when only with 前, ago or the like: "two days", 半天 do not."""
    if match["mark"]:
        return match[0] != "半天了"
    if match["unit"].startswith(("月", "年", "mon", "y", "sec")) or match[0] == "半天":
        return False  # "used it for two years", 半年没用 are no hint of when it happened
    if "before" in match.groupdict():
        return match["before"] is not None
    waited = _ZH_WAITED.search(folded, max(0, match.start() - 4), match.start())
    return match["mark"] is not None or waited is not None
