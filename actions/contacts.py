"""Tells the verdicts that the gateway gave on the contacts of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import structlog

from bot.content.contact_replies import FALSE, ContactReplies

if TYPE_CHECKING:
    from actions.base import Turn
    from actions.parts import Parts

AWAITING: Final = "awaiting"
"""The slot that holds what was asked for outside a case."""
CONTACT_WANTED: Final = "contact"
_log = structlog.get_logger(__name__)


def contacts_told(parts: Parts, turn: Turn) -> bool:
    """Tell the verdicts on the contacts of a message; False where it names none."""
    contacts = _judged(turn)
    if not contacts:
        return False
    turn.note(AWAITING, None)
    try:
        replies = ContactReplies(parts.content, parts.channels)
        said = [replies.about(c["kind"], c["verdict"], c["vendor"]) for c in contacts]
    except Exception as error:  # noqa: BLE001 - without the registry nothing may be told
        _log.error("registry_failed", kind=type(error).__name__)
        turn.say("contact_unavailable")
        return True
    for reply in said:
        turn.say(reply["reply"], **reply["params"])
    verdicts = {contact["verdict"] for contact in contacts}
    if verdicts & set(FALSE):
        turn.say("contact_next__bad")
    elif "unknown" in verdicts:
        turn.say("contact_next__unknown")
    return True


def contact_awaited(parts: Parts, turn: Turn) -> bool:
    """Tell the verdicts when a contact was asked for and the message names one."""
    wanted = turn.tracker.get_slot(AWAITING) == CONTACT_WANTED
    return wanted and contacts_told(parts, turn)


def _judged(turn: Turn) -> list[dict[str, Any]]:
    metadata = turn.tracker.latest_message.get("metadata") or {}
    found = metadata.get("contacts") or []
    return [contact for contact in found if isinstance(contact, dict)]


def say_facts(parts: Parts, turn: Turn) -> None:
    """What the vendor that was named does not have or never does."""
    named = turn.heard.entity("vendor")
    if named is None:
        return
    try:
        facts = parts.channels().facts(named.value)[:2]
    except Exception as error:  # noqa: BLE001 - the question was asked; the facts are an extra
        _log.error("registry_failed", kind=type(error).__name__)
        return
    if facts:
        told = [{tag: f"· {text}" for tag, text in fact.text.items()} for fact in facts]
        turn.say("channel_facts", facts=told)
