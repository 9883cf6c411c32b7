"""Accounts of messengers and networks, app ids and repositories in chat text."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.guard.contacts.mention import Mention

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.guard.contacts.fold import Folded
    from bot.guard.contacts.lookalike import Lookalikes

_AT: Final = re.compile(r"(?<![\w.@/])@([A-Za-z0-9_][A-Za-z0-9_.]{1,31})")
_NAMED: Final = re.compile(
    r"(?P<wechat>微信号?|威信|薇信|wechat|weixin|(?<![a-z])(?:wx|vx|v信|[+加]v))"
    r"|(?P<qq>(?<![a-z])qq(?:号|群|客服)?|扣扣|企鹅号)"
    r"|(?P<telegram>telegram|电报|飞机号?|纸飞机|(?<![a-z])tg)"
    r"|(?P<whatsapp>whats\s?app)|(?P<line>(?<![a-z])line\s?(?:id|号))|(?P<signal>(?<![a-z])signal\s?(?:id|username))"
    r"|(?P<discord>discord)|(?P<skype>skype)",
    re.IGNORECASE,
)
_ID: Final = re.compile(
    r"\s{0,2}(?:id|号|号码|账号|帐号|客服|username|user|handle|account|名)?\s{0,2}(?:is|为|是|at)?\s{0,2}[:：@=]?\s{0,2}@?"
    r"(?P<id>[A-Za-z0-9][A-Za-z0-9_.-]{3,31})",
    re.IGNORECASE,
)
_IDLIKE: Final = re.compile(r"(?=.*[0-9_])[A-Za-z0-9_.-]{4,}\Z")
_EXTENSION: Final = re.compile(r"(?<![A-Za-z0-9])[a-p]{32}(?![A-Za-z0-9])")
_STORE: Final = re.compile(r"(?:id=|/id|/detail/(?:[^/]{1,80}/)?)([A-Za-z0-9_.]{6,80})")
_STORES: Final = frozenset(
    ["play.google.com", "apps.apple.com", "chromewebstore.google.com", "chrome.google.com"]
)
_OWNER: Final = re.compile(
    r"/(?:#!/)?@?(?:(?:r|u|user|c|channel|company|in|invite|s)/@?)?([^/?#\s]{1,64})"
)
_CODE_HOSTS: Final = frozenset(["github.com", "gitlab.com", "raw.githubusercontent.com"])


def find_handles(folded: Folded) -> Iterator[Mention]:
    """Find @names, names given for a messenger, and ids of browser extensions."""
    # A name with its messenger before it is that messenger's, the bare name anybody's.
    for match in _NAMED.finditer(folded.text):
        yield from _named(folded, match)
    for match in _AT.finditer(folded.text):
        value = match[1].rstrip(".").lower()
        yield Mention("handle", "@" + value, *folded.span(*match.span()))
    for match in _EXTENSION.finditer(folded.text):
        yield Mention("app", match.group(), *folded.span(*match.span()))


def _named(folded: Folded, match: re.Match[str]) -> Iterator[Mention]:
    found = _ID.match(folded.text, match.end())
    if not found:
        return
    name = found["id"].rstrip(".")  # the sentence ends here
    marked = re.search(
        r"[:：@=]|id|号|是|为|\bis\b", folded.text[match.end() : found.start("id")], re.IGNORECASE
    )
    if not (_IDLIKE.match(name) or marked):
        return
    if name.lower() in {"support", "account", "number", "group", "channel"}:
        return
    platform = match.lastgroup or "wechat"
    yield Mention(
        "handle",
        f"{platform}:{name.lower()}",
        *folded.span(match.start(), found.start("id") + len(name)),
    )


def as_account(link: Mention, rules: Lookalikes) -> Mention:
    """Turn a link to an account, an app or a repository into what it stands for."""
    host = link.host.removeprefix("www.").removeprefix("m.").removeprefix("old.")
    if host in _CODE_HOSTS and len(link.path) > 1:
        return replace(link, kind="repository", value=host + link.path.split("?")[0].rstrip("/"))
    if host in _STORES:
        app = _STORE.search(link.path)
        return replace(link, kind="app", value=app[1]) if app else link
    if host.endswith(rules.owner_in_path) and len(link.path) > 1:
        owned = "/".join(link.path.split("?")[0].split("/")[:3]).rstrip("/")
        return replace(link, value=link.host + owned)
    platform = rules.platforms.get(host)
    owner = _OWNER.match(link.path) if platform else None
    if not platform or not owner:
        return link
    return replace(link, kind="handle", value=f"{platform}:{owner[1].lower()}")
