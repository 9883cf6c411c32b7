"""One-time codes, when told: "验证码是 883201", "the code is 883201"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.guard.findings import Finding

if TYPE_CHECKING:
    from bot.guard.normalise import Reading

NAME: Final = "one_time_code"
_DIGITS = (
    r"(?P<code>(?:g-)?[0-9]{3}[ -][0-9]{3}|(?:g-)?[0-9]{4,8})"
    r"(?![0-9a-z]|[ ,.:/-][0-9]|\s?(?:%|digit|time|位|次|年|分|秒|元|usd|btc|eth))"
)
_CODE_EN = (
    r"(?<![a-z])(?:(?:verification|verify|security|login|log-?in|auth(?:entication|enticator)?"
    r"|one[ -]?time|2fa|sms|text|confirmation|email|authenticator|two[ -]factor)"
    r"\s(?:code|password|pin|passcode|number|token)|otp(?:\scode)?|2fa|totp)(?![a-z])"
)
_CODE_ZH = (
    r"(?:验证码|校验码|动态码|动态密码|动态口令|短信码|确认码|谷歌码|一次性密码|验证密码|安全码)"
)
_IS = (
    r"(?:\s?(?:is|was|=|:|->|'s|it's|says|i got|i received|sent|they sent|here)){0,2}"
    r"\s?[\"'(\[]?\s?"
)
_OTHER_CODES = (
    "error zip postal area country product order status promo sort tracking exit response http"
    " referral branch coupon"
)
_NO_OTHER_CODE = "".join(f"(?<!{name} )" for name in _OTHER_CODES.split())
_HINTS: Final = ("code", "码", "otp", "2fa", "one", "动态", "password")
_TOLD: Final = (
    re.compile(
        _CODE_EN + r"(?:\s(?:for|from|by|to|on|in)\s[^.,;:?!\n0-9]{1,30}?)?" + _IS + _DIGITS
    ),
    re.compile(_CODE_ZH + r"[^0-9。！？!?\n]{0,8}?\s?" + _DIGITS),
    re.compile(
        _NO_OTHER_CODE + r"(?<![a-z])code(?:\s?(?:i got|they sent(?: me)?"
        r"|from (?:the )?(?:sms|text|email|mail|app)))?"
        r"\s?(?:is|was|:)\s?[\"'(]?" + _DIGITS
    ),
    re.compile(
        r"(?<![0-9a-z.,/:-])(?P<code>[0-9]{4,8})[\"')]?\s?(?:is|was|=|是|就是|为)\s?"
        r"(?:my|the|我的|我|收到的|短信)?"
        rf"\s?(?:{_CODE_EN}|{_CODE_ZH}|code(?![a-z]))"
    ),
)


def find(reading: Reading) -> list[Finding]:
    """Codes of four to eight digits that the customer tells."""
    folded = reading.folded
    if not any(hint in folded for hint in _HINTS):
        return []
    return [
        Finding("one_time_code", *reading.span(*match.span("code")), "likely")
        for pattern in _TOLD
        for match in pattern.finditer(folded)
    ]
