"""Tickets as a person reads them on a terminal, Chinese text aligned as well."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from bot.desk.models import Parcel, Ticket, TicketEvent

_HEAD: Final = (
    *("reference", "opened (UTC)", "due (UTC)", "priority", "status"),
    *("topic", "vendor", "summary"),
)
_OVERDUE: Final = "overdue"
_SUMMARY_WIDTH: Final = 60


def table(tickets: Sequence[Ticket]) -> str:
    """One line a ticket under a line of headings."""
    rows = [_HEAD, *(_row(ticket) for ticket in tickets)]
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(_pad(cell, wide) for cell, wide in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def sheet(ticket: Ticket) -> str:
    """Everything about one ticket, one fact a line."""
    facts = [
        ("reference", ticket.reference),
        ("opened (UTC)", f"{ticket.created_at:%Y-%m-%d %H:%M}"),
        ("changed (UTC)", f"{ticket.updated_at:%Y-%m-%d %H:%M}"),
        ("due (UTC)", _due(ticket)),
        ("topic", ticket.topic),
        ("vendor", ticket.vendor or "-"),
        ("language", ticket.language),
        ("priority", ticket.priority),
        ("status", ticket.status),
        *((field.name, field.value) for field in ticket.fields),
        *_parcel(ticket.parcel),
        ("summary", ticket.summary),
        *(("also filed as", reference) for reference in ticket.also),
        *(("history (UTC)", _event(event)) for event in ticket.history),
    ]
    wide = max(width(name) for name, _ in facts)
    return "\n".join(f"{_pad(name, wide)}  {value}" for name, value in facts)


def width(text: str) -> int:
    """Columns a text takes on a terminal; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _row(ticket: Ticket) -> tuple[str, ...]:
    return (
        ticket.reference,
        f"{ticket.created_at:%Y-%m-%d %H:%M}",
        _due(ticket),
        ticket.priority,
        ticket.status,
        ticket.topic,
        ticket.vendor or "-",
        _shortened(" ".join(ticket.summary.split())),
    )


def _due(ticket: Ticket) -> str:
    if ticket.due_at is None:
        return "-"
    mark = f" {_OVERDUE}" if ticket.is_overdue(datetime.now(UTC)) else ""
    return f"{ticket.due_at:%Y-%m-%d %H:%M}{mark}"


def _parcel(parcel: Parcel) -> list[tuple[str, str]]:
    named = (
        ("carrier", parcel.carrier),
        ("tracking number", parcel.tracking_number),
        ("progress", parcel.progress),
    )
    return [(name, value) for name, value in named if value is not None]


def _event(event: TicketEvent) -> str:
    return f"{event.at:%Y-%m-%d %H:%M} {event.actor}: {event.kind} {event.detail}".rstrip()


def _shortened(text: str) -> str:
    kept = ""
    for sign in text:
        if width(kept + sign) > _SUMMARY_WIDTH - 1:
            return f"{kept}…"
        kept += sign
    return kept


def _pad(text: str, wide: int) -> str:
    return text + " " * (wide - width(text))
