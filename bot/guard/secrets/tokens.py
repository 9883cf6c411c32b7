"""Cuts a folded text into words, ordinals and sentence ends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

_ORDINAL_WORDS = (
    "twenty[ -]?(?:first|second|third|fourth)|twentieth|(?:four|six|seven|eigh|nine)teenth"
    "|thirteenth|fifteenth|first|second|third|fourth|fifth|sixth"
    "|seventh|eighth|ninth|tenth|eleventh|twelfth"
)
_NUMBERED = "words?|w|no|nr|num|number|mot|palabra|parola|palavra|slovo|seed"
_IS = r"\bis\b|\bwas\b|=|:|->"
_JOINT = r"[ \t]{0,2}(?:is|was|=>?|:|->|\)|\.|是|为)?"
_HAN_NUMBER = "[一二三四五六七八九十廿]{1,3}"
_NUMBER = rf"(?:[0-9]{{1,2}}|{_HAN_NUMBER})"
_WORD_AHEAD = (
    r"(?=\s?(?:[a-z\u1100-\u11ff\u3041-\u3096]"
    r"|[\u3400-\u9fff](?![\u3400-\u9fff])|[\u3400-\u9fff]第))"
)
"""A word of a phrase follows: no Chinese word has a single character before a separator."""
_THEN = "然后|接着|接下来|下一个|下个|下面|再来|再|后面|之后|最后一个|最后|其次|还有|跟着|末尾"
_LABELS: Final = "|".join(
    (
        rf"第\s?{_NUMBER}\s?个?\s?(?:助记|恢复)?(?:单词|词|字|:|(?=是|为))" + _JOINT,
        rf"第\s?{_NUMBER}\s?[个位号项]?[\s,.、-]?{_WORD_AHEAD}",
        rf"(?<![0-9])[0-9]{{1,2}}\s?[号位项][\s,.:、-]?{_WORD_AHEAD}",
        rf"(?<![a-z0-9])(?:[ivx]{{1,5}}|[a-z])\s?[.):]{_WORD_AHEAD}",
        rf"(?:{_THEN})(?:单词|词|字)?(?:就是|是|为)?:?{_WORD_AHEAD}",
        rf"(?<![\u3400-\u9fff、]){_HAN_NUMBER}\s?[、,.:)-]{_WORD_AHEAD}",
        r"(?:助记|恢复)?(?:词|单词)\s?[0-9]{1,2}(?![0-9])" + _JOINT,
        rf"\b(?:{_NUMBERED})[ _.#-]{{0,2}}[0-9]{{1,2}}\b" + _JOINT,
        r"\b[0-9]{1,2}(?:st|nd|rd|th)\b(?: (?:word|one)\b)?" + _JOINT,
        rf"\b(?:the )?(?:{_ORDINAL_WORDS})(?: (?:word|one)\b)?[ \t]{{0,2}}(?:{_IS})",
    )
)
_WORD = (
    r"[0-9]{0,4}[a-z][a-z0-9]*(?:['’](?:s|t|re|ve|ll|d|m)\b)?|[\u1100-\u11ff]+|[\u3041-\u3096ー]+"
)
_TAG = r"</?(?:li|ol|ul|p|br|td|tr|th|b|i|em|strong|span|div|code|pre|table|tbody)(?: ?/)?>"
_TOKEN: Final = re.compile(
    rf"{_TAG}|(?P<label>{_LABELS})|(?P<word>{_WORD})|(?P<number>[0-9]+)"
    rf"|(?P<han>[\u3400-\u9fff](?:(?!第{_NUMBER}个)[\u3400-\u9fff])*)"
    r"|(?P<end>[.!?。！？](?=\s|$)|[。！？])"
)
WORDS: Final = re.compile(_WORD)
_RUN: Final = re.compile(r"[0-9]+|[^0-9]+")
_LONGEST_WORD: Final = 14
HIGHEST_ORDINAL: Final = 33  # a SLIP-39 share has 20 or 33 words


class Token(NamedTuple):
    """A piece of the folded text; ``kind`` is word, ordinal, number, han or end."""

    kind: str
    text: str
    start: int
    end: int


def tokens(folded: str) -> Iterator[Token]:
    """The tokens of a folded text, in order; "3abandon" gives an ordinal and a word."""
    for match in _TOKEN.finditer(folded):
        if match.lastgroup is None:
            continue  # a tag of HTML
        kind, text = match.lastgroup, match.group()
        if kind == "label":
            kind = "ordinal"
        elif kind == "number":
            kind = "ordinal" if len(text) <= 3 and int(text) <= HIGHEST_ORDINAL else "number"
        elif kind == "word" and (text[0].isdigit() or len(text) > _LONGEST_WORD):
            yield from _apart(text, match.start())
            continue
        yield Token(kind, text, match.start(), match.end())


def _apart(text: str, start: int) -> Iterator[Token]:
    """Numbers and letters written together: "1abandon2ability"."""
    if len(text) <= _LONGEST_WORD:  # a digit inside a word may stand for a letter
        digits = len(text) - len(text.lstrip("0123456789"))
        cuts = [(0, digits), (digits, len(text))]
    else:
        cuts = [match.span() for match in _RUN.finditer(text)]
    for begin, end in cuts:
        kind = "ordinal" if text[begin].isdigit() else "word"
        yield Token(kind, text[begin:end], start + begin, start + end)
