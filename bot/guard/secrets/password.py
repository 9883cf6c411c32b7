"""Passwords, when told: a value follows the word, and the value is not a word about passwords."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.guard.findings import Finding
from bot.guard.placeholders import PLACEHOLDERS

if TYPE_CHECKING:
    from bot.guard.normalise import Reading

NAME: Final = "password"
_NAME_EN = r"(?<![a-z])(?:pass ?(?:word|phrase)|passwd|pwd|pw|login pass)(?![a-z])"
_NAME_ZH = r"(?:密码|口令|支付密码|登录密码|解锁密码)"
_VALUE = (
    r"(?:\"(?P<quoted>[^\"\n]{3,64})\"|'(?P<single>[^'\n]{3,64})'"
    r"|[“「『](?P<curly>[^”」』\n]{3,64})[”」』]|(?P<value>[!-~]{4,64}))"
)
_TOLD_EN: Final = re.compile(
    _NAME_EN
    + r"(?:\s(?:for|of|on|to|in)\s[^.,;:?!\n]{1,40}?)?"
    + r"(?P<joint>\s?(?:=|:|->)\s?|\s(?:is|was)(?: now| still)?:?\s)"
    + _VALUE
)
_TOLD_ZH: Final = re.compile(
    _NAME_ZH
    + r"(?P<joint>\s?(?:就是|改成了?|设成了?|设置为|设的是|用的是|是|为|:|=)\s?:?\s?|\s?)"
    + _VALUE
)
_STRONG: Final = re.compile(r"[0-9]|[!@#$%^&*_+=~<>|\\/-]")
_HINTS: Final = ("pass", "pwd", "pw", "密码", "口令")
_WORDS_ABOUT = (
    "wrong incorrect correct right lost gone forgotten expired locked invalid valid weak "
    "strong safe secure working required needed necessary missing unknown different same old "
    "new long short empty blank broken compromised stolen leaked hacked reset saved stored "
    "written encrypted accepted rejected denied changed unchanged disabled enabled what that "
    "this something nothing here there mine yours good fine okay case very just only also "
    "really always never still again being asked asking important private secret known "
    "impossible difficult hard easy like from with about because when where which your their "
    "mandatory optional unsafe exposed visible hidden local stuck present used password "
    "passwords none null string "
)
_ABOUT: Final = frozenset(_WORDS_ABOUT.split())
_PLAIN_AT_END: Final = re.compile(r"\s*(?:$|[.!,;\n，。；！])")


def find(reading: Reading) -> list[Finding]:
    """Passwords in either language: quoted, or with digits or signs, or plainly told."""
    folded = reading.folded
    if not any(hint in folded for hint in _HINTS):
        return []
    found: list[Finding] = []
    for pattern in (_TOLD_EN, _TOLD_ZH):
        for match in pattern.finditer(folded):
            group = next(name for name in ("quoted", "single", "curly", "value") if match[name])
            start, end = match.span(group)
            end = start + len(match[group].rstrip(".,;!?)'\"")) if group == "value" else end
            if folded[start] in "[［" or folded[start - 1 : end + 1] in PLACEHOLDERS:
                continue
            if end - start >= 3 and (group != "value" or _is_value(match, folded[start:end], end)):
                found.append(Finding("password", *reading.span(start, end), "likely"))
    return found


def _is_value(match: re.Match[str], value: str, end: int) -> bool:
    if value in _ABOUT or value.endswith(("ed", "ing", "ly", "n't")):
        return False
    if match.re is _TOLD_ZH and not match["joint"].strip():
        return len(value) >= 6 and re.search(r"[0-9]", value) is not None and value.isascii()
    if _STRONG.search(value):
        return True
    told = match["joint"].strip()[:1] in {":", "=", "-"} or match.re is _TOLD_ZH
    if told:
        return _PLAIN_AT_END.match(match.string, end) is not None
    return len(value) >= 5 and _PLAIN_AT_END.match(match.string, end) is not None
