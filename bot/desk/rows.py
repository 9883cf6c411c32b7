"""Between the desk's rows and the values that its services give."""

from __future__ import annotations

from typing import Any, cast

from bot.content.language import Language
from bot.desk.models import Author, Choice, Conversation, Message, Owner
from bot.desk.tables import ConversationRow, MessageRow
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
        findings=tuple(cast("SecretKind", finding["kind"]) for finding in row.findings),
        at=row.at,
    )
