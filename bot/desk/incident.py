"""The report of a theft in the shape that police and exchanges ask for.

Source of the shape: what IC3's form and exchanges' law-enforcement pages ask of a victim (assets
and amounts, times, transaction ids, addresses, contacts of the thief, steps taken).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.content import Content
from bot.content.language import Language
from bot.desk.blocks import Block, Words
from bot.desk.models import Ticket
from bot.desk.records import Left
from bot.desk.transcript import moment, shown

TOPIC: Final = "funds_stolen"
_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "taken": ("asset", "amount", "chain", "vendor", "wallet_kind"),
    "when": ("noticed_at",),
    "where": ("transaction_id", "to_address"),
    "how": ("how", "phrase_exposed", "approvals", "remote_app", "details", "first_words", "note"),
    "thief": ("contact",),
    "exchanges": ("exchanges",),
    "done": ("tried",),
}
"""Heading → the collected facts that stand under it; those with a number behind count as well."""


def thefts(left: Left) -> list[Ticket]:
    """The tickets of a conversation that are about stolen funds."""
    return [ticket for ticket in left.tickets if ticket.topic == TOPIC]


def blocks(left: Left, content: Content, digest: str) -> list[Block]:
    """The report of each theft; empty where none was told."""
    language: Language = "zh" if left.language == "zh" else "en"
    words = Words(language)
    found: list[Block] = []
    for ticket in thefts(left):
        found += [
            Block("title", words("incident")),
            Block("paragraph", words("incident_for")),
            Block("fact", ticket.reference, words("reference")),
            Block("fact", moment(ticket.created_at), words("reported_at")),
            Block("fact", digest, words("hash")),
            Block("paragraph", f"{words('hash_note')} {words('times')}"),
            Block("paragraph", words("by_hand")),
            *_parts(ticket, content, language),
            Block("paragraph", words("warning")),
        ]
    return found


def _parts(ticket: Ticket, content: Content, language: Language) -> list[Block]:
    words = Words(language)
    labelled = list(zip(ticket.fields, shown(ticket, content, language), strict=True))
    found: list[Block] = []
    for heading, names in _PARTS.items():
        facts = [
            Block("fact", value, label)
            for name in names
            for field, (label, value) in labelled
            if field.name == name or _is_another(field.name, name)
        ]
        found.append(Block("heading", words(heading)))
        found += facts or [Block("paragraph", words("unknown"))]
    return found


def _is_another(name: str, of: str) -> bool:
    """True for the second value of a fact, which a joined case brought: ``amount_2``."""
    stem, _, number = name.rpartition("_")
    return stem == of and number.isdigit()
