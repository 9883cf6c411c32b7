"""Does an answer fit its field? One check a kind; each gives a fact or None."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from actions.casework import chains, cues
from actions.casework.state import Fact

if TYPE_CHECKING:
    from actions.casework.heard import Heard
    from actions.casework.state import CaseState
    from bot.content import Content, Field

TEXT_LIMIT: Final = 500

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
_ADDRESS: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:0x[0-9a-fA-F]{40}|(?:bc1|ltc1)[0-9a-z]{20,71}|[13LM][1-9A-HJ-NP-Za-km-z]{25,34}"
    r"|T[1-9A-HJ-NP-Za-km-z]{33}|[1-9A-HJ-NP-Za-km-z]{32,44})(?![0-9A-Za-z])"
)
_TIME: Final = re.compile(
    r"""
    \d{1,4} \s* [-/年.] \s* \d{1,2} (?: \s* [-/月.] \s* \d{1,2} )?   # 2026-11-20, 11/20, 11月20
    | \d{1,2} \s* [月日号] | \d{1,2} \s* [:点時时]                     # 20号, 3点, 15:30
    | (?: \d+ | [一二两三四五六七八九十几半] ) \s* 个? (?: 分钟|小时|钟头|天|周|星期|礼拜|月|年|点 )
    | 今[天早晚年] | 昨[天晚] | 大?前天 | 刚[才刚] | 现在 | 早上 | [上中下]午 | 晚上 | 凌晨 | 半夜
    | [上这本] 个? (?: 周|月|星期|礼拜 ) | (?: 周|星期 ) [一二三四五六日末天]
    | 去年 | 最近 | 元旦 | 春节 | 国庆
    | \b (?:
        today | yesterday | tonight | recently | just [ ] now | now | noon | midnight
        | (?: this | last ) [ ] (?: morning|afternoon|evening|night|week|month|year|\w+day )
        | (?: mon|tues|wednes|thurs|fri|satur|sun ) day
        | jan(?:uary)? | feb(?:ruary)? | mar(?:ch)? | apr(?:il)? | may | june? | july?
        | aug(?:ust)? | sept?(?:ember)? | oct(?:ober)? | nov(?:ember)? | dec(?:ember)?
        | (?: \d+|an?|one|two|three|four|five|six|several|few|couple[ ]of ) [ ]
          (?: second|minute|min|hour|day|week|month|year )s?
        | \d{1,2} \s* [ap]m
      ) \b
    """,
    re.IGNORECASE | re.VERBOSE,
)
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
        return _yes_no_fact(yes=heard.choice == "answer_yes")
    return None


def _choice(content: Content, _state: CaseState, field: Field, heard: Heard) -> Fact | None:
    named = entity_fact(content, field, heard)
    return named or option_fact(field, heard.words)


def option_fact(field: Field, words: str, *, asked: bool = True) -> Fact | None:
    """The option that a text names best: by its label, else by the longest of its phrases."""
    folded = cues.normalise(words)
    best, longest = None, 0
    for option in field.options:
        if folded in {option.id, option.label.zh.lower(), option.label.en.lower()}:
            return Fact(option.id, option.label.pair())
        phrases = option.words + (option.answers if asked else ())
        length = cues.longest(phrases, words)
        if length > longest:
            best, longest = option, length
    return Fact(best.id, best.label.pair()) if best else None


def entity_fact(content: Content, field: Field, heard: Heard) -> Fact | None:
    """What a message names for a field, found by the entity rules."""
    entity = heard.entity(field.entity) if field.entity else None
    if entity is None:
        return None
    option = field.option(entity.value)
    if option is not None:
        return Fact(entity.value, option.label.pair())
    return Fact(
        entity.value,
        name_of(content, entity.value) if field.kind == "choice" else entity.words or entity.value,
    )


def name_of(content: Content, item_id: str) -> str | dict[str, str]:
    """The name of a vendor, chain or asset; an unknown id is shown as it is."""
    label = content.labels.get(item_id)
    return label.pair() if label else item_id


def _yes_no(content: Content, _state: CaseState, _field: Field, heard: Heard) -> Fact | None:
    meant = cues.agreement(content.cues, heard)
    if meant:
        return _yes_no_fact(yes=meant == "yes")
    if cues.contains(_NEGATION, heard.words):
        return _yes_no_fact(yes=False)
    if cues.contains(("有", "yes", "i have", "i do", "在", "got it", "still have"), heard.words):
        return _yes_no_fact(yes=True)
    return None


def _yes_no_fact(*, yes: bool) -> Fact:
    return Fact("yes", {"zh": "有", "en": "yes"}) if yes else Fact("no", {"zh": "没有", "en": "no"})


def _transaction_id(
    _content: Content, state: CaseState, _field: Field, heard: Heard
) -> Fact | None:
    chain = state.facts["chain"].value if "chain" in state.facts else ""
    found = chains.find_transaction_id(heard.words, chains.chain_of_link(heard.words) or chain)
    return Fact(found, found) if found else None


def _address(_content: Content, _state: CaseState, field: Field, heard: Heard) -> Fact | None:
    entity = heard.entity(field.entity or "address")
    if entity is not None:
        return Fact(entity.value, entity.value)
    match = _ADDRESS.search(heard.words)
    return Fact(match[0], match[0]) if match else None


def _amount(content: Content, state: CaseState, _field: Field, heard: Heard) -> Fact | None:
    text = unicodedata.normalize("NFKC", heard.words)
    match = _AMOUNT.search(_ADDRESS.sub(" ", text))
    if match is None:
        return None
    try:
        number = Decimal(match[1].replace(",", "")) * _UNITS.get((match[2] or "").lower(), 1)
    except InvalidOperation:  # pragma: no cover - the pattern gives digits only
        return None
    coin = _coin(content, state, heard, match[3] or "")
    shown = f"{number:f} {coin}".strip()
    return Fact(shown, shown) if number > 0 else None


def _coin(content: Content, state: CaseState, heard: Heard, written: str) -> str:
    entity = heard.entity("asset")
    if entity is not None:
        return entity.value.upper()
    if written and (written.lower() in content.labels or written.isupper()):
        return written.upper()
    return state.facts["asset"].value.upper() if "asset" in state.facts else ""


def _time(_content: Content, _state: CaseState, field: Field, heard: Heard) -> Fact | None:
    text = unicodedata.normalize("NFKC", heard.words)
    entity = heard.entity(field.entity or "time")
    if (entity is None and not _TIME.search(text)) or not text:
        return None
    return Fact(heard.words[:80], heard.words[:80])


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


def _text(_content: Content, _state: CaseState, _field: Field, heard: Heard) -> Fact | None:
    words = heard.words
    return Fact(words, words) if words and len(words) <= TEXT_LIMIT else None


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
