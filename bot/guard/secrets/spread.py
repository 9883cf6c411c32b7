"""Phrases spread over several messages, with chat between, or one word a message."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.guard.findings import Finding
from bot.guard.memory import Piece
from bot.guard.secrets.limits import Limits, certainty_of
from bot.guard.secrets.segments import BIT, CHINESE, Element, Segment, best_segment
from bot.guard.secrets.telling import checked_over_messages, own_words

if TYPE_CHECKING:
    from bot.guard.findings import SecretKind
    from bot.guard.memory import Memory

_LIMITS: Final = Limits(30 * BIT, 6, 24 * BIT, 6, 18 * BIT)
_PIECE_SHARE: Final = 0.8
_PIECE_POINTS: Final = {CHINESE: -1 * BIT}
_PIECE_POINTS_WORDS: Final = -2 * BIT
_FEW: Final = 2


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase in the current message, and the earlier messages that hold its other parts."""

    finding: Finding | None
    taints: tuple[str, ...] = ()


def find(
    views: dict[str, list[Element]], memory: Memory, alone: Finding | None, *, cue: bool
) -> Found:
    """Look for a phrase in this message together with the remembered ones."""
    best = Found(alone)
    for name, view in views.items():
        checked = _by_checksum(name, own_words(view, cue=cue), memory.messages)
        if len(checked) > len(best.taints):
            kind = kind_of(name)
            best = Found(alone or Finding(kind, view[0].start, view[-1].end, "proven"), checked)
        messages = [m if m and name in m.elements else None for m in memory.messages]
        if not any(messages) or not (alone or is_piece(name, view)):
            continue
        found = _joined(name, view, messages, alone, cue=cue)
        if found.finding and len(found.taints) >= len(best.taints):
            best = found
    return best


def _by_checksum(
    name: str, own: tuple[Element, ...], messages: list[Piece | None]
) -> tuple[str, ...]:
    """The earlier messages that are a phrase together with this one by their checksum."""
    told = [m for m in messages if m and name in m.own]
    if not told or not own:
        return ()
    taken = checked_over_messages(name, [*(m.own[name] for m in told), own])
    return tuple(m.message_id for m in told[-taken + 1 :] if m.message_id) if taken else ()


def is_piece(wordlist: str, view: list[Element]) -> bool:
    """Whether a message says list words and little else, and reads unlike prose."""
    listed = [element for element in view if element.word >= 0]
    said = len(listed) + sum(e.word < 0 and e.points < -2 * BIT for e in view)
    least = _PIECE_POINTS.get(wordlist, _PIECE_POINTS_WORDS) * len(listed)
    total = sum(element.points for element in listed)
    return bool(listed) and len(listed) >= _PIECE_SHARE * said and total > least


def kind_of(wordlist: str) -> SecretKind:
    """The kind of secret that a word list writes."""
    return "share" if wordlist == "slip39" else "seed_phrase"


def _joined(
    name: str,
    view: list[Element],
    messages: list[Piece | None],
    alone: Finding | None,
    *,
    cue: bool,
) -> Found:
    earlier = [element for m in messages if m for element in m.elements[name]]
    segment = best_segment(earlier + view)
    reaches = segment.last >= len(earlier)
    certain = certainty_of(segment, _LIMITS, cue=cue) is not None and reaches
    if not certain and not any(m and m.found for m in messages):
        return Found(alone)
    finding = alone or Finding(kind_of(name), view[0].start, view[-1].end, "partial")
    return Found(finding, _tainted(name, messages, segment if certain else None))


def _tainted(name: str, messages: list[Piece | None], segment: Segment | None) -> tuple[str, ...]:
    """The messages in a segment, and those before it that go with it.

    A piece of several words goes with it always, one of a single word only without chat between.
    """
    first = segment.first if segment else 0
    inside, position = [], 0
    for message in messages:
        position += len(message.elements[name]) if message else 0
        inside.append(message is not None and position > first)
    adjacent = True
    for place in reversed(range(len(messages))):
        message = messages[place]
        if message is None:
            adjacent = adjacent and any(inside[:place])
        elif not inside[place]:
            inside[place] = adjacent or len(message.elements[name]) >= _FEW
    ids = [m.message_id for m, taken in zip(messages, inside, strict=True) if m and taken]
    return tuple(dict.fromkeys(filter(None, ids)))
