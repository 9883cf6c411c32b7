"""The operator's own contacts beside the vendors' in the registry of official channels."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from bot.content.channels import Channel, Channels, RegistryError
from bot.content.profile import OPERATOR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.content.channels import ChannelKind
    from bot.content.profile import Profile

SOURCE: Final = "ours: the operator's profile"


def with_own(registry: Channels, operator: Profile) -> Channels:
    """Add the contacts and accounts of a profile, under the vendor ``operator``.

    Raises:
        RegistryError: one of them is somebody else's in the registry.
    """
    strangers = foreign(registry, operator)
    if strangers:
        raise RegistryError(f"The operator's profile: {' '.join(strangers)}")
    # What the registry has already for a vendor that is ours stays as it was verified.
    own = tuple(row for row in _rows(operator) if registry.find(row.kind, row.value) is None)
    return Channels(
        channels=(*own, *registry.channels),
        all_facts=registry.all_facts,
        _by_vendor={OPERATOR: own, **registry._by_vendor},  # noqa: SLF001 - the same class
        _by_value={
            **registry._by_value,  # noqa: SLF001
            **{(row.kind, row.value.lower()): row for row in own},
        },
    )


def foreign(registry: Channels, operator: Profile) -> list[str]:
    """Name the profile's contacts that are somebody else's in the registry, and what to do."""
    known = ((row, registry.find(row.kind, row.value)) for row in _rows(operator))
    return [
        f"{row.kind} {row.value} belongs to {other.vendor} in official_channels.yml; remove it, or "
        f"add {other.vendor} to own_vendors."
        for row, other in known
        if other is not None and not operator.owns(other.vendor)
    ]


def _rows(operator: Profile) -> Iterator[Channel]:
    for contact in operator.contacts:
        yield _row(contact.kind, contact.value, contact.note.pair())
    for account in operator.messengers:
        yield _row("handle", account.value, account.platform_name.pair())


def _row(kind: ChannelKind, value: str, note: dict[str, str]) -> Channel:
    """Make a row; nobody verified it but the operator, and it never runs out."""
    return Channel(
        vendor=OPERATOR,
        kind=kind,
        value=value,
        status="current",
        superseded_by=None,
        source=SOURCE,
        verified_on=date.min,
        valid_until=date.max,
        note=note,
    )
