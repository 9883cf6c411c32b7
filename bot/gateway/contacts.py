"""Judges the contacts a customer writes about, and warns of a false one before anything else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import structlog

from bot.content.contact_replies import FALSE, ContactReplies
from bot.gateway import metrics
from bot.guard import find_contacts
from bot.guard.findings import Contact

ANSWERED_BY: Final = "verify_contact"
"""The intent whose action words the verdicts itself, so that nothing is said twice."""
_GRAVITY: Final = (*FALSE, "unknown", "official")
_MOST: Final = 3

_log = structlog.get_logger(__name__)


def judged(conversation_id: str, safe_text: str) -> tuple[Contact, ...]:
    """Find and judge the contacts of a message, the gravest first, three at most.

    A failure here must not hold back a safe message: it is logged, and nothing is judged.
    """
    try:
        found = dict.fromkeys(find_contacts(safe_text))
    except Exception as error:  # noqa: BLE001 - whatever broke, the customer is answered
        _log.error("contacts_failed", conversation=conversation_id, kind=type(error).__name__)
        return ()
    for contact in found:
        metrics.CONTACTS.labels(contact.verdict).inc()
    return tuple(sorted(found, key=lambda contact: _GRAVITY.index(contact.verdict)))[:_MOST]


def warned(
    replies: ContactReplies, contacts: Iterable[Contact], before: set[Contact]
) -> list[Mapping[str, Any]]:
    """Name the warning about each false contact, once a conversation (``before`` grows)."""
    fresh = [c for c in contacts if c.verdict in FALSE and c not in before]
    before.update(fresh)
    named = [replies.about(contact.kind, contact.verdict, contact.vendor) for contact in fresh]
    return [{**reply, "choices": []} for reply in named]
