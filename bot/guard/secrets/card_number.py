"""Payment cards: an issuer's range, its length, and Luhn's check digit (ISO/IEC 7812)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.guard.findings import Finding

if TYPE_CHECKING:
    from bot.guard.normalise import Reading

NAME: Final = "card_number"
_CANDIDATE: Final = re.compile(
    r"(?<![0-9a-z_.,#-])[2-6][0-9](?:[ -]?[0-9]){11,17}(?![0-9a-z_-]|[.,][0-9])"
)
_ISSUERS: Final = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})"  # Visa
    r"|(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)\d*(?<=^\d{16})"  # Mastercard
    r"|3[47]\d{13}"  # American Express
    r"|(?:6011|64[4-9]|65)\d*(?<=^\d{16})"  # Discover
    r"|35(?:2[89]|[3-8])\d*(?<=^\d{16})"  # JCB
    r"|62\d{14,17}"  # UnionPay
    r"|3(?:0[0-5]|[689])\d*(?<=^\d{14})"  # Diners Club
    r"|220[0-4]\d{12}"  # Mir
)
_CARD: Final = re.compile(r"\bcards?\b|visa|mastercard|卡")
_OTHER_NUMBER: Final = re.compile(
    r"order|ticket|case|tracking|serial|invoice|reference|\bimei\b|\bs/?n\b|\bid\b|订单|单号|工单|流水|序列号|编号"
)
_BEFORE: Final = 30


def find(reading: Reading) -> list[Finding]:
    """Card numbers, plain or in groups, that nobody calls an order or serial number."""
    return [
        Finding("card_number", *reading.span(*match.span()), "proven")
        for match in _CANDIDATE.finditer(reading.folded)
        if is_card(match.group()) and not _called_otherwise(reading.folded, match.start())
    ]


def is_card(text: str) -> bool:
    """Whether the digits stand in an issuer's range and their check digit holds."""
    digits = re.sub(r"[ -]", "", text)
    return _ISSUERS.fullmatch(digits) is not None and _luhn(digits)


def _luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0


def _called_otherwise(folded: str, start: int) -> bool:
    before = folded[max(0, start - _BEFORE) : start]
    return _OTHER_NUMBER.search(before) is not None and _CARD.search(before) is None
