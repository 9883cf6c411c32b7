"""Links and mail addresses in chat text, however they are dressed up."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from bot.guard.contacts.hosts import canonical_host, is_address, is_public_suffix, public_suffix
from bot.guard.contacts.mention import Mention

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.guard.contacts.fold import Folded

# Letters of a bare name: Latin with accents, Greek, Cyrillic. Chinese names count only in a
# link with a scheme: in running text nobody could tell where they begin.
_L: Final = "0-9A-Za-z\u00c0-\u024f\u0300-\u03ff\u0400-\u052f\u0531-\u0587\u1e00-\u1eff"
# The dot: plain, Chinese, in brackets, as a word, or spaced out before a common ending.
_DOT: Final = (
    r"(?:[.。]|\s?[\[({<]\s?(?:\.|dot|点|點)\s?[\])}>]\s?|\s?[点點]\s?(?=[A-Za-z])"
    r"|\s+dot\s+|\s\.\s|\s?\.\s?(?=(?:com|net|org|io|cn|co|xyz|top|vip|cc|app|pro)\b))"
)
_LABEL: Final = rf"[{_L}_](?:[{_L}_-]{{0,61}}[{_L}_])?"
_HOST: Final = rf"{_LABEL}(?:{_DOT}{_LABEL}){{1,9}}"
_PATH: Final = r"(?::\d{1,5})?(?:[/?#][^\s<>\"'）)】」』，。；]*)?"
_SCHEME: Final = r"(?:h[tx]{2}ps?|ftp)\s?:\s?/{1,3}"
_AT: Final = r"(?:@|\s?[\[({]\s?(?:at|@|艾特)\s?[\])}]\s?)"

_LINK: Final = re.compile(
    rf"(?P<scheme>{_SCHEME})(?:(?P<user>[^\s/@?#]{{1,200}})@)?"
    rf"(?P<any>[^\s/?#:<>\"'，。；）)\]]{{1,253}}(?:{_DOT}{_LABEL}){{0,3}})(?P<rest>{_PATH})"
    rf"|(?<![{_L}@.])(?P<host>{_HOST})(?P<tail>{_PATH})",
    re.IGNORECASE,
)
_MAIL: Final = re.compile(
    rf"(?<![{_L}.+-])(?P<local>[A-Za-z0-9][A-Za-z0-9._+-]{{0,63}}){_AT}(?P<host>{_HOST})"
    rf"|(?<![{_L}.+-])(?P<local2>[A-Za-z0-9][A-Za-z0-9._+-]{{0,63}})\s+at\s+"
    rf"(?P<host2>{_LABEL}(?:(?:\s+dot\s+|\s?[\[({{]dot[\])}}]\s?){_LABEL})+)",
    re.IGNORECASE,
)
_LABELLED: Final = re.compile(
    r"\[(?P<shown>[^\]\n]{1,200})\]\(\s*<?(?P<target>[^)\s>]{3,500})>?\s*\)"
    r"|<a\s[^>]{0,200}?href\s*=\s*[\"']?(?P<href>[^\"'>\s]{3,500})[^>]{0,200}>(?P<text>[^<]{1,200})</a",
    re.IGNORECASE,
)
_DOTS: Final = re.compile(_DOT, re.IGNORECASE)
_SPACED: Final = re.compile(r"\s")
# Endings that are also words, parts of file names or of speech: a bare "done.so" is no site.
_WORDY_LIST: Final = (
    "is it so my me at be in to no us do am as by go id ai la pm ms st la pe sh py md rs cc "
    "info live help support online app one link click today money cash care world name page "
    "best here how now new time work team tips top vip win wiki zone zip mov dev news email "
    "how open got you fast free fun google bank win security services wallet"
)
_WORDY: Final = frozenset(_WORDY_LIST.split())
_UPPER_START: Final = re.compile(r"[A-Z][a-z]")


def find_mail(folded: Folded) -> Iterator[Mention]:
    """Find mail addresses, also "name (at) host (dot) com"."""
    for match in _MAIL.finditer(folded.text):
        local = match["local"] or match["local2"]
        spelled = match["host"] or match["host2"]
        host = _host_of(spelled, strict=False)
        if host is None or public_suffix(host) is None or is_public_suffix(host):
            continue
        yield Mention("email", f"{local.lower()}@{host}", *folded.span(*match.span()), host=host)


def find_links(folded: Folded, *, schemed: bool) -> Iterator[Mention]:
    """Find links with a scheme, or else bare names of sites.

    Labelled links also tell what they pretend to be.
    """
    claims = list(_claims(folded))
    for match in _LINK.finditer(folded.text):
        if bool(match["scheme"]) is not schemed:
            continue
        found = _with_scheme(match) if schemed else _bare(match)
        if found is None:
            continue
        host, path, shown = found
        start, end = match.span()
        shown = shown or next((s for a, b, s in claims if a <= start < b and s != host), "")
        yield Mention("site", host, *folded.span(start, end), host, path, shown)


def _claims(folded: Folded) -> Iterator[tuple[int, int, str]]:
    """Give the span of each link's target and the host that its label shows."""
    if "](" not in folded.text and "<a" not in folded.text.lower():
        return
    for match in _LABELLED.finditer(folded.text):
        shown = match["shown"] or match["text"]
        group = "target" if match["target"] else "href"
        label = _LINK.search(shown)
        found = label and (_with_scheme(label) if label["scheme"] else _bare(label))
        if found:
            yield *match.span(group), found[0]


def _with_scheme(match: re.Match[str]) -> tuple[str, str, str] | None:
    spelled = unquote(match["any"])
    host = _host_of(spelled, strict=False)
    if host is None or ("." not in host and not is_address(host)):
        return None
    shown = ""
    if match["user"]:
        name = unquote(match["user"]).split(":", 1)[0]
        shown = _host_of(name, strict=False) or name.lower()
    return host, match["rest"], shown


def _bare(match: re.Match[str]) -> tuple[str, str, str] | None:
    spelled, tail = match["host"], match["tail"]
    host = _host_of(spelled, strict=True)
    if host is None:
        return None
    if is_address(host):
        return (host, tail, "") if len(tail) > 1 else None
    suffix = public_suffix(host)
    if suffix is None or "." not in host or not _plausible(spelled, suffix, tail):
        return None
    return host, tail, ""


def _plausible(spelled: str, suffix: str, tail: str) -> bool:
    """Tell a bare name of a site from two sentences without a space and from a file name."""
    last = _DOTS.split(spelled)[-1]
    if suffix.rsplit(".", 1)[-1] not in _WORDY:
        return not (_UPPER_START.match(last) and len(last) == 2)
    if _SPACED.search(spelled) and "dot" not in spelled.lower() and "(" not in spelled:
        return False
    return len(tail) > 1 or not _UPPER_START.match(last)


def _host_of(spelled: str, *, strict: bool) -> str | None:
    host = canonical_host(_DOTS.sub(".", spelled))
    if host is None or (strict and "." not in host):
        return None
    return host
