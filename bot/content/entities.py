"""Entities by rule: what a message names, so that nobody is asked for it again.

Pure and linear: no network, no training; the lexicon is read once, at first use.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from bot.content.amounts import amounts
from bot.content.folding import fold
from bot.content.identifiers import (
    is_address,
    is_transaction_id,
    links,
    long_tokens,
    looks_like_address,
    normal_transaction_id,
    references,
    transaction_from_link,
)
from bot.content.lexicon import lexicon
from bot.content.mentions import mentions
from bot.content.moments import resolve_time
from bot.content.times import times

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.content.mentions import Mention

__all__ = [
    "Entity",
    "extract",
    "is_address",
    "is_transaction_id",
    "resolve_time",
    "transaction_from_link",
]

EntityKind = Literal[
    "vendor", "model", "asset", "chain", "transaction_id", "address", "amount", "time",
    "version", "serial", "language", "ticket_reference", "error_code",
]  # fmt: skip

_VERSION: Final = re.compile(
    r"(?<![a-z0-9.])(?:(?P<cue>version|firmware|fw|ver|版本号?|固件(?:版本)?|系统版本)\s{0,2}(?:is|number|no\.?|是|为)?"
    r"\s{0,2}[:：]?\s{0,2}v?(?P<after>\d{1,4}(?:\.\d{1,4}){1,3})|v(?P<v>\d{1,3}(?:\.\d{1,4}){1,3})"
    r"|(?P<bare>\d{1,2}\.\d{1,4}\.\d{1,4}))(?:-(?:rc|beta|alpha)\.?\d{0,2})?(?![a-z0-9]|\.\d)"
)
_SYSTEM_BEFORE: Final = re.compile(r"(?:ios|ipados|android|windows|macos|ubuntu|安卓|系统)\s?$")
_SERIAL: Final = re.compile(
    r"(?:(?<![a-z0-9])(?:serial(?:\s(?:number|no\.?|nr\.?|code))?|s/n|sn)(?![a-z])|序列号|机身号|机身编码|设备编号)"
    r"\s{0,2}(?:is|was|是|为)?\s{0,2}[:=#]?\s{0,2}(?P<value>[a-z0-9][a-z0-9-]{4,30}[a-z0-9])(?![a-z0-9])"
)
_ERROR_CUED: Final = re.compile(
    r"(?:(?<![a-z])(?:error|err|status)(?:\s(?:code|number|no\.?))?|错误代?码|错误代号|错误|报错|代码)"
    r"\s{0,2}(?:is|是|为)?\s{0,2}[:=#]?\s{0,2}[(\[\"']?"
    r"(?P<value>0x[0-9a-f]{2,8}|-?\d{1,6}|[a-z]{1,4}[-_]?\d{2,6})(?![a-z0-9.]|\s?(?:times?|次|个|天|%|小时|分钟))"
)
_ERROR_BARE: Final = re.compile(
    r"(?<![A-Za-z0-9_])(?P<value>0x[0-9a-fA-F]{4}|[A-Z]{2,24}(?:_[A-Z0-9]{2,24}){1,6}|ERR-?\d{2,6})(?![A-Za-z0-9_])"
)
_LANGUAGE: Final = re.compile(
    r"(?<![a-z])(?P<en>english|eng(?=\s(?:pls|please))|inglish|engrish)(?![a-z])"
    r"|(?<![a-z])(?P<zh>chinese|chineese|chinesse|mandarin|putonghua)(?![a-z])"
    r"|(?P<zh2>中文|汉语|普通话|国语|简体|繁体|华语)|(?P<en2>英文|英语)"
)
_REFUSED_BEFORE: Final = re.compile(
    r"(?:(?<![a-z])(?:don't|dont|do not|can't|cant|cannot|not|no|nor)(?:\s(?:really|even))?"
    r"(?:\s(?:understand|read|speak|know|want|like))?(?:\s(?:any|much|the|in))?\s"
    r"|看不懂|听不懂|(?<!会)不(?:懂|会|要|想用|想|用|是|说|会说|会看)|别(?:用|说)|没学过)$"
)
_REFUSED_AFTER: Final = re.compile(
    r"\s(?:is|was)\s(?:so\s|very\s|really\s)?(?:bad|poor|not|terrible|weak|wrong)|我?(?:看不懂|不懂|不好|不行|不会|很差)"
)
_LONE_U: Final = re.compile(
    r"(?<=[转提充买卖收发换冲存汇给入出把我的点些])\s?(?P<u>u)(?![a-z0-9])"
    r"|(?<![a-z0-9])(?P<u2>u)(?=\s?(?:都|也|还|一直|怎么|就)?(?:没|未|卡|到账|到了|丢|不见|转|还没|去哪|提|充|被|全|少|不到|币|收))"
)


@dataclass(frozen=True)
class Entity:
    """Something a message names: ``value`` canonical, ``start``/``end`` in the text as given."""

    entity: EntityKind
    value: str
    start: int
    end: int


def extract(text: str) -> list[Entity]:
    """Find all entities, in the order of the text.

    Values: ids of the lexicon for vendor, model, asset and chain; "0.05 ETH" for an amount; the
    phrase as said for a time (see ``resolve_time``); "zh" or "en" for a language.
    """
    fixed = list(_identifiers(text))
    clear = _without(text, fixed)
    folded = fold(clear)
    named = mentions(clear, folded, lexicon())
    found = [*fixed, *_names(named), *_counted(folded, named)]
    found += _phrases(text, folded)
    return sorted(_completed(found), key=lambda e: (e.start, e.end, e.entity))


def _identifiers(text: str) -> Iterator[Entity]:
    in_links: set[int] = set()
    for match in links(text):
        read = transaction_from_link(match[0])
        if read is not None:
            chain, value = read
            in_links.update(range(*match.span()))
            yield Entity("transaction_id", value, *match.span())
            yield Entity("chain", chain, *match.span())
    for token, start in long_tokens(text):
        if start in in_links:
            continue
        end = start + len(token)
        if is_transaction_id(token):
            yield Entity("transaction_id", normal_transaction_id(token), start, end)
        elif looks_like_address(token):
            yield Entity("address", token, start, end)
    for value, start, end in references(text):
        yield Entity("ticket_reference", value, start, end)


def _without(text: str, found: Sequence[Entity]) -> str:
    """Blank out what is understood already; the length stays."""
    for entity in found:
        text = text[: entity.start] + " " * (entity.end - entity.start) + text[entity.end :]
    return text


def _names(named: Sequence[Mention]) -> Iterator[Entity]:
    shelf = lexicon()
    tokens = {
        name.id
        for mention in named
        for name in mention.names
        if name.kind == "asset" and shelf.assets[name.id].native_of is None
    }
    for mention in named:
        kinds = {name.kind for name in mention.names}
        for name in mention.names:
            if name.kind != "asset":
                yield Entity(name.kind, name.id, mention.start, mention.end)
                continue
            native = shelf.assets[name.id].native_of
            if mention.network and native and "chain" not in kinds:  # "on eth"
                yield Entity("chain", native, mention.start, mention.end)
            named_network = native and (mention.network or ("chain" in kinds and tokens))
            if not (named_network and (tokens or "chain" in kinds)):
                yield Entity("asset", name.id, mention.start, mention.end)


def _counted(folded: str, named: Sequence[Mention]) -> Iterator[Entity]:
    shelf = lexicon()
    units = {
        mention.start: (shelf.assets[name.id].ticker, mention.end)
        for mention in named
        for name in mention.names
        if name.kind == "asset"
    }
    taken = -1
    for value, start, end, is_u in sorted(amounts(folded, units), key=lambda a: (a[1], -a[2])):
        if start < taken:
            continue
        taken = end
        yield Entity("amount", value, start, end)
        if is_u:
            yield Entity("asset", "usdt", end - 1, end)
    for match in _LONE_U.finditer(folded):
        group = "u" if match["u"] else "u2"
        yield Entity("asset", "usdt", match.start(group), match.end(group))


def _phrases(text: str, folded: str) -> Iterator[Entity]:
    spans = list(times(folded))
    for start, end in spans:
        yield Entity("time", text[start:end], start, end)
    yield from _versions(folded, spans)
    for match in _SERIAL.finditer(folded):
        if any(sign.isdigit() for sign in match["value"]):
            yield Entity("serial", match["value"].upper(), *match.span("value"))
    yield from _errors(text, folded)
    yield from _languages(folded)


def _versions(folded: str, spans: Sequence[tuple[int, int]]) -> Iterator[Entity]:
    for match in _VERSION.finditer(folded):
        group = next(name for name in ("after", "v", "bare") if match[name])
        start, end = match.span(group)
        said_as_time = any(start < stop and begin < end for begin, stop in spans)
        other_system = _SYSTEM_BEFORE.search(folded[max(0, start - 10) : start])
        if not said_as_time and not (other_system and group == "bare"):
            yield Entity("version", folded[start : match.end()], start, match.end())


def _errors(text: str, folded: str) -> Iterator[Entity]:
    seen: set[int] = set()
    for match in (*_ERROR_CUED.finditer(folded), *_ERROR_BARE.finditer(text)):
        start, end = match.span("value")
        if start not in seen and len(text[start:end].strip("-")) > 1:
            seen.add(start)
            yield Entity("error_code", text[start:end], start, end)


def _languages(folded: str) -> Iterator[Entity]:
    for match in _LANGUAGE.finditer(folded):
        value = "zh" if match["zh"] or match["zh2"] else "en"
        refused = _REFUSED_BEFORE.search(folded[max(0, match.start() - 32) : match.start()])
        if refused or _REFUSED_AFTER.match(folded, match.end()):
            value = "en" if value == "zh" else "zh"
        yield Entity("language", value, *match.span())


def _completed(found: list[Entity]) -> Iterator[Entity]:
    """Add what follows: a model's maker, and the network of a coin that has only one."""
    shelf = lexicon()
    vendors = {entity.value for entity in found if entity.entity == "vendor"}
    chain_known = any(entity.entity == "chain" for entity in found)
    unique = dict.fromkeys(found)
    for entity in unique:
        yield entity
        if entity.entity == "model" and shelf.models[entity.value].vendor not in vendors:
            vendors.add(shelf.models[entity.value].vendor)
            yield Entity("vendor", shelf.models[entity.value].vendor, entity.start, entity.end)
        if entity.entity == "asset" and not chain_known and shelf.assets[entity.value].sole:
            chain = shelf.assets[entity.value].native_of
            yield Entity("chain", chain or "", entity.start, entity.end)
