"""Names of hosts: one spelling, the registrable part, the public suffix. Offline."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

import idna
from publicsuffixlist import PublicSuffixList

_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)\Z")
_IP: Final = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}\Z|\d{8,10}\Z|0x[0-9a-f]{8}\Z")
_LONGEST: Final = 253


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffixList:
    """Load the list that comes with the library: private suffixes included, no download."""
    return PublicSuffixList(accept_unknown=False)


def canonical_host(host: str) -> str | None:
    """Spell a host in small ASCII letters (IDNA), or give None where it is no host."""
    host = host.strip().strip(".").lower()
    if not host or len(host) > _LONGEST:
        return None
    if not host.isascii():
        host = _to_ascii(host)
    return host if host and all(_LABEL.match(label) for label in host.split(".")) else None


def _to_ascii(host: str) -> str:
    labels = unicodedata.normalize("NFKC", host).split(".")
    try:
        return ".".join(
            label if label.isascii() else idna.alabel(label).decode("ascii") for label in labels
        )
    except idna.IDNAError:
        # Not a registrable name, still a name somebody typed: keep it comparable.
        return ".".join(
            label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
            for label in labels
        )


def readable_label(label: str) -> str:
    """Give a label as a reader sees it: punycode decoded."""
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, ValueError):
        return label


def readable_host(host: str) -> str:
    """Give a host as a reader sees it."""
    return ".".join(map(readable_label, host.split("."))) if "xn--" in host else host


# One verdict asks several times about the same host.
@lru_cache(maxsize=1024)
def public_suffix(host: str) -> str | None:
    """Give the public suffix of a canonical host ("co.uk", "pages.dev"), None if it has none."""
    suffix: str | None = _suffixes().publicsuffix(host)
    return suffix


def registrable(host: str) -> str | None:
    """Give the part somebody registered ("evil.pages.dev"), None where there is none."""
    suffix = public_suffix(host)
    if suffix is None or suffix == host:
        return None
    return host[: -len(suffix) - 1].rsplit(".", 1)[-1] + "." + suffix


def is_public_suffix(host: str) -> bool:
    """Tell whether anybody can have a site under this host."""
    return public_suffix(host) == host


def is_address(host: str) -> bool:
    """Tell whether the host is a bare number (IPv4 in any usual spelling)."""
    return _IP.match(host) is not None
