"""Recovery phrases and shares: the decision over the scored segments of all word lists."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.guard.findings import Finding
from bot.guard.memory import Piece
from bot.guard.normalise import humps_apart
from bot.guard.secrets import han, second_look, spread, words
from bot.guard.secrets.limits import Limits, certainty_of
from bot.guard.secrets.phrase_checksums import BIP39_LENGTHS, proven
from bot.guard.secrets.segments import (
    BIT,
    CHINESE,
    Element,
    Segment,
    best_segment,
    widened,
)
from bot.guard.secrets.telling import own_words, telling_run
from bot.guard.secrets.tokens import tokens
from bot.guard.secrets.unspaced import LONG, spelt_out

if TYPE_CHECKING:
    from bot.guard.memory import Memory
    from bot.guard.normalise import Reading
    from bot.guard.secrets.tokens import Token

NAME: Final = "phrase"
_CUE: Final = re.compile(
    r"recovery (?:phrase|words?|seed)|(?:seed|secret|backup|mnemonic) ?(?:phrase|words?)|mnemonic"
    r"|(?:1[258]|2[0145]|33) ?(?:words?|个?(?:单词|词|字))"
    r"|助记|恢复词|恢复短语|种子词|种子短语|备份词"
    r"|my seed|\bshare\b.{0,20}\bof\b"
)


_WORD_LIMITS: Final = Limits(30 * BIT, 6, 22 * BIT, 5, 16 * BIT)
_HAN_LIMITS: Final = Limits(28 * BIT, 11, 30 * BIT, 8, 20 * BIT, 24 * BIT)
_WORTH_MENDING: Final = 12 * BIT
_MENDED: Final = 2
_ENDLESS: Final = 2


@dataclass(frozen=True, slots=True, repr=False)
class _Seen:
    """A text as it was cut, as promising word lists see it, and its Chinese runs against prose."""

    cut: list[Token]
    views: dict[str, list[Element]]
    chinese: dict[str, list[int]]


def find(reading: Reading, memory: Memory | None, message_id: str) -> spread.Found:
    """Look for a phrase in a message, alone and together with what is remembered."""
    seen = _see(reading, any_piece=memory is not None)
    views = seen.views
    cue = bool(views) and _CUE.search(reading.folded) is not None
    judged = {name: _judge(name, view, cue=cue) for name, view in views.items()}
    if chinese := judged.get(CHINESE):
        judged[CHINESE] = _look_again(seen, *chinese, cue=cue)
    alone = _strongest(list(judged.values()))
    if memory is None:
        return spread.Found(alone)
    if alone is None and CHINESE in views and spread.is_piece(CHINESE, views[CHINESE]):
        views[CHINESE] = second_look.piece(views[CHINESE], seen.cut, seen.chinese)
    found = spread.find(views, memory, alone, cue=cue)
    known = found.finding is not None
    pieces = {
        name: tuple(view)
        for name, view in views.items()
        if spread.is_piece(name, view) or (known and best_segment(view).points > _WORTH_MENDING)
    }
    own = {name: words for name, view in views.items() if (words := own_words(view, cue=cue))}
    memory.remember(Piece(message_id, pieces, known, own) if pieces or own else None)
    return found


def _see(reading: Reading, *, any_piece: bool) -> _Seen:
    """The text as each word list sees it that could find something."""
    joined = spelt_out(humps_apart(reading))
    names = words.promising(joined.folded, any_piece=any_piece)
    chinese = han.promising(joined.folded, at_least=_HAN_LIMITS.suspect_words, any_piece=any_piece)
    cut = list(tokens(joined.folded)) if names or chinese is not None else []
    unspaced = any(token.kind == "word" and len(token.text) >= LONG for token in cut)
    views = {name: words.elements(joined, cut, name, mend=False) for name in names}
    for name in [] if unspaced else _to_mend(views):
        views[name] = words.elements(joined, cut, name, mend=True)
    if chinese is not None:
        views[CHINESE] = han.elements(joined, cut, chinese)
    return _Seen(cut, views, chinese or {})


def _to_mend(views: dict[str, list[Element]]) -> list[str]:
    """The word lists that come nearest to a phrase without reaching it: slips may be the cause."""
    points = {name: best_segment(view).points for name, view in views.items()}
    near = [name for name in points if _WORTH_MENDING <= points[name] < _WORD_LIMITS.block]
    return sorted(near, key=points.__getitem__, reverse=True)[:_MENDED]


def _judge(wordlist: str, view: list[Element], *, cue: bool) -> tuple[int, Finding] | None:
    limits = _HAN_LIMITS if wordlist == CHINESE else _WORD_LIMITS
    segment = best_segment(view)
    certainty = certainty_of(segment, limits, cue=cue)
    run = telling_run(wordlist, view)
    if run is not None and certainty in {None, "partial"}:
        segment, certainty = run, "likely"
    if certainty is None:
        return None
    if wordlist != CHINESE:
        segment = widened(view, segment)
    if _checksum_holds(wordlist, view, segment):
        certainty = "proven"
    part = view[segment.first : segment.last + 1]
    return segment.points, Finding(spread.kind_of(wordlist), part[0].start, part[-1].end, certainty)


def _look_again(
    seen: _Seen, points: int, first: Finding, *, cue: bool
) -> tuple[int, Finding] | None:
    """Chinese names and verse are taken back; one character again and again is neither."""
    view = seen.views[CHINESE]
    inside = [e for e in view if first.start <= e.start < first.end]
    if len({element.word for element in inside}) <= _ENDLESS:
        return points, first
    found = second_look.points(view, seen.cut, seen.chinese)
    checked = 0 if first.certainty != "proven" else 1 + (len(inside) == len(view))
    certainty = second_look.certainty(first.certainty, found, cue=cue, checked=checked)
    return None if certainty is None else (points, replace(first, certainty=certainty))


def _checksum_holds(wordlist: str, view: list[Element], segment: Segment) -> bool:
    numbers = [e.word for e in view[segment.first : segment.last + 1] if e.word >= 0]
    if wordlist == CHINESE and len(numbers) not in BIP39_LENGTHS:
        return False  # prose has so many stretches that one in sixteen holds by chance
    return proven(wordlist, numbers)


def _strongest(judged: list[tuple[int, Finding] | None]) -> Finding | None:
    some = [one for one in judged if one is not None]
    return max(some, key=lambda one: (one[1].certainty == "proven", one[0]))[1] if some else None
