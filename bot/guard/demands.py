"""Requests that no honest support makes, found by an asking word near the thing asked for."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from bot.guard import grammar
from bot.guard import request_words as words
from bot.guard.demand_rules import Thing, things

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bot.guard.outbound_reading import Folded

_WINDOW: Final = 90
_AROUND: Final = 160
_BACK: Final = 48


def find_demands(reading: Folded) -> dict[str, tuple[int, int]]:
    """Find every request for a secret, remote control, money or a change of channel.

    Gives for each broken rule the span of its first request in the folded text.
    """
    found: dict[str, tuple[int, int]] = {}
    named: list[Thing] = []
    for begin, end in grammar.pieces(reading.text):
        sentence = reading.text[begin:end]
        for rule, start, stop in _in_sentence(sentence, named, found):
            found.setdefault(rule, (begin + start, begin + stop))
    for rule, start, stop in _form_fields(reading):
        found.setdefault(rule, (start, stop))
    return found


def _in_sentence(
    sentence: str, named: list[Thing], found: Mapping[str, object]
) -> Iterator[tuple[str, int, int]]:
    """Look for rules not broken before; notes in ``named`` which secrets were spoken of."""
    for thing in things():
        spans = list(thing.words.finditer(sentence))
        if not spans and thing.name in _SPLIT:
            spans = list(_squeezed(sentence, thing))
        if thing.secret and spans and thing not in named:
            named.append(thing)
        if thing.rule in found:
            continue
        for start, end in _requests(sentence, thing, spans) or _appeals(sentence, thing, spans):
            yield thing.rule, start, end
    if named and named[0].rule not in found:
        for start, end in _by_pronoun(sentence):
            yield named[0].rule, start, end


_SPLIT: Final = frozenset(["phrase", "key", "password", "remote"])
# Named in honest replies all the time: fees, wallets, the device's screen.
_COMMON: Final = frozenset(["money", "wallet", "screen"])


def _appeals(sentence: str, thing: Thing, spans: list[re.Match[str]]) -> list[tuple[int, int]]:
    """Find a secret named in a sentence that draws the writer in and excuses nothing."""
    if thing.name in _COMMON or not spans or not grammar.is_appeal(sentence):
        return []
    return [span.span() for span in spans if not grammar.is_other_noun(sentence[span.end() :])]


def _requests(sentence: str, thing: Thing, spans: list[re.Match[str]]) -> list[tuple[int, int]]:
    return list(islice(_each_request(sentence, thing, spans), 1))


def _each_request(
    sentence: str, thing: Thing, spans: list[re.Match[str]]
) -> Iterator[tuple[int, int]]:
    for match in thing.direct.finditer(sentence):
        if not grammar.is_covered(sentence, *match.span()):
            yield match.span()
    for span in spans:
        after = sentence[span.end() :]
        if thing.secret and _is_bare_question(sentence, thing, span):
            yield span.span()
            continue
        if grammar.is_other_noun(after) or thing.not_after.match(after):
            continue
        if thing.not_before.search(sentence[: span.start()]):
            continue
        yield from _hard(sentence, thing, span)
        yield from _soft(sentence, thing, span)


def _is_bare_question(sentence: str, thing: Thing, span: re.Match[str]) -> bool:
    """Tell whether a thing is asked for without a verb: "Your PIN, please?", "密码是多少"."""
    before, after = sentence[: span.start()], sentence[span.end() :]
    near = words.VALUE_ZH.match(after) and (thing.name != "phrase" or words.YOURS.search(before))
    ordinal = re.match("第.{1,2}[个词]", after) or thing.name != "phrase"
    if near or (ordinal and words.VALUE_FAR_ZH.match(after)):
        return not grammar.is_covered(sentence, span.start(), span.end())
    if words.HOLDER.search(before):
        return True
    if re.search(
        r"(?:没有?|不提供|缺少?|不给)(?:您的?|提供|完整的?)*$", before
    ) and words.NO_SERVICE_ZH.match(after):
        return True
    alone = words.ALONE_BEFORE.match(before) and words.ALONE_AFTER.match(after)
    return bool(alone) and bool(re.search(r"[?？]|please|pls|plz|请|呢|谢谢", sentence))


def _hard(sentence: str, thing: Thing, span: re.Match[str]) -> Iterator[tuple[int, int]]:
    for verb in _verbs_near(thing.hard, sentence, span):
        if not _asks(sentence, verb, span):
            continue
        entered = thing.secret and _is_entry(verb.group())
        clause = _clause(sentence, min(verb.start(), span.start()), max(verb.end(), span.end()))
        if entered and grammar.is_on_own_device(sentence, clause):
            continue
        yield min(verb.start(), span.start()), max(verb.end(), span.end())


def _soft(sentence: str, thing: Thing, span: re.Match[str]) -> Iterator[tuple[int, int]]:
    for verb in _verbs_near(thing.soft, sentence, span):
        clause = _clause(sentence, min(verb.start(), span.start()), max(verb.end(), span.end()))
        if _asks(sentence, verb, span) and grammar.is_outside(clause):
            yield min(verb.start(), span.start()), max(verb.end(), span.end())


def _asks(sentence: str, verb: re.Match[str], span: re.Match[str]) -> bool:
    """Tell whether a verb asks for the thing, and is not denied or told of others."""
    first, last = (verb, span) if verb.start() < span.start() else (span, verb)
    if grammar.parts_them(sentence[first.end() : last.start()]) and not _comes_to_us(
        sentence, verb
    ):
        return False
    if verb.start() > span.start() and not _follows(sentence, verb, span):
        return False
    if grammar.is_yes_or_no(sentence, verb.start(), span.start()):
        return False
    if _is_past(sentence, verb):
        return False
    return not grammar.is_covered(sentence, first.start(), last.end(), verb.group())


def _comes_to_us(sentence: str, verb: re.Match[str]) -> bool:
    """Tell whether a Chinese verb sends something to the one who writes: "传给我"."""
    return re.match(r".{0,4}?(?:给我|给客服|过来)", sentence[verb.start() :]) is not None


def _is_entry(verb: str) -> bool:
    return words.ENTRY.match(verb) is not None


def _follows(sentence: str, verb: re.Match[str], span: re.Match[str]) -> bool:
    """Tell whether a verb after the thing takes it as its object: Chinese yes, English rarely."""
    between = sentence[span.end() : verb.start()]
    if not re.match(rf"[{words.HAN}]", verb.group()):
        return words.POSTPOSED.match(sentence[span.end() :]) is not None
    return len(between) <= 10 and not words.LIST_GAP.search(between)


def _is_past(sentence: str, verb: re.Match[str]) -> bool:
    """Tell whether a Chinese verb speaks of what was done: "付了多少手续费"."""
    return words.VERB_DONE_ZH.match(sentence, verb.end()) is not None and not words.THEN_ZH.search(
        sentence
    )


def _verbs_near(
    pattern: re.Pattern[str], sentence: str, span: re.Match[str]
) -> Iterator[re.Match[str]]:
    begin = max(0, span.start() - _WINDOW)
    for verb in pattern.finditer(sentence, begin, min(len(sentence), span.end() + _BACK)):
        if verb.end() <= span.start() or verb.start() >= span.end():
            yield verb


def _clause(sentence: str, start: int, end: int) -> str:
    """Give the part of a sentence around a span, up to the next full break."""
    begin = max(sentence.rfind(mark, 0, start) for mark in (",", ";", "，", " but ", "但"))
    stops = [at for mark in (",", ";", " but ", "但") if (at := sentence.find(mark, end)) >= 0]
    return sentence[max(begin, 0) : min([*stops, len(sentence)])]


def _squeezed(sentence: str, thing: Thing) -> Iterator[re.Match[str]]:
    """Find a long term that spaces cut in odd places: "see dphr ase"."""
    letters = [i for i, char in enumerate(sentence) if char.isalpha()]
    squeezed = "".join(sentence[i] for i in letters)
    for match in words.SQUEEZED.finditer(squeezed):
        if thing.words.search(match.group()):
            begin, end = letters[match.start()], letters[match.end() - 1] + 1
            whole = re.compile(re.escape(sentence[begin:end])).match(sentence, begin)
            if whole:
                yield whole


def _by_pronoun(sentence: str) -> Iterator[tuple[int, int]]:
    for start, end in grammar.pronoun_requests(sentence):
        if not grammar.is_covered(sentence, start, end):
            yield start, end


def _form_fields(reading: Folded) -> Iterator[tuple[str, int, int]]:
    """Find blanks to fill in ("Recovery phrase: ____") and passive requests."""
    lines = len(words.FORM_LINE.findall(reading.text)) >= 3
    for thing in things():
        if not thing.secret:
            continue
        for span in thing.words.finditer(reading.text):
            before = reading.text[max(0, span.start() - _AROUND) : span.start()]
            after = reading.text[span.end() : span.end() + _AROUND]
            if _is_blank(after, lines=lines) or _is_passive(before, after, span.group()):
                yield thing.rule, *span.span()
                break


def _is_blank(after: str, *, lines: bool) -> bool:
    if re.match(words.BLANK, after):
        return True
    return lines and re.match(r"[^\n:：]{0,20}[:：]\s*(?:\n|$)", after) is not None


def _is_passive(before: str, after: str, said: str) -> bool:
    if not words.PASSIVE_EN.match(after) or grammar.is_on_own_device(after[:120], after[:120]):
        return False
    near = before.rsplit(".", 1)[-1]
    return not grammar.is_covered(near + said + after[:80], len(near), len(near) + len(said))
