"""Finds the lexicon's names in a folded text: longest first, with guards of their own.

Chinese characters are word characters to ``re``, so a word boundary misses 我的Ledger坏了; here
a Latin name ends where no Latin letter or digit follows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.content.lexicon import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.content.lexicon import Lexicon, Name

_LATIN: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_DIGITS: Final = frozenset("0123456789")
_WORD: Final = re.compile(r"(?<![a-z0-9])[a-z]{5,16}(?![a-z0-9])")
_SPAN_OF_TIME: Final = re.compile(
    r"\s{0,2}(?:min|hour|hr|day|week|month|year|time|attempt|个|次|天|小时|分钟|周|年|月|日|号|点)"
)
_NETWORK_AFTER: Final = re.compile(
    r"[\s-]{0,2}(?:network|chain|mainnet|net(?![a-z])|blockchain|l2|address|网络?|链|主网|通道|协议)"
)
_NETWORK_BEFORE: Final = re.compile(
    r"(?:(?<![a-z])(?:on|via|over|through|using|use|network|chain)(?:\s+the)?|网络|主网|链|走|用的?|通过|选了?)"
    r"[\s:(是]{0,3}$"
)
_COUNT_BEFORE: Final = re.compile(r"[0-9一二两三四五六七八九十百千万半][0-9.,]*\s?[个枚kw万]?\s?$")


@dataclass(frozen=True)
class Mention:
    """Names found at one place; ``network`` when a word beside them says it is the network."""

    start: int
    end: int
    names: tuple[Name, ...]
    network: bool = False


def mentions(text: str, folded: str, lexicon: Lexicon) -> list[Mention]:
    """Find all names; ``text`` is the original of ``folded``, of the same length."""
    found = list(_exact(text, folded, lexicon))
    taken = {mention.start for mention in found}
    found += [near for near in _nearly(folded, lexicon) if near.start not in taken]
    return sorted(found, key=lambda mention: mention.start)


def _exact(text: str, folded: str, lexicon: Lexicon) -> Iterator[Mention]:
    at = 0
    while head := lexicon.heads.search(folded, at):
        mention = _longest(text, folded, head.start(), lexicon.index[head[0]])
        if mention is None:
            at = head.start() + 1
        else:
            yield mention
            at = mention.end


def _longest(
    text: str, folded: str, start: int, candidates: tuple[tuple[str, tuple[Name, ...]], ...]
) -> Mention | None:
    for surface, names in candidates:
        if not folded.startswith(surface, start):
            continue
        end = start + len(surface)
        if not _stands_alone(folded, start, end, names):
            continue
        network = _names_a_network(folded, start, end)
        kept = tuple(
            name for name in names if not name.guarded or network or _is_marked(text, start, end)
        )
        if kept:
            return Mention(start, end, kept, network)
    return None


def _stands_alone(folded: str, start: int, end: int, names: tuple[Name, ...]) -> bool:
    before, after = folded[start - 1 : start], folded[end : end + 1]
    if folded[start] in _LATIN and before in _LATIN and before:
        counted = before in _DIGITS and any(name.kind == "asset" for name in names)
        if not counted:
            return False
    if folded[end - 1] not in _LATIN:
        return True
    if folded[end - 1] in _DIGITS:
        if any(name.kind == "chain" for name in names):  # "trc20usdt"
            return after not in _DIGITS or not after
        if _SPAN_OF_TIME.match(folded, end):
            return False
    if after == "s" and end - start >= 5:
        after = folded[end + 1 : end + 2]
    return not after or after not in _LATIN


def _names_a_network(folded: str, start: int, end: int) -> bool:
    if _NETWORK_AFTER.match(folded, end):
        return True
    return bool(_NETWORK_BEFORE.search(folded[max(0, start - 14) : start]))


def _is_marked(text: str, start: int, end: int) -> bool:
    """Is an everyday word clearly a name here: in capitals, counted, or beside Chinese?"""
    before, after = text[:start], text[end:]
    if text[start:end].isupper() and not _shouts(before + after):
        return True
    if _is_chinese(before[-1:]) or _is_chinese(after.lstrip(" ")[:1]):
        return True
    return bool(_COUNT_BEFORE.search(before[-12:]))


def _shouts(rest: str) -> bool:
    """True when all the other Latin letters are capitals: then capitals mean nothing."""
    return rest.isupper() and any(sign.isascii() and sign.isalpha() for sign in rest)


def _is_chinese(sign: str) -> bool:
    return "一" <= sign <= "鿿"


def _nearly(folded: str, lexicon: Lexicon) -> Iterator[Mention]:
    for match in _WORD.finditer(folded):
        word = match[0]
        if word in lexicon.not_misspellings:
            continue
        name = _meant(word, lexicon)
        if name is not None:
            yield Mention(match.start(), match.end(), (name,))


def _meant(word: str, lexicon: Lexicon) -> Name | None:
    for form in shortened(word):
        for name in lexicon.near.get(form, ()):
            if name.surface[0] == word[0] and _one_slip_apart(word, name.surface):
                return name
    return None


def _one_slip_apart(a: str, b: str) -> bool:
    """True for one letter wrong, missing, too many, or two neighbours swapped."""
    if a == b:
        return True
    short, long = sorted((a, b), key=len)
    if len(long) - len(short) > 1:
        return False
    at = next((i for i, (x, y) in enumerate(zip(short, long)) if x != y), len(short))  # noqa: B905 - the lengths may differ
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    swapped = short[at] == long[at + 1 : at + 2] and short[at + 1 : at + 2] == long[at]
    return short[at + 1 :] == long[at + 1 :] or (swapped and short[at + 2 :] == long[at + 2 :])
