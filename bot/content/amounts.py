"""Amounts: a number with 万 or k and a coin or currency, in digits or in words."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_CURRENCIES: Final = {
    "USD": ("usd", "dollars", "dollar", "bucks", "美元", "美金", "美刀", "刀"),
    "CNY": ("cny", "rmb", "yuan", "人民币", "元", "块钱", "块"),
    "EUR": ("eur", "euros", "euro", "欧元"),
    "GBP": ("gbp", "pounds", "英镑"),
    "HKD": ("hkd", "港币", "港元"),
    "TWD": ("twd", "新台币", "台币"),
    "SATS": ("sats", "satoshis", "satoshi", "聪"),
}
_CODE: Final = {word: code for code, words in _CURRENCIES.items() for word in words}
_SIGNS: Final = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "CNY", "₿": "BTC"}
_SCALE: Final = {
    "万": 10_000,
    "w": 10_000,
    "千": 1_000,
    "k": 1_000,
    "thousand": 1_000,
    "grand": 1_000,
    "百": 100,
    "亿": 100_000_000,
    "million": 1_000_000,
}
_CURRENCY: Final = re.compile(
    "(" + "|".join(sorted(_CODE, key=len, reverse=True)) + r")(?![a-z0-9]|素|素|宇宙)"
)
_NUMBER: Final = re.compile(
    r"(?<![a-z0-9.:/#_-])(?<!\d,)([$€£¥₿]?)\s?(\d{1,3}(?:,\d{3})+|\d{1,15})(\.\d{1,18})?"
    r"(?![\d:/])\s?(万|千|百|亿|(?:k|w)(?![a-z])|thousand(?![a-z])|grand(?![a-z])|million(?![a-z]))?"
)
_CHINESE: Final = re.compile(r"[一二两三四五六七八九十半][零一二两三四五六七八九十百千万亿]{0,10}")
_COUNTER: Final = re.compile(r"\s{0,2}(?:[个枚](?![月星小半])\s?)?(?:of\s)?(?:an?\s)?")
_WORDS: Final = {
    "half": Decimal("0.5"),
    "one": Decimal(1),
    "two": Decimal(2),
    "three": Decimal(3),
    "four": Decimal(4),
    "five": Decimal(5),
    "six": Decimal(6),
    "seven": Decimal(7),
    "eight": Decimal(8),
    "nine": Decimal(9),
    "ten": Decimal(10),
    "twenty": Decimal(20),
    "thirty": Decimal(30),
    "forty": Decimal(40),
    "fifty": Decimal(50),
}
_HUNDREDS: Final = {"hundred": 100, "thousand": 1_000, "grand": 1_000, "million": 1_000_000}
_ENGLISH: Final = re.compile(
    r"(?<![a-z0-9])(?:(" + "|".join(_WORDS) + r")(?:\s(hundred|thousand|grand|million))?"
    r"|an?\s(hundred|thousand|grand|million))(?![a-z])"
)
_U: Final = re.compile(r"u(?![a-z0-9])")
_DIGIT: Final = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2}
_TENS: Final = {"十": 10, "百": 100, "千": 1_000}

Amount = tuple[str, int, int, bool]
"""Value ("0.05 ETH", "8000"), start, end, and whether the unit was the letter u."""


def amounts(folded: str, units: Mapping[int, tuple[str, int]]) -> Iterator[Amount]:
    """Find amounts; ``units`` gives, by start, the ticker and the end of each coin's name.

    A number without a unit counts only with 万, k or the like: "8k", 三万.
    """
    for match in _NUMBER.finditer(folded):
        yield from _in_digits(folded, match, units)
    for match in () if folded.isascii() else _CHINESE.finditer(folded):
        number = chinese_number(match[0])
        if number is not None:
            yield from _worded(folded, (match.start(), match.end()), number, units)
    for match in _ENGLISH.finditer(folded):
        number = _WORDS.get(match[1] or "", Decimal(1))
        number *= _HUNDREDS.get(match[2] or match[3] or "", 1)
        yield from _worded(folded, (match.start(), match.end()), number, units)


def chinese_number(text: str) -> Decimal | None:
    """Read 两千三百, 十五, 三万, 半; None when it makes no number."""
    if text == "半":
        return Decimal("0.5")
    total = section = digit = 0
    last = 1
    for sign in text:
        if sign in _DIGIT and digit:
            return None  # 四五 is "four or five"
        if sign in _DIGIT:
            digit, last = _DIGIT[sign], 1 if sign == "零" else last
        elif sign in _TENS:
            section += (digit or 1) * _TENS[sign]
            digit, last = 0, _TENS[sign]
        elif sign in "万亿":
            total = (total + section + digit) * (10_000 if sign == "万" else 100_000_000)
            section, digit, last = 0, 0, 10_000
        else:
            return None
    if digit and last > 10:  # 三千五 is 3500, 一万二 is 12000
        digit *= last // 10
    return Decimal(total + section + digit)


def _in_digits(
    folded: str, match: re.Match[str], units: Mapping[int, tuple[str, int]]
) -> Iterator[Amount]:
    sign, whole, fraction, scale = match.groups()
    number = Decimal(whole.replace(",", "") + (fraction or "")) * _SCALE.get(scale or "", 1)
    unit, end, is_u = _unit(folded, match.end(), units)
    if is_u and len(whole) < 2 and folded.isascii():  # "talk 2 u"
        return
    unit = unit or _SIGNS.get(sign, "")
    start = match.start() if sign else match.start(2)
    stop = match.start() + len(match[0].rstrip())
    if unit:
        yield _written(number, unit), start, end or stop, is_u
    elif scale and scale not in {"百", "千"}:
        yield _written(number, ""), start, stop, False


def _worded(
    folded: str, span: tuple[int, int], number: Decimal, units: Mapping[int, tuple[str, int]]
) -> Iterator[Amount]:
    start, stop = span
    unit, end, is_u = _unit(folded, stop, units)
    if folded[start:end] == "一块" or (is_u and folded.isascii()):
        return
    if unit:
        yield _written(number, unit), start, end, is_u
    elif folded[stop - 1] in "万亿" and number >= 10_000:
        yield _written(number, ""), start, stop, False


def _unit(folded: str, at: int, units: Mapping[int, tuple[str, int]]) -> tuple[str, int, bool]:
    counter = _COUNTER.match(folded, at)
    at = counter.end() if counter else at
    if at in units:
        return (*units[at], False)
    match = _CURRENCY.match(folded, at)
    if match:
        return _CODE[match[1]], match.end(), False
    match = _U.match(folded, at)
    return ("USDT", match.end(), True) if match else ("", 0, False)


def _written(number: Decimal, unit: str) -> str:
    plain = f"{number.normalize():f}"
    return f"{plain} {unit}" if unit else plain
