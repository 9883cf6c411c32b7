"""Chinese resident ids (GB 11643: region, date, ISO 7064 check digit), passports near their cue."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from bot.guard.findings import Finding

if TYPE_CHECKING:
    from bot.guard.normalise import Reading

NAME: Final = "national_id"
_RESIDENT: Final = re.compile(
    r"(?<![0-9a-z])([1-9][0-9]{5})[ -]?((?:19|20)[0-9]{2})[ -]?([0-9]{4})[ -]?([0-9]{3}[0-9x])"
    r"(?![0-9a-z])"
)
_OLD_RESIDENT: Final = re.compile(
    r"(?:身份证|证件)[^0-9\n]{0,12}([1-9][0-9]{5})([0-9]{6})[0-9]{3}(?![0-9a-z])"
)
_PASSPORT: Final = re.compile(
    r"(?:passport|护照)[^0-9\n]{0,20}?(?<![a-z])([a-z]{1,2}[0-9]{6,8}|[0-9]{9})(?![0-9a-z])"
)
_PROVINCES: Final = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
    ]
)
_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10x98765432"


def find(reading: Reading) -> list[Finding]:
    """Resident ids by their check digit; old ids and passports where they are named."""
    found = [
        Finding("national_id", *reading.span(*match.span()), "proven")
        for match in _RESIDENT.finditer(reading.folded)
        if is_resident_id("".join(match.groups()))
    ]
    found += [
        Finding("national_id", *reading.span(match.start(1), match.end()), "likely")
        for match in _OLD_RESIDENT.finditer(reading.folded)
        if match[1][:2] in _PROVINCES and _is_date("19" + match[2])
    ]
    return found + [
        Finding("national_id", *reading.span(*match.span(1)), "likely")
        for match in _PASSPORT.finditer(reading.folded)
    ]


def is_resident_id(number: str) -> bool:
    """Whether 18 characters are a resident id: region, date of birth and check digit."""
    if number[:2] not in _PROVINCES or not _is_date(number[6:14]):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return _CHECKS[total % 11] == number[17]


def _is_date(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True
