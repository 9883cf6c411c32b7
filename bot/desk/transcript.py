"""The customer's own record of a conversation: JSON, its SHA-256, and the same as blocks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from bot.content import Content
from bot.content.language import Language
from bot.desk.blocks import Block, Words
from bot.desk.models import Ticket
from bot.desk.records import Left

FORMAT: Final = "seedwarden-record/1"
_TOLD: Final = frozenset(
    {"opened", "status", "reopened", "joined", "carrier", "tracking_number", "progress"}
)
"""Events of a ticket that concern its customer; who of the staff acted is not told."""


def record(left: Left) -> dict[str, Any]:
    """Everything that is kept of a conversation, as plain values; moments are RFC 3339 in UTC."""
    rating = left.rating
    return {
        "format": FORMAT,
        "conversation": left.conversation_id,
        "language": left.language,
        "begun_at": moment(left.begun_at),
        "messages": [
            {
                "seq": message.seq,
                "at": moment(message.at),
                "author": message.author,
                "language": message.language,
                "text": message.text,
            }
            for message in left.messages
        ],
        "tickets": [_ticket(ticket) for ticket in left.tickets],
        "rating": None
        if rating is None
        else {"score": rating.score, "comment": rating.comment, "at": moment(rating.at)},
    }


def fingerprint(plain: dict[str, Any]) -> str:
    """SHA-256, in hexadecimal, over the record's canonical JSON (RFC 8785).

    That is UTF-8 without spaces between the parts, names sorted, no sign escaped that need not
    be; the record holds no fractions, so Python's writer and the RFC's give the same bytes.
    """
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def written(plain: dict[str, Any], digest: str) -> bytes:
    """The record with its fingerprint as a JSON file."""
    whole = {"record": plain, "sha256": digest}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n"


def moment(at: datetime) -> str:
    """A moment to the second: ``2026-11-23T04:00:00Z``."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def blocks(left: Left, content: Content, digest: str) -> list[Block]:
    """The record to be read: heading, tickets, messages."""
    language: Language = "zh" if left.language == "zh" else "en"
    words = Words(language)
    return [
        Block("title", words("title")),
        Block("fact", left.conversation_id, words("conversation")),
        Block("fact", moment(left.begun_at), words("begun")),
        Block("fact", digest, words("hash")),
        Block("paragraph", f"{words('hash_note')} {words('times')} {words('redacted')}"),
        Block("heading", words("tickets")),
        *(_tickets(left, content, language) or [Block("paragraph", words("no_tickets"))]),
        *_rating(left, words),
        Block("heading", words("messages")),
        *(
            Block("quote", one.text, f"{one.seq} · {moment(one.at)} · {words(one.author)}")
            for one in left.messages
        ),
    ]


def shown(ticket: Ticket, content: Content, language: Language) -> Iterator[tuple[str, str]]:
    """The collected facts as label and value, choices by their labels."""
    words = Words(language)
    playbook = content.playbooks.get(ticket.topic)
    known = {} if playbook is None else {field.id: field for field in playbook.fields}
    for fact in ticket.fields:
        field = known.get(fact.name)
        if field is None:
            yield words.or_else(fact.name, fact.name), fact.value
            continue
        option = next((one for one in field.options if one.id == fact.value), None)
        label = content.labels.get(fact.value)
        named = option.label if option is not None else label
        yield field.label.of(language), fact.value if named is None else named.of(language)


def _tickets(left: Left, content: Content, language: Language) -> list[Block]:
    words = Words(language)
    found: list[Block] = []
    for ticket in left.tickets:
        playbook = content.playbooks.get(ticket.topic)
        topic = content.reply("handoff_topic").text if playbook is None else playbook.name
        status = content.reply(f"ticket_status__{ticket.status}").text.of(language)
        found += [
            Block("fact", ticket.reference, words("reference")),
            *(Block("fact", reference, words("also")) for reference in ticket.also),
            Block("fact", topic.of(language), words("topic")),
            Block("fact", status, words("status")),
            Block("fact", moment(ticket.created_at), words("opened")),
            Block("fact", moment(ticket.updated_at), words("updated")),
            *(Block("fact", value, label) for label, value in shown(ticket, content, language)),
        ]
        parcel = [part for part in (ticket.parcel.carrier, ticket.parcel.tracking_number) if part]
        if parcel:
            found.append(Block("fact", " ".join(parcel), words("parcel")))
    return found


def _rating(left: Left, words: Words) -> list[Block]:
    if left.rating is None:
        return []
    return [Block("fact", f"{left.rating.score} / 5 {left.rating.comment}", words("rating"))]


def _ticket(ticket: Ticket) -> dict[str, Any]:
    return {
        "reference": ticket.reference,
        "also": list(ticket.also),
        "topic": ticket.topic,
        "vendor": ticket.vendor,
        "priority": ticket.priority,
        "status": ticket.status,
        "opened_at": moment(ticket.created_at),
        "updated_at": moment(ticket.updated_at),
        "summary": ticket.summary,
        "fields": [
            {"name": field.name, "kind": field.kind, "value": field.value}
            for field in ticket.fields
        ],
        "carrier": ticket.parcel.carrier,
        "tracking_number": ticket.parcel.tracking_number,
        "progress": ticket.parcel.progress,
        "history": [
            {"at": moment(event.at), "kind": event.kind, "detail": event.detail}
            for event in ticket.history
            if event.kind in _TOLD
        ],
    }
