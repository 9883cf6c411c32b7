"""Phrases of words: how each word list but the Chinese ones sees a text."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from bot.guard.secrets.lexicon import Entry, lexicon, misspelt
from bot.guard.secrets.segments import BIT, NOT_LISTED, Element
from bot.guard.secrets.tokens import WORDS, Token
from bot.guard.secrets.unspaced import LONG, listed_in, long_words, split_unspaced
from bot.guard.tables import listed_words

if TYPE_CHECKING:
    from bot.guard.normalise import Reading

_WORTH_A_PASS: Final = 8 * BIT
_WORDS_WORTH_A_PASS: Final = 4
_PIECE_SHARE: Final = 0.7
_BRIEF: Final = 24
_UNLISTED: Final = -5 * BIT
_SENTENCE_END: Final = -2 * BIT
_NUMBER: Final = -3 * BIT
_FILLER: Final = -1 * BIT
_GAP_CHANGED: Final = -3 * BIT // 2
"""People who write a list write it evenly; program code and prose do not."""
_NEAR: Final = 3
_SHAPE: Final = re.compile(r"[\s0-9.]+|(?<=[a-z])\W?s\b")
_ORDINAL_BONUS: Final = 2 * BIT
_LEET: Final = str.maketrans("013457", "oleast")
_STORY: Final = re.compile(
    r"\b(?:first|second|third|fourth|fifth|sixth|then|next|after|followed)\b"
)
_NUMBERED: Final = re.compile(
    r"(?<![a-z])[0-9]{1,2}(?=[a-z]{3})|(?<=[a-z]{3})[0-9]{1,2}(?=[a-z]{3})"
)
_STORY_STEPS: Final = 4
_COUNTED: Final = re.compile(
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty"
    r"|(?:thir|four|fif|six|seven|eigh|nine)teen)\b"
)
_COUNTED_STEPS: Final = 8
_FILLERS: Final = frozenset(
    [
        "and",
        "then",
        "next",
        "the",
        "word",
        "is",
        "comes",
        "after",
        "that",
        "followed",
        "by",
        "was",
        "one",
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "last",
        "finally",
        "number",
        "it",
        "its",
        "with",
        "of",
        "my",
        "a",
    ]
)


def promising(folded: str, *, any_piece: bool) -> list[str]:
    """The word lists worth a pass.

    With ``any_piece`` (a conversation is remembered) one telling word of a brief message is
    enough; a longer one has to say list words and little else.
    """
    points: dict[str, int] = defaultdict(int)
    words: dict[str, int] = defaultdict(int)
    entries = lexicon().entries
    said = 0
    for token in WORDS.findall(_NUMBERED.sub(" ", folded)):
        said += 1
        for entry in entries.get(token) or _damaged(token):
            words[entry.wordlist] += 1
            if entry.points > 0:
                points[entry.wordlist] += entry.points
    for run in long_words(folded):
        for name in listed_in(run):
            points[name] += _WORTH_A_PASS
            words[name] += _WORDS_WORTH_A_PASS
    worth = {
        name
        for name in words
        if points[name] >= _WORTH_A_PASS and words[name] >= _WORDS_WORTH_A_PASS
    }
    if any_piece:
        most = _PIECE_SHARE * said
        brief = said <= _BRIEF
        worth |= {name for name in words if words[name] >= most or (brief and points[name] > 0)}
    return [name for name in words if name in worth]


def elements(reading: Reading, cut: list[Token], wordlist: str, *, mend: bool) -> list[Element]:
    """The text, cut into tokens, as one word list sees it.

    With ``mend`` a word one edit away from a list word counts too.
    """
    folded = reading.folded
    story = len(_STORY.findall(folded)) >= _STORY_STEPS
    counted = len(_COUNTED.findall(folded)) >= _COUNTED_STEPS
    found: list[Element] = []
    ordinal, tight, shape, listed_end, last_end = False, False, "", -1, -_NEAR
    for token in cut:
        if token.kind == "ordinal" or (counted and _COUNTED.fullmatch(token.text)):
            ordinal = True
            continue
        start, end = reading.span(token.start, token.end)
        if token.kind == "end":
            cost = 0 if ordinal or len(found) - last_end < _NEAR else _SENTENCE_END
            found.append(Element(cost, NOT_LISTED, start, end, tight=False))
            last_end = len(found)
            continue
        made = _seen(token, wordlist, start, end, story=story, mend=mend)
        if made[0].word >= 0:
            gap = _SHAPE.sub("", folded[listed_end : token.start]) if tight else shape
            points = made[0].points + (_ORDINAL_BONUS if ordinal else 0)
            points += 0 if gap == shape or ordinal or story else _GAP_CHANGED
            made[0] = made[0]._replace(points=points, tight=tight)
            shape, listed_end = gap, token.end
        tight = made[-1].word >= 0
        found += made
        ordinal = False
    return found


def _seen(  # noqa: PLR0913 - one token in its surroundings
    token: Token, wordlist: str, start: int, end: int, *, story: bool, mend: bool
) -> list[Element]:
    if token.kind != "word":
        cost = _NUMBER if token.kind == "number" else _UNLISTED
        return [Element(cost, NOT_LISTED, start, end, tight=False)]
    entry = _entry(token.text, wordlist)
    if entry is None and len(token.text) >= LONG:
        return split_unspaced(token.text, wordlist, start, end)
    if story and token.text in _FILLERS and (entry is None or entry.points < _FILLER):
        return [Element(_FILLER, NOT_LISTED, start, end, tight=False)]
    if entry is not None:
        return [Element(entry.points, entry.word, start, end, tight=False, exact=entry.exact)]
    word = misspelt(token.text, wordlist) if mend else None
    if word is None:
        return [Element(_UNLISTED, NOT_LISTED, start, end, tight=False)]
    points = listed_words(wordlist)[word].points // 2 - BIT
    return [Element(points, word, start, end, tight=False, exact=False)]


def _entry(text: str, wordlist: str) -> Entry | None:
    entry = lexicon().by_list[wordlist].get(text)
    if entry is not None or text.isalpha():
        return entry
    return next((e for e in _damaged(text) if e.wordlist == wordlist), None)


def _damaged(text: str) -> tuple[Entry, ...]:
    """The entries of a word with digits for letters, or with its number behind it."""
    if text.isalpha():
        return ()
    entries = lexicon().entries
    return entries.get(text.strip("0123456789"), ()) or entries.get(text.translate(_LEET), ())
