"""Does an answer fit its field? One check a kind; each gives a fact or None."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from actions.casework import cues
from actions.casework.state import Fact
from bot.content.entities import is_address, is_transaction_id, resolve_time

if TYPE_CHECKING:
    from actions.casework.heard import Heard
    from actions.casework.state import CaseState
    from bot.content import Content, Field

TEXT_LIMIT: Final = 500
_NO_AMOUNTS: Final = frozenset({"transaction_id", "address", "time", "version", "serial"})

_AMOUNT: Final = re.compile(
    r"(?<![0-9A-Za-z.])(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*(万|千|百万|亿|k|m|w)?(?![0-9a-z]*x)"
    r"\s*(?:个|枚|元|块)?\s*([A-Za-z]{2,8}(?![A-Za-z]))?",
    re.IGNORECASE,
)
_UNITS: Final = {
    "万": 10**4,
    "w": 10**4,
    "千": 10**3,
    "k": 10**3,
    "百万": 10**6,
    "m": 10**6,
    "亿": 10**8,
}
_VERSION: Final = re.compile(
    r"(?<![\d.])v?(\d{1,4}(?:\.\d{1,6}){1,3}(?:[-+][0-9A-Za-z.]{1,16})?)(?![\d.])", re.IGNORECASE
)
_SERIAL: Final = re.compile(
    r"(?<![0-9A-Za-z])(?=[0-9A-Za-z-]*\d)[0-9A-Za-z](?:[0-9A-Za-z]|-(?=[0-9A-Za-z])){5,31}(?![0-9A-Za-z])"
)
_VAGUE_TIME: Final = re.compile(
    r"个月|今年|去年|前年|年初|年底|[一二三四五六七八九十]月|很久|一直|一开始|刚买|前阵子|好久|最近|前几天|前些天|周末|月初|月底|\d{1,2}\s*[月日号点]"
    r"|while ago|long ago|always|beginning|recently|weekend|few days|last (?:week|month|year|night)"
    r"|\b(?:in |since |early |late )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b",
    re.IGNORECASE,
)
_ARTICLE: Final = re.compile(r"^(?:(?:a|an|the|my|from|on|at|it's|its|it is)\s+)+")
_LONG_ANSWER: Final = 40
_NEGATION: Final = (
    "没有",
    "没",
    "不",
    "无",
    "丢",
    "no",
    "not",
    "don't",
    "dont",
    "never",
    "lost",
    "haven't",
    "didn't",
    "isn't",
)
_AFFIRMATION: Final = (
    *(
        "有",
        "在",
        "还在",
        "还有",
        "付了",
        "付过",
        "交了",
        "给了",
        "给过",
        "装了",
        "点过",
        "连过",
        "授权过",
    ),
    *("yes", "i have", "i do", "i did", "i paid", "i gave", "got it", "still have"),
)


def check(content: Content, state: CaseState, field: Field, heard: Heard) -> Fact | None:
    """Read the answer to a field out of a message; None where it does not fit."""
    clicked = _clicked(field, heard)
    if clicked is not None or heard.choice:
        return clicked
    return _CHECKS[field.kind](content, state, field, heard)


def _clicked(field: Field, heard: Heard) -> Fact | None:
    kind, _, rest = heard.choice.partition(":")
    name, _, value = rest.partition(":")
    if kind == "opt" and name == field.id:
        option = field.option(value)
        return Fact(value, option.label.pair()) if option else None
    if field.kind == "yes_no" and heard.choice in {"answer_yes", "answer_no"}:
        return yes_no_fact(yes=heard.choice == "answer_yes")
    return None


def _choice(content: Content, _state: CaseState, field: Field, heard: Heard) -> Fact | None:
    named = entity_fact(content, field, heard)
    return named or option_fact(field, heard.words)


def option_fact(field: Field, words: str, *, asked: bool = True) -> Fact | None:
    """The option that a text names best: by its label, else by the longest of its phrases."""
    folded = cues.normalise(words)
    best, longest = None, 0
    for option in field.options:
        labels = {option.id, option.label.zh.lower(), option.label.en.lower()}
        # "Another one" tells nothing of a question that was not asked.
        if folded in labels and (asked or option.id != "other"):
            return Fact(option.id, option.label.pair())
        phrases = option.words + (option.answers if asked and not cues.is_question(words) else ())
        length = cues.longest(phrases, words)
        weaker = option.vague and best is not None
        stronger = best is not None and best.vague and length > 0
        if (length > longest and not weaker) or stronger:
            best, longest = option, length
    return Fact(best.id, best.label.pair()) if best else None


def said_outright(field: Field, words: str) -> Fact | None:
    """The option whose label or answer is the whole message: "淘宝", "a friend"."""
    folded = _ARTICLE.sub("", cues.normalise(words))
    for option in field.options:
        labels = {option.label.zh.lower(), option.label.en.lower()}
        if len(folded) > 1 and option.id != "other" and folded in labels | set(option.answers):
            return Fact(option.id, option.label.pair())
    return None


def entity_fact(content: Content, field: Field, heard: Heard) -> Fact | None:
    """What a message names for a field, found by the entity rules."""
    entity = heard.entity(field.entity) if field.entity else None
    if entity is None:
        return None
    option = field.option(entity.value)
    if option is not None:
        return Fact(entity.value, option.label.pair())
    known = field.kind == "choice" or entity.value in content.labels
    return Fact(entity.value, name_of(content, entity.value) if known else entity.words)


def name_of(content: Content, item_id: str) -> str | dict[str, str]:
    """The name of a vendor, chain or asset; an unknown id is shown as it is."""
    label = content.labels.get(item_id)
    return label.pair() if label else item_id


def _yes_no(content: Content, _state: CaseState, _field: Field, heard: Heard) -> Fact | None:
    meant = cues.agreement(content.cues, heard)
    if meant:
        return yes_no_fact(yes=meant == "yes")
    if cues.is_question(heard.words):
        return None
    if cues.contains(_NEGATION, heard.words):
        return yes_no_fact(yes=False)
    if cues.longest(_AFFIRMATION, heard.words):
        return yes_no_fact(yes=True)
    return None


def yes_no_fact(*, yes: bool) -> Fact:
    """The answer to a question that takes yes or no."""
    return Fact("yes", {"zh": "有", "en": "yes"}) if yes else Fact("no", {"zh": "没有", "en": "no"})


def _transaction_id(_content: Content, state: CaseState, field: Field, heard: Heard) -> Fact | None:
    """An id that has the form of the chain told; a link to an explorer tells its own chain."""
    named = heard.entity(field.entity or "transaction_id")
    if named is None:
        return None
    linked = heard.entity("chain")
    told = state.facts.get("chain")
    chain = linked.value if linked else told.value if told else ""
    for written in (named.value, f"0x{named.value}"):
        if is_transaction_id(written, None if chain in {"", "other"} else chain):
            return Fact(written, written)
    return None


def _address(_content: Content, _state: CaseState, field: Field, heard: Heard) -> Fact | None:
    named = heard.entity(field.entity or "address")
    if named is None or not is_address(named.value):
        return None  # a mistyped one is asked for again, then kept as it was said
    return Fact(named.value, named.value)


def _amount(content: Content, state: CaseState, field: Field, heard: Heard) -> Fact | None:
    named = heard.entity(field.entity or "amount")
    if named is not None:
        figure, _, ticker = named.value.partition(" ")
        shown = f"{figure} {ticker or _coin(state, heard, '')}".strip()
        return Fact(shown, shown)
    match = _AMOUNT.search(unicodedata.normalize("NFKC", heard.words))
    if match is None or any(item.kind in _NO_AMOUNTS for item in heard.entities):
        return None
    number = Decimal(match[1].replace(",", "")) * _UNITS.get((match[2] or "").lower(), 1)
    written = match[3] or ""
    known = written.lower() in content.labels or written.isupper()
    shown = f"{number:f} {_coin(state, heard, written if known else '')}".strip()
    return Fact(shown, shown) if number > 0 else None


def _coin(state: CaseState, heard: Heard, written: str) -> str:
    """The coin's ticker: as named with the amount, as written, or as told before."""
    named = heard.entity("asset")
    told = state.facts.get("asset")
    known = told.value if told and told.value != "other" else ""
    return (named.value if named else written or known).upper()


