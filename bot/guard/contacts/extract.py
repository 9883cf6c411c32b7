"""All contacts of a chat text, in order, each once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.guard.contacts.fold import Folded, despelled, fold
from bot.guard.contacts.handles import as_account, find_handles
from bot.guard.contacts.links import find_links, find_mail
from bot.guard.contacts.phones import find_phones

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.guard.contacts.lookalike import Lookalikes
    from bot.guard.contacts.mention import Mention

# Nothing of this in a text: no contact either. Most messages end here, in a few microseconds.
_SIGNS: Final = (
    *("@", "＠", "://", "微信", "威信", "薇信", "扣扣", "电报", "飞机", "企鹅号", "v信", "加v"),
    *("wechat", "weixin", "vx", "wx", "qq", "telegram", "whats", "discord", "skype", "tg"),
    *("signal", "line id", "line号", " dot ", "(dot", "[dot", "{dot", "at]", "at)", "艾特"),
)
_SHAPES: Final = re.compile(
    r"[0-9a-z\u00c0-\u05ff][.。．｡点點][0-9a-z\u00c0-\u05ff]|[\])}] ?[a-z]|\s\. ?\w"
    r"|\.\s(?:com|net|org|io|cn|co)\b|\d\D{0,3}\d\D{0,3}\d|[ⓐ-ⓩＡ-ｚ𝐀-𝟿０-９．]"
    r"|\b[a-p]{32}\b|\b\w[ _*|~]{1,2}\w[ _*|~]{1,2}\w[ _*|~]{1,2}\w\b"
)
LONGEST: Final = 20_000


def mentions(text: str, rules: Lookalikes, *, asked: bool = False) -> tuple[Mention, ...]:
    """Find every contact in a text; ``asked`` means somebody wants just this one checked."""
    text = text[:LONGEST]
    if not asked and not _is_worth_a_look(text):
        return ()
    folded = fold(text)
    found = _all(folded, rules, asked=asked)
    joined = despelled(folded)
    if joined is not None:
        found += _all(joined, rules, asked=asked)
    return _once(found)


def _is_worth_a_look(text: str) -> bool:
    small = text.lower()
    return any(sign in small for sign in _SIGNS) or _SHAPES.search(small) is not None


def _all(folded: Folded, rules: Lookalikes, *, asked: bool) -> list[Mention]:
    found = [as_account(link, rules) for link in find_links(folded, schemed=True)]
    found += find_mail(folded)
    found += (as_account(link, rules) for link in find_links(folded, schemed=False))
    found += find_phones(folded, asked=asked)
    found += find_handles(folded)
    return found


def _once(found: Iterable[Mention]) -> tuple[Mention, ...]:
    """Drop what lies inside an earlier kind's span: a mail address hides its site."""
    kept: list[Mention] = []
    for mention in found:
        if not any(m.start < mention.end and mention.start < m.end for m in kept):
            kept.append(mention)
    return tuple(sorted(kept, key=lambda mention: mention.start))
