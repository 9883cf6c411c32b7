"""Which of our two languages a text is written in, by its script."""

from __future__ import annotations

import re
from typing import Final, Literal

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")

_HAN: Final = re.compile("[㐀-䶿一-鿿豈-﫿]")
_NO_LANGUAGE: Final = re.compile(r"\S*(?:://|@|0x)\S*|[A-Za-z0-9]{20,}")
"""Links, mail addresses, account addresses and transaction ids."""
_LATIN_WORD: Final = re.compile(r"[A-Za-z]{2,}")


def detect(text: str) -> Language | None:
    """Tell the language of a text, or None where it says nothing about it (a number, a link).

    One Chinese character weighs as much as one Latin word: product names inside a
    Chinese sentence do not make it English.
    """
    plain = _NO_LANGUAGE.sub(" ", text)
    han = len(_HAN.findall(plain))
    latin = len(_LATIN_WORD.findall(plain))
    if not han and not latin:
        return None
    if not han:
        # A name or a ticker alone ("Ledger", "USDT ERC20") does not tell a language.
        return "en" if latin > 2 or _is_common_english(plain) else None
    return "zh" if han >= latin / 2 else "en"


def is_mixed(text: str) -> bool:
    """True when both languages carry the sentence: Chinese, and English that is more than names."""
    plain = _NO_LANGUAGE.sub(" ", text)
    return bool(_HAN.search(plain)) and _common_english(plain) >= 2


def language_for(text: str, conversation: str | None = None) -> Language:
    """The language to answer in: a text of both, or of none, goes with the conversation's."""
    known = next((language for language in LANGUAGES if language == conversation), None)
    if known and is_mixed(text):
        return known
    return detect(text) or known or "en"


_COMMON: Final = frozenset(
    """
    a agent am an and are broken can cancel dead do does english failed for forgot frozen give
    hello help hey hi how human i is it lost me my no not of official ok okay person pin please
    problem screen stop stuck support thank thanks the this to what when where who why yes you
    your
    """.split()  # noqa: SIM905 - words read better than a column of quotes
)


def _is_common_english(text: str) -> bool:
    return _common_english(text) > 0


def _common_english(text: str) -> int:
    return sum(word.lower() in _COMMON for word in _LATIN_WORD.findall(text))
