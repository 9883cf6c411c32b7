"""How far a "never" reaches, who is told to do what, and where: the grammar of requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.guard import request_words as words

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

_LONG: Final = 240
"""Characters of the longest piece read as one sentence, so that time stays linear."""


def sentences(text: str) -> list[tuple[int, str]]:
    """Cut a folded text into sentences, each with the place where it begins."""
    parts: list[tuple[int, str]] = []
    begin = 0
    for match in words.SENTENCE_END.finditer(text):
        if text[begin : match.start()].strip():
            # The mark stays: a question mark tells something.
            parts.append((begin, text[begin : match.end()]))
        begin = match.end()
    if text[begin:].strip():
        parts.append((begin, text[begin:]))
    return parts


def pieces(folded: str) -> Iterator[tuple[int, int]]:
    """Cut a folded text into sentences, and a very long one at its commas."""
    for begin, sentence in sentences(folded):
        start = 0
        while len(sentence) - start > _LONG:
            comma = max(sentence.rfind(mark, start, start + _LONG) for mark in ",，、 ")
            end = comma + 1 if comma > start + _LONG // 2 else start + _LONG
            yield begin + start, begin + end
            start = end
        yield begin + start, begin + len(sentence)


def is_covered(sentence: str, verb: int, end: int, said: str = "") -> bool:
    """Tell whether what is asked at ``verb`` is denied, told of others, or asked of the past.

    ``verb`` is where the asking words ``said`` begin, ``end`` where the thing asked for ends.
    """
    before = sentence[:verb]
    if words.NEGATION.search(words.NO_NEGATION.sub("_", said)):
        return True
    masked = words.NO_NEGATION.sub(lambda match: "_" * len(match.group()), before)
    after_clause = sentence[verb : end + 24]
    if _reaches(words.NEGATION, masked, after_clause):
        return True
    told = _last(words.OTHERS, before + said)
    if (
        told
        and not words.BREAK.search(before[told.end() :])
        and not words.TO_US.search(sentence[verb:])
    ):
        return True
    if words.PAST.search(before + sentence[verb : verb + 12]) and not words.TO_US.search(
        sentence[verb:]
    ):
        return True
    told_zh = words.PAST_ZH.search(before) and words.DONE_ZH.search(sentence[verb : end + 16])
    return bool(told_zh) and not words.TO_US.search(sentence[verb:])


def _reaches(cover: re.Pattern[str], before: str, clause: str) -> bool:
    last = _last(cover, before)
    if last is None:
        return False
    between = before[last.end() :]
    if words.BREAK.search(between) or words.ONLY.match(clause):
        return False
    comma = words.COMMA.search(between)
    if comma is None:
        return True
    return bool(words.GOVERNED.match(between + clause)) and not words.TO_US.search(between + clause)


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return max(pattern.finditer(text), key=lambda match: match.start(), default=None)


def is_yes_or_no(sentence: str, verb: int, thing: int) -> bool:
    """Tell whether only a yes or no is asked for: "tell me whether you still have it"."""
    return any(
        match.start() <= verb <= match.end() and match.end() <= thing + 40
        for match in words.YES_NO.finditer(sentence)
    )


def parts_them(between: str) -> bool:
    """Tell whether the words between verb and thing keep them apart."""
    return len(between) > 60 or words.APART.search(between) is not None


def is_other_noun(after: str) -> bool:
    """Tell whether the words after a thing make it something else ("PIN attempts")."""
    return words.NOT_THE_THING.match(after) is not None


def is_on_own_device(sentence: str, clause: str) -> bool:
    """Tell whether a sentence keeps a secret on the owner's device or own app.

    The clause must name no other place, the sentence no place or link of the one who writes.
    """
    ours = words.OURS.search(words.DENIED.sub(" ", sentence))
    return words.OWN_DEVICE.search(sentence) is not None and not ours and not is_outside(clause)


def is_outside(sentence: str) -> bool:
    """Tell whether a sentence names a place outside the owner's device, not merely denied."""
    return words.OUTSIDE.search(words.DENIED.sub(" ", sentence)) is not None


def is_appeal(sentence: str) -> bool:
    """Tell whether a sentence that names a secret draws the writer in, with nothing to excuse it.

    The last resort for ways to ask that nobody listed: an honest sentence about a secret
    denies, warns, speaks of others or of the past, or says what to do with it at home.
    """
    if words.APPEAL.search(sentence) is None or words.NEUTRAL.search(sentence) is not None:
        return False
    if words.NEGATION.search(words.NO_NEGATION.sub("_", sentence)) or words.OTHERS.search(sentence):
        return False
    if (
        words.PAST.search(sentence)
        or words.OWN_DEVICE.search(sentence)
        or words.YES_NO.search(sentence)
    ):
        return False
    return not (words.PAST_ZH.search(sentence) and words.DONE_ZH.search(sentence))


def pronoun_requests(sentence: str) -> list[tuple[int, int]]:
    """Find "send them here" and the like, for texts that spoke of a secret before."""
    return [
        match.span()
        for match in words.PRONOUN.finditer(sentence)
        if match["verb"] is None or _is_ours(match, sentence)
    ]


def _is_ours(match: re.Match[str], sentence: str) -> bool:
    if words.TO_US.search(match.group()) or words.OUTSIDE.search(match["place"]):
        return True
    return words.GIVING.match(match["verb"]) is not None and not words.OWN_DEVICE.search(sentence)
