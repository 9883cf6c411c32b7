"""Runs of list words that tell by themselves: varied and unlike prose, or with a checksum."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final

from bot.guard.secrets.phrase_checksums import BIP39_LENGTHS, one_word_repeated, proven
from bot.guard.secrets.segments import BIT, CHINESE, Segment, tight_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.guard.secrets.segments import Element

_RUN: Final = 10
_RUN_POINTS: Final = 12 * BIT
_SHORT_RUN_POINTS: Final = 16 * BIT
_RUN_DISTINCT: Final = 8
_CHECKED_DISTINCT: Final = 6
_CHECKED_POINTS: Final = 8 * BIT
_CHECKED_POINTS_HAN: Final = 6 * BIT
_ANNOUNCEMENT: Final = 6
_FEW: Final = 3
_ENDS_OF_LIST: Final = frozenset((0, 2047))
"""Entropy of zeros or ones alone: published, while 哈哈哈 is what people write."""


def telling_run(wordlist: str, view: Sequence[Element]) -> Segment | None:
    """The first run of list words, nothing between, that is a phrase without doubt."""
    for run in tight_runs(view, at_least=_RUN):
        least = _RUN_POINTS if run.words > _RUN else _SHORT_RUN_POINTS
        varied = run.points >= least and run.distinct >= _RUN_DISTINCT
        if varied and wordlist != CHINESE:
            return run
        if is_checked(wordlist, view[run.first : run.last + 1]):
            return run
    return None


def is_checked(wordlist: str, run: Sequence[Element]) -> bool:
    """Whether a run of list words holds a phrase by its checksum, and is no prose by chance.

    A checksum holds by chance once in sixteen tries: it needs words that speak for it. Chinese
    characters have to stand apart, or the run has to be as long as a phrase.
    """
    numbers = [element.word for element in run]
    if one_word_repeated(wordlist, numbers):
        return wordlist != CHINESE or bool(_ENDS_OF_LIST & _repeated(numbers))
    if len(set(numbers)) < _CHECKED_DISTINCT:
        return False
    points = sum(element.points for element in run)
    if wordlist != CHINESE:
        return points >= _CHECKED_POINTS and proven(wordlist, numbers)
    if _stand_apart(run):
        return proven(wordlist, numbers)
    enough = points >= _CHECKED_POINTS_HAN and len(numbers) in BIP39_LENGTHS
    return enough and proven(wordlist, numbers)


def own_words(view: Sequence[Element], *, cue: bool) -> tuple[Element, ...]:
    """The list words of a message that says nothing else, or only announces them."""
    said_else = sum(element.word < 0 for element in view)
    if said_else > (_ANNOUNCEMENT if cue else 0):
        return ()
    runs = tight_runs(view, at_least=1)
    if not runs:
        return ()
    longest = max(runs, key=lambda run: run.words)
    others = len(view) - longest.words
    if others and not (cue and others <= _ANNOUNCEMENT and longest.words >= _FEW):
        return ()
    return tuple(view[longest.first : longest.last + 1])


def checked_over_messages(wordlist: str, parts: Sequence[Sequence[Element]]) -> int:
    """How many of the last messages, taken whole, hold a phrase together; 0 for none."""
    for messages, size in enumerate(accumulate(len(part) for part in reversed(parts)), 1):
        if size > max(BIP39_LENGTHS):
            return 0
        joined = [element for part in parts[-messages:] for element in part]
        if messages > 1 and size in BIP39_LENGTHS and is_checked(wordlist, joined):
            return messages
    return 0


def _repeated(numbers: Sequence[int]) -> set[int]:
    return {number for number, following in pairwise(numbers) if number == following}


def _stand_apart(run: Sequence[Element]) -> bool:
    """Whether no two characters of one message touch; each message counts from 0 again."""
    return all(a.end != b.start for a, b in pairwise(run))


__all__ = ["checked_over_messages", "is_checked", "own_words", "telling_run"]
