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
    own = tuple(_unlisted(registry, operator))
    return Channels(
        channels=(*own, *registry.channels),
        all_facts=registry.all_facts,
        _by_vendor={OPERATOR: own, **registry._by_vendor},  # noqa: SLF001 - the same class
        _by_value={
            **registry._by_value,  # noqa: SLF001
            **{(row.kind, row.value.lower()): row for row in own},
        },
    )


def _unlisted(registry: Channels, operator: Profile) -> Iterator[Channel]:
    """Give the rows that the registry does not have already for a vendor that is ours."""
    for row in _rows(operator):
        known = registry.find(row.kind, row.value)
        if known is None:
            yield row
        elif not operator.owns(known.vendor):
            raise RegistryError(
                f"The operator's profile: {row.kind} {row.value} belongs to {known.vendor} in "
                f"official_channels.yml; remove it, or add {known.vendor} to own_vendors"
            )


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
