"""The registry of official channels: where a vendor can really be reached."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal

import jsonschema
import yaml

from bot.content.language import LANGUAGES
from bot.content.yaml_files import SafeLoader
from bot.errors import SeedwardenError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

ChannelKind = Literal[
    "site", "support_site", "email_domain", "email", "app_id", "phone", "handle", "repository"
]
ChannelStatus = Literal["current", "retired", "superseded"]

_REGISTRY: Final = "official_channels.yml"
_SCHEMA: Final = "schema/official_channels.schema.json"


class RegistryError(SeedwardenError, ValueError):
    """The registry of official channels cannot be trusted as it is; nothing was loaded."""


@dataclass(frozen=True)
class Channel:
    """One verified way to reach a vendor, or one that used to be.

    ``value`` is canonical: a host (perhaps with a path), an address, ``platform:name``, a
    phone number in E.164 or a short number. After ``valid_until`` somebody has to look again.
    ``cited`` words the source in both languages.
    """

    vendor: str
    kind: ChannelKind
    value: str
    status: ChannelStatus
    superseded_by: str | None
    source: str
    verified_on: date
    valid_until: date
    note: Mapping[str, str]
    cited: Mapping[str, str] = field(default_factory=dict)

    @property
    def current(self) -> bool:
        """True while the vendor still uses it."""
        return self.status == "current"


@dataclass(frozen=True)
class Fact:
    """What a vendor does not have or never does; ``text`` holds both languages."""

    vendor: str
    id: str
    source: str
    verified_on: date
    text: Mapping[str, str]
    cited: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Channels:
    """All channels and facts of all vendors, in the order of the file."""

    channels: tuple[Channel, ...]
    all_facts: tuple[Fact, ...]
    _by_vendor: Mapping[str, tuple[Channel, ...]] = field(repr=False)
    _by_value: Mapping[tuple[str, str], Channel] = field(repr=False)

    @property
    def vendors(self) -> tuple[str, ...]:
        """Every vendor id of the registry, also those without a verified channel."""
        return tuple(self._by_vendor)

    def of(self, vendor: str) -> tuple[Channel, ...]:
        """Give a vendor's channels, current ones first; empty where none is verified."""
        return self._by_vendor.get(vendor, ())

    def facts(self, vendor: str) -> tuple[Fact, ...]:
        """Give what a vendor does not have or never does; empty where nothing is known."""
        return tuple(fact for fact in self.all_facts if fact.vendor == vendor)

    def find(self, kind: str, value: str) -> Channel | None:
        """Look up one canonical value of one kind; None where it is not listed."""
        return self._by_value.get((kind, value.lower()))

    def due(self, on: date) -> tuple[Channel, ...]:
        """Give the rows whose verification has run out on a day, for the operators."""
        return tuple(channel for channel in self.channels if channel.valid_until < on)


def load_channels(root: Path) -> Channels:
    """Read and check ``official_channels.yml``.

    Args:
        root: the data folder (the one that holds ``knowledge``), or the project's root.

    Raises:
        RegistryError: the file breaks its schema, or two rows contradict each other.
    """
    folder = knowledge_folder(root)
    raw = yaml.load((folder / _REGISTRY).read_text("utf-8"), Loader=_PlainDates)  # noqa: S506
    _check_schema(raw, json.loads((folder / _SCHEMA).read_text("utf-8")))
    vendors: dict[str, Any] = raw["vendors"]
    words: dict[str, Any] = raw.get("sources", {})
    channels = tuple(
        _channel(vendor, row, words)
        for vendor, entry in vendors.items()
        for row in entry["channels"]
    )
    facts = tuple(
        _fact(vendor, row, words) for vendor, entry in vendors.items() for row in entry["facts"]
    )
    by_value = dict(_index(channels))
    _check_successors(channels, by_value)
    return Channels(channels, facts, _group(vendors, channels), by_value)


def knowledge_folder(root: Path) -> Path:
    """Find ``knowledge`` under the data folder or under the project's root."""
    return root / "knowledge" if (root / "knowledge").is_dir() else root / "data" / "knowledge"


class _PlainDates(SafeLoader):
    """Safe loader that leaves dates as text, so that the schema can check their form."""


_PlainDates.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
    for first, resolvers in SafeLoader.yaml_implicit_resolvers.items()
}


def _check_schema(raw: object, schema: dict[str, Any]) -> None:
    error = jsonschema.exceptions.best_match(
        jsonschema.Draft202012Validator(schema).iter_errors(raw)
    )
    if error is not None:
        raise RegistryError(f"{_REGISTRY} at {error.json_path}: {error.message}; correct the row")


def _channel(vendor: str, row: dict[str, Any], words: Mapping[str, Any]) -> Channel:
    value = row["value"]
    if value != value.lower() and row["kind"] != "repository":
        raise RegistryError(
            f"{_REGISTRY}: write {row['kind']} {value} of {vendor} in small letters"
        )
    return Channel(
        vendor=vendor,
        kind=row["kind"],
        value=value,
        status=row.get("status", "current"),
        superseded_by=row.get("superseded_by"),
        source=row["source"],
        verified_on=date.fromisoformat(row["verified_on"]),
        valid_until=date.fromisoformat(row["valid_until"]),
        note=row["note"],
        cited=_cited(row["source"], words),
    )


def _fact(vendor: str, row: dict[str, Any], words: Mapping[str, Any]) -> Fact:
    return Fact(
        vendor=vendor,
        id=row["id"],
        source=row["source"],
        verified_on=date.fromisoformat(row["verified_on"]),
        text={"zh": row["zh"], "en": row["en"]},
        cited=_cited(row["source"], words),
    )


def _cited(source: str, words: Mapping[str, Any]) -> Mapping[str, str]:
    """Word a source in both languages: an address as it is, all else from ``sources``.

    Raises:
        RegistryError: it is no bare address, and has no words.
    """
    where = source.partition(": ")[2]
    if where in words:
        return dict(words[where])
    if " " in where:
        raise RegistryError(f"{_REGISTRY}: word “{where}” in both languages under sources")
    return dict.fromkeys(LANGUAGES, where)


def _index(channels: tuple[Channel, ...]) -> Iterator[tuple[tuple[str, str], Channel]]:
    seen: set[tuple[str, str]] = set()
    for channel in channels:
        key = (channel.kind, channel.value.lower())
        if key in seen:
            raise RegistryError(f"{_REGISTRY}: {channel.kind} {channel.value} is listed twice")
        seen.add(key)
        yield key, channel


def _check_successors(
    channels: tuple[Channel, ...], by_value: Mapping[tuple[str, str], Channel]
) -> None:
    for channel in channels:
        successor = channel.superseded_by
        if successor is None:
            continue
        found = by_value.get((channel.kind, successor.lower()))
        if found is None or not found.current or found.vendor != channel.vendor:
            raise RegistryError(
                f"{_REGISTRY}: {channel.value} is superseded by {successor}, "
                f"which is no current {channel.kind} of {channel.vendor}"
            )


def _group(
    vendors: Mapping[str, Any], channels: tuple[Channel, ...]
) -> Mapping[str, tuple[Channel, ...]]:
    grouped: dict[str, list[Channel]] = defaultdict(list)
    for channel in sorted(channels, key=lambda channel: not channel.current):
        grouped[channel.vendor].append(channel)
    return {vendor: tuple(grouped[vendor]) for vendor in vendors}
