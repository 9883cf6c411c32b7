"""Recovery phrases and shares: the decision over the scored segments of all word lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.guard.findings import Finding
from bot.guard.memory import Piece
from bot.guard.secrets import han, words
from bot.guard.secrets.phrase_checksums import bip39, proven
from bot.guard.secrets.segments import BIT, Element, Segment, best_segment, tight_runs
from bot.guard.tables import chinese_list

if TYPE_CHECKING:
    from bot.guard.findings import Certainty, SecretKind
    from bot.guard.memory import Memory
    from bot.guard.normalise import Reading

NAME: Final = "phrase"
CHINESE: Final = "zh"

_CUE: Final = re.compile(
    r"recovery (?:phrase|words?|seed)|(?:seed|secret|backup|mnemonic) ?(?:phrase|words?)|mnemonic"
    r"|(?:1[258]|2[0145]|33) ?(?:words?|个?(?:单词|词|字))|助记|恢复词|恢复短语|种子词|种子短语|备份词"
    r"|my seed|\bshare\b.{0,20}\bof\b"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """When a segment is a phrase: points in quarter bits, and listed words."""

    block: int
    block_words: int
    suspect: int
    suspect_words: int
    cued: int
    few: int = 0
    """Enough for a suspicion when a whole phrase of words is there."""


_WORD_LIMITS: Final = Limits(30 * BIT, 6, 22 * BIT, 5, 16 * BIT)
_HAN_LIMITS: Final = Limits(28 * BIT, 11, 30 * BIT, 8, 20 * BIT, 24 * BIT)
_SPREAD_LIMITS: Final = Limits(30 * BIT, 6, 24 * BIT, 6, 18 * BIT)
_RUN: Final = 11
_RUN_POINTS: Final = 12 * BIT
_RUN_DISTINCT: Final = 8
_PIECE_SHARE: Final = 0.7
_WORTH_MENDING: Final = 12 * BIT
_CHECKED_DISTINCT: Final = 6
_CHECKED_POINTS: Final = 8 * BIT


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase in the current message, and the earlier messages that hold its other parts."""

    finding: Finding | None
    taints: tuple[str, ...] = ()


def find(reading: Reading, memory: Memory | None, message_id: str) -> Found:
    """Look for a phrase in a message, alone and together with what is remembered."""
    views = _views(reading, any_piece=memory is not None)
    cue = bool(views) and _CUE.search(reading.folded) is not None
    alone = _strongest([_judge(name, view, cue=cue) for name, view in views.items()])
    if memory is None:
        return Found(alone)
    found = _with_earlier(views, memory, alone, cue=cue)
    pieces = {name: tuple(view) for name, view in views.items() if _is_piece(view)}
    memory.remember(Piece(message_id, pieces) if pieces else None)
    return found


def _views(reading: Reading, *, any_piece: bool) -> dict[str, list[Element]]:
    """The text as each word list sees it that could find something."""
    joined = words.spelt_out(reading)
    views: dict[str, list[Element]] = {}
    for name in words.promising(joined.folded, any_piece=any_piece):
        view = words.elements(joined, name, mend=False)
        close = best_segment(view).points
        mend = _WORTH_MENDING <= close < _WORD_LIMITS.block
        views[name] = words.elements(joined, name, mend=True) if mend else view
    enough = _HAN_LIMITS.suspect_words
    if han.promising(reading.folded, at_least=enough, any_piece=any_piece):
        views[CHINESE] = han.elements(reading)
    return views


def _judge(wordlist: str, view: list[Element], *, cue: bool) -> tuple[int, Finding] | None:
    limits = _HAN_LIMITS if wordlist == CHINESE else _WORD_LIMITS
    segment = best_segment(view)
    certainty = _certainty(segment, limits, cue=cue)
    run = _telling_run(wordlist, view)
    if run is not None and certainty in {None, "partial"}:
        segment, certainty = run, "likely"
    if certainty is None:
        return None
    if _checksum_holds(wordlist, view, segment):
        certainty = "proven"
    part = view[segment.first : segment.last + 1]
    kind: SecretKind = "share" if wordlist == "slip39" else "seed_phrase"
    return segment.points, Finding(kind, part[0].start, part[-1].end, certainty)


def _certainty(segment: Segment, limits: Limits, *, cue: bool) -> Certainty | None:
    if segment.points >= limits.block and segment.words >= limits.block_words:
        return "likely"
    if segment.points >= limits.suspect and segment.words >= limits.suspect_words:
        return "likely" if cue else "partial"
    if cue and segment.points >= limits.cued and segment.words >= limits.suspect_words:
        return "partial"
    if limits.few and segment.points >= limits.few and segment.words >= limits.block_words:
        return "partial"
    return None


def _telling_run(wordlist: str, view: list[Element]) -> Segment | None:
    """A run of list words with nothing between: varied and unlike prose, or with a checksum."""
    if wordlist == CHINESE:
        return None
    for run in tight_runs(view, at_least=_RUN):
        varied = run.points >= _RUN_POINTS and run.distinct >= _RUN_DISTINCT
        checked = run.points >= _CHECKED_POINTS and _not_one_repeated(view, run)
        if varied or (checked and _checksum_holds(wordlist, view, run)):
            return run
    return None


def _not_one_repeated(view: list[Element], run: Segment) -> bool:
    """Whether a run has enough different words, or is one word and another last: test vectors."""
    numbers = [element.word for element in view[run.first : run.last + 1]]
    once = len(set(numbers[:-1])) == 1 and run.distinct == 2
    return run.distinct >= _CHECKED_DISTINCT or once


def _checksum_holds(wordlist: str, view: list[Element], segment: Segment) -> bool:
    numbers = [e.word for e in view[segment.first : segment.last + 1] if e.word >= 0]
    return wordlist != CHINESE and proven(wordlist, numbers)


def _strongest(judged: list[tuple[int, Finding] | None]) -> Finding | None:
    some = [one for one in judged if one is not None]
    return max(some, key=lambda one: (one[1].certainty == "proven", one[0]))[1] if some else None


def _is_piece(view: list[Element]) -> bool:
    """Whether most of what the message says are list words, and they speak for a phrase."""
    listed = sum(element.word >= 0 and element.points > 0 for element in view)
    said = sum(element.points < -BIT or element.word >= 0 for element in view)
    return listed > 0 and listed >= _PIECE_SHARE * said and best_segment(view).points > 0


def _with_earlier(
    views: dict[str, list[Element]], memory: Memory, alone: Finding | None, *, cue: bool
) -> Found:
    for name, view in views.items():
        pieces = memory.pieces(name)
        if not pieces or not (alone or _is_piece(view)):
            continue
        before = [element for piece in pieces for element in piece.elements[name]]
        segment = best_segment(before + view)
        certainty = _certainty(segment, _SPREAD_LIMITS, cue=cue)
        if certainty is None or segment.last < len(before):
            continue
        taints = _reached(pieces, name, segment.first)
        part = view[max(0, segment.first - len(before)) : segment.last - len(before) + 1]
        kind: SecretKind = "share" if name == "slip39" else "seed_phrase"
        finding = alone or Finding(kind, part[0].start, part[-1].end, "partial")
        return Found(finding, taints)
    return Found(alone)


def _reached(pieces: list[Piece], name: str, first: int) -> tuple[str, ...]:
    """The messages whose elements lie in a segment that begins at ``first``."""
    ids, position = [], 0
    for piece in pieces:
        position += len(piece.elements[name])
        if position > first and piece.message_id:
            ids.append(piece.message_id)
    return tuple(dict.fromkeys(ids))