def _time(_content: Content, _state: CaseState, field: Field, heard: Heard) -> Fact | None:
    named = heard.entity(field.entity or "time")
    if named is None and not _VAGUE_TIME.search(unicodedata.normalize("NFKC", heard.words)):
        return None
    words = named.words if named and len(heard.words) > _LONG_ANSWER else heard.words
    return time_fact(words[:80], named.words if named else "", heard)


def time_fact(words: str, phrase: str, heard: Heard) -> Fact:
    """The customer's own words; the ticket adds the moment, where they tell one."""
    moment = resolve_time(phrase, heard.at) if phrase and heard.at else None
    value = f"{words} ({moment.isoformat(timespec='minutes')})" if moment else words
    return Fact(value, words)


def _version(_content: Content, _state: CaseState, _field: Field, heard: Heard) -> Fact | None:
    match = _VERSION.search(unicodedata.normalize("NFKC", heard.words))
    return Fact(match[1], match[1]) if match else None


def _serial(_content: Content, _state: CaseState, field: Field, heard: Heard) -> Fact | None:
    entity = heard.entity(field.entity or "serial")
    if entity is not None:
        return Fact(entity.value, entity.value)
    match = _SERIAL.search(unicodedata.normalize("NFKC", heard.words))
    return Fact(match[0].upper(), match[0].upper()) if match else None


def _model(content: Content, _state: CaseState, field: Field, heard: Heard) -> Fact | None:
    named = entity_fact(content, field, heard)
    if named is not None:
        return named
    words = heard.words
    return (
        Fact(words, words)
        if 1 < len(words) <= 40 and "?" not in words and "？" not in words
        else None
    )


def _text(content: Content, _state: CaseState, field: Field, heard: Heard) -> Fact | None:
    words = heard.words
    if not words or len(words) > TEXT_LIMIT:
        return None
    # "Yes" names no bank and no phone; a question is an answer only where anything may be told.
    says_little = cues.is_cue(content.cues, "yes", words) or cues.is_cue(content.cues, "ack", words)
    asks = field.words and cues.is_question(words)
    return None if says_little or asks else Fact(words, words)


_CHECKS: Final[dict[str, Callable[[Content, CaseState, Field, Heard], Fact | None]]] = {
    "choice": _choice,
    "yes_no": _yes_no,
    "transaction_id": _transaction_id,
    "address": _address,
    "amount": _amount,
    "time": _time,
    "version": _version,
    "serial": _serial,
    "model": _model,
    "text": _text,
}
