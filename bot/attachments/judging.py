"""Which secrets the texts and codes of a picture hold: kinds alone, never a word of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from bot.attachments.codes import Code, kind_by_form
from bot.guard.findings import KEYS_TO_THE_FUNDS, SECRET_KINDS, SecretKind
from bot.guard.inbound import inspect

_TRANSACTION: Final = re.compile(
    r"transaction|\btx|hash|block|explorer|confirm|交易|哈希|区块|确认", re.IGNORECASE
)
_WIF_LIKE: Final = re.compile(
    r"(?<![0-9A-Za-z])(?=[A-Za-z]{0,40}[0-9])(?=[0-9a-z]{0,40}[A-Z])(?=[0-9A-Z]{0,40}[a-z])"
    r"(?:5[0-9A-Za-z]{49,55}|[KLc9][0-9A-Za-z]{46,55})(?![0-9A-Za-z])"
)
"""What was read wrongly has no checksum; nothing else is so long, so mixed and begins so."""
_KEY_NAMED: Final = re.compile(r"private.{0,2}key|secret.{0,2}key|\bwif\b|私钥|密钥", re.IGNORECASE)
_KEY_LIKE: Final = re.compile(r"(?<![0-9A-Za-z])(?=[A-Za-z]{0,40}[0-9])[0-9A-Za-z]{46,110}")
_LONG_CODE: Final = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z]{24,}(?![0-9A-Za-z])")
_MISREAD: Final = str.maketrans("0OIl", "oo11")
"""Base58 knows none of these four; who reads them read their neighbours."""
_MACHINE_ZONE: Final = re.compile(r"[<>]{8,}|[A-Z][A-Z<][A-Z<]{3}[A-Z<]{10,}<<|[0-9A-Z<]{20,}<<")
"""The lines for machines at the foot of a paper; upside down they point the other way."""
_PAPERS: Final = (
    "居民身份证",
    "公民身份号码",
    "签发机关",
    "有效期限",
    "passport",
    "护照",
    "nationality",
    "国籍",
    "surname",
    "given names",
    "date of birth",
    "出生日期",
    "place of birth",
    "出生地点",
    "date of issue",
    "签发日期",
    "date of expiry",
    "identity card",
    "driving licence",
    "driver license",
    "driver's license",
)
_WORDS_OF_A_PAPER: Final = 3
_PAPER_NUMBER: Final = re.compile(r"(?<![0-9A-Za-z])[A-Z]{0,3}[0-9]{7,18}[0-9X]?(?![0-9A-Za-z])")
_MOST_AT_ONCE: Final = 4000


def kinds_in(texts: Iterable[str], codes: Sequence[Code] = ()) -> tuple[SecretKind, ...]:
    """The kinds of secret found, the gravest first.

    Raises:
        GuardBroken: a recogniser failed; the file must not be kept.
    """
    found: set[SecretKind] = set()
    for code in codes:
        kind = kind_by_form(code)
        found |= {kind} if kind else _in_text(code.text, is_code=True)
    read = list(texts)
    for text in read:
        for part in _parts(text):
            found |= _in_text(part)
        found |= _papers(text)
    if _KEY_NAMED.search("\n".join(read)) and any(_KEY_LIKE.search(text) for text in read):
        found.add("private_key")
    order = [*(kind for kind in SECRET_KINDS if kind in KEYS_TO_THE_FUNDS), *SECRET_KINDS]
    return tuple(dict.fromkeys(kind for kind in order if kind in found))


def _in_text(text: str, *, is_code: bool = False) -> set[SecretKind]:
    findings = inspect(text).findings
    is_transaction = _TRANSACTION.search(text) is not None
    found = {one.kind for one in findings if not (one.is_undecided and is_transaction)}
    if is_code:
        return found
    if _WIF_LIKE.search(text):
        found.add("private_key")
    mended = " ".join(match.translate(_MISREAD) for match in _LONG_CODE.findall(text))
    if mended:
        found |= {one.kind for one in inspect(mended).findings if one.opens_the_wallet}
    return found


def _papers(text: str) -> set[SecretKind]:
    """Identity papers: the lines for machines, or the headings with a number among them."""
    if _MACHINE_ZONE.search(text.replace(" ", "")):
        return {"national_id"}
    folded = text.lower()
    headings = sum(heading in folded for heading in _PAPERS)
    numbered = headings >= _WORDS_OF_A_PAPER and _PAPER_NUMBER.search(text)
    return {"national_id"} if numbered else set()


def _parts(text: str) -> Iterable[str]:
    """A long text in pieces that overlap by half: work grows with a piece's length squared."""
    for start in range(0, max(1, len(text) - _MOST_AT_ONCE // 2), _MOST_AT_ONCE // 2):
        yield text[start : start + _MOST_AT_ONCE]
