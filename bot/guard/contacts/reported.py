"""Hosts that were reported as fraud: one look into a set of digests."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.content.yaml_files import read_yaml
from bot.guard.contacts.hosts import canonical_host, is_public_suffix, registrable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_SIZE: Final = 8


class ReportedListError(ValueError):
    """The packed list does not match its description; run scripts/build_reported_domains.py."""


def digest(host: str) -> bytes:
    """Give the eight bytes that stand for a canonical host."""
    return hashlib.blake2b(host.encode("ascii"), digest_size=_SIZE).digest()


@dataclass(frozen=True)
class Reported:
    """Reported hosts, and the shared hosts that are never blocked whole."""

    digests: frozenset[bytes]
    shared: frozenset[str]
    date: str

    def __contains__(self, host: str) -> bool:
        """Tell whether a canonical host, or a parent somebody owns, was reported."""
        top = registrable(host)
        if top is None:
            return False
        while True:
            if host not in self.shared and digest(host) in self.digests:
                return True
            if host == top:
                return False
            host = host.split(".", 1)[1]

    def with_hosts(self, lines: Iterable[str]) -> Reported:
        """Add an operator's own list, one host a line; comments and shared hosts are skipped."""
        names = (canonical_host(line.split("#", 1)[0]) for line in lines)
        extra = {
            digest(name)
            for name in names
            if name and name not in self.shared and not is_public_suffix(name)
        }
        return Reported(self.digests | extra, self.shared, self.date)


def load_reported(folder: Path) -> Reported:
    """Read ``reported_domains.bin`` and its description from the knowledge folder.

    Raises:
        ReportedListError: count or checksum differ from the description.
    """
    facts = read_yaml((folder / "reported_domains.yml").read_text("utf-8"))
    packed = (folder / "reported_domains.bin").read_bytes()
    if hashlib.sha256(packed).hexdigest() != facts["sha256"]:
        raise ReportedListError(
            "reported_domains.bin and reported_domains.yml differ; "
            "run scripts/build_reported_domains.py again"
        )
    digests = frozenset(packed[i : i + _SIZE] for i in range(0, len(packed), _SIZE))
    return Reported(digests, frozenset(facts["shared_hosts"]), str(facts["date"]))
