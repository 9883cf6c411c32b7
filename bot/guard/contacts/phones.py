"""Phone numbers in chat text: with a plus, beside a cue, or in a form only phones have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import phonenumbers

from bot.guard.contacts.mention import Mention

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.guard.contacts.fold import Folded

# Digits with at most three signs between them: brackets, dashes, dots, decoration.
_RUN: Final = re.compile(
    r"(?<![A-Za-z0-9_.])\+?[^\w\s,;，。；]?\(?\d(?:[^\w\n,;，；。]{0,3}\d){2,16}(?![A-Za-z0-9_])"
)
_CUE: Final = re.compile(
    r"(?:call|phone|tel|telephone|hotline|helpline|dial|ring|fax|mobile|whatsapp|text|sms|number"
    r"|电话|热线|拨打|致电|来电|手机|客服|打|号码|專線|专线)[^\d+\n]{0,24}$",
    re.IGNORECASE,
)
_SHAPE: Final = re.compile(
    r"(?:1[-. ])?\(?[2-9]\d\d\)?[-. ]\d{3}[-. ]\d{4}\Z"  # North America
    r"|[48]00[- ]\d{3,4}[- ]\d{3,4}\Z"  # Chinese service numbers
    r"|1[3-9]\d[- ]\d{4}[- ]\d{4}\Z"  # Chinese mobile, grouped
    r"|0\d{2,3}[- ]\d{7,8}\Z"  # Chinese land line
)
_MORE: Final = re.compile(r"\d")
_DATE: Final = re.compile(r"(?:19|20)\d\d[-./年]\d{1,2}|\d{1,2}:\d\d")
_ADDRESS_LIKE: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){2,3}\Z")


def find_phones(folded: Folded, *, asked: bool = False) -> Iterator[Mention]:
    """Find phone numbers; ``asked`` means the text is a number somebody wants checked."""
    for match in _RUN.finditer(folded.text):
        run = match.group().strip()
        digits = "".join(_MORE.findall(run))
        cue = asked or _CUE.search(folded.text, max(0, match.start() - 32), match.start())
        number = _number(run, digits, cued=bool(cue))
        if number:
            yield Mention("phone", number, *folded.span(*match.span()))


def _number(run: str, digits: str, *, cued: bool) -> str | None:
    if _DATE.search(run) or (_ADDRESS_LIKE.match(run) and not cued):
        return None
    plus = "+" in run[:2] and len(digits) >= 7
    if len(digits) <= 8 and not plus and not _SHAPE.match(run):
        return digits if cued and run == digits else None
    if not (plus or cued or _SHAPE.match(run)):
        return None
    american = (
        _SHAPE.match(run) is not None and re.match(r"(?:1[-. ])?\(?(?!400)[2-9]", run) is not None
    )
    return _international(digits, plus=plus, first="US" if american else "CN")


def _international(digits: str, *, plus: bool, first: str) -> str | None:
    second = "US" if first == "CN" else "CN"
    spellings: list[tuple[str, str | None]] = [("+" + digits, None)]
    if not plus:
        spellings = [(digits, first), (digits, second), *spellings]
    for spelling, region in spellings:
        try:
            number = phonenumbers.parse(spelling, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if not 9 <= len(digits) <= 15:
        return None
    return "+" + digits if plus else digits
