"""A device's PIN, when told: "my pin is 4821". The word alone is what support is for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.guard.findings import Finding

if TYPE_CHECKING:
    from bot.guard.normalise import Reading

NAME: Final = "pin"
_DIGITS = (
    r"(?P<pin>[0-9](?:[ -]?[0-9]){3,11})(?![0-9a-z]|[.,/:][0-9]"
    r"|\s?(?:%|digit|time|attempt|位|次|年|块|元|美元|usd|btc|eth))"
)
_PIN = r"(?<![a-z])(?:pin(?:[ -]?(?:code|number))?|pass[ -]?code|unlock(?:ing)? code)(?![a-z])"
_TOLD: Final = (
    re.compile(
        _PIN + r"(?:\s(?:for|of|on|to|in)\s[^.,;:?!\n0-9]{1,40}?)?"
        r"(?:\s?(?:is|was|=|:|#|->|'s|to|as|are)){0,2}\s?"
        r"(?:(?:still|now|just|always|maybe|probably|set|this|these)\s(?:to\s)?)?[\"'(\[]?\s?"
        + _DIGITS
    ),
    re.compile(
        r"(?<![a-z])(?:pin\s?码?|解锁码|锁屏码|设备码|开机码)(?![a-z])[^0-9。！？!?\n,，;；]{0,8}?"
        r"(?:是|为|:|=|就是|成|的|叫)?\s?[\"'“「(]?\s?" + _DIGITS
    ),
    re.compile(
        r"(?<![0-9a-z.,/:-])(?P<pin>[0-9]{4,12})[\"')]?\s?(?:is|was|as|=|是|就是|为)\s?"
        r"(?:my|the|our|我的|我|这个|设备的|钱包的)?"
        r"\s?(?:\w{1,12}\s){0,2}(?:pin|pass[ -]?code)(?![a-z])"
    ),
)


def find(reading: Reading) -> list[Finding]:
    """PINs of four to twelve digits that the customer tells."""
    if "pin" not in reading.folded and "code" not in reading.folded and "码" not in reading.folded:
        return []
    return [
        Finding("pin", *reading.span(*match.span("pin")), "likely")
        for pattern in _TOLD
        for match in pattern.finditer(reading.folded)
    ]
