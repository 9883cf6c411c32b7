"""Between the desk's rows and the values that its services give."""

from __future__ import annotations

from typing import Any, cast

from bot.content.language import Language
from bot.desk.models import (
    Author,
    Choice,
    Conversation,
    Field,
    Message,
    Owner,
    Parcel,
    Progress,
    Ticket,
    TicketEvent,
)
from bot.desk.tables import ConversationRow, MessageRow, TicketRow
from bot.guard.findings import SecretKind


def choice_to_row(choice: Choice) -> dict[str, Any]:
    """A choice as JSON, with the payload that stays ours."""
    return {"id": choice.id, "label": choice.label, "send": choice.send}


def conversation_from_row(row: ConversationRow) -> Conversation:
    """A conversation as it stands in its row."""
    return Conversation(
        id=row.id,
        channel=row.channel,
        language=cast("Language", row.language),
        language_is_chosen=row.language_is_chosen,
        owner=cast("Owner", row.owner),
        epoch=row.epoch,
        last_seq=row.last_seq,
    )


def message_from_row(row: MessageRow) -> Message:
    """A message as it stands in its row."""
    return Message(
        id=row.id,
        conversation_id=row.conversation_id,
        seq=row.seq,
        author=cast("Author", row.author),
        text=str(row.text),
        language=row.language,
        choices=tuple(Choice(**choice) for choice in row.choices),
        findings=tuple(
            cast("SecretKind", finding["kind"]) for finding in row.findings if "kind" in finding
        ),
        at=row.at,
        signal=next((str(found["signal"]) for found in row.findings if "signal" in found), None),
    )


def ticket_from_row(
    row: TicketRow, *, joined_as: str | None = None, with_history: bool = False
) -> Ticket:
    """A ticket as it stands in its rows; fields and aliases must have been loaded."""
    return Ticket(
        reference=row.reference,
        conversation_id=row.conversation_id,
        case_id=row.case_id,
        topic=row.topic,
        vendor=row.vendor,
        language=row.language,
        priority=row.priority,
        status=row.status,
        summary=row.summary,
        fields=tuple(Field(field.name, field.kind, field.value) for field in row.fields),
        created_at=row.created_at,
        updated_at=row.updated_at,
        due_at=row.due_at,
        parcel=Parcel(row.carrier, row.tracking_number, cast("Progress | None", row.progress)),
        also=tuple(alias.reference for alias in row.aliases),
        joined_as=joined_as,
        history=_history(row) if with_history else (),
    )


def _history(row: TicketRow) -> tuple[TicketEvent, ...]:
    return tuple(TicketEvent(one.at, one.actor, one.kind, one.detail) for one in row.history)
