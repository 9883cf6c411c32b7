"""First tables: conversations, messages, turns, tickets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    _create_conversation()
    _create_message()
    _create_turn()
    _create_ticket()


def downgrade() -> None:
    """Drop the tables, children first."""
    for table in ("ticket_event", "ticket_field", "ticket", "turn", "message", "conversation"):
        op.drop_table(table)


def _create_conversation() -> None:
    op.create_table(
        "conversation",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("language_is_chosen", sa.Boolean, nullable=False),
        sa.Column("owner", sa.String(16), nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("last_seq", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
    )


def _create_message() -> None:
    op.create_table(
        "message",
        _conversation_id(primary_key=True),
        sa.Column("seq", sa.Integer, primary_key=True),
        sa.Column("id", sa.String(32), nullable=False, unique=True),
        sa.Column("author", sa.String(16), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("choices", sa.JSON, nullable=False),
        sa.Column("findings", sa.JSON, nullable=False),
        sa.Column("client_id", sa.String(64)),
        sa.Column("answers", sa.String(32)),
        sa.Column("is_answered", sa.Boolean, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.UniqueConstraint("conversation_id", "client_id", name="message_client_id_once"),
    )
    op.create_index("message_by_answers", "message", ["answers"])


def _create_turn() -> None:
    op.create_table(
        "turn",
        sa.Column("message_id", sa.String(32), primary_key=True),
        _conversation_id(),
        sa.Column("outcome", sa.String(32), nullable=False),
        sa.Column("intent", sa.String(64)),
        sa.Column("duration_ms", sa.Integer, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_index("ix_turn_conversation_id", "turn", ["conversation_id"])


def _create_ticket() -> None:
    op.create_table(
        "ticket",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("reference", sa.String(16), nullable=False, unique=True),
        _conversation_id(),
        sa.Column("case_id", sa.String(64), nullable=False),
        sa.Column("topic", sa.String(64), nullable=False),
        sa.Column("vendor", sa.String(64)),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("priority", sa.String(16), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.UniqueConstraint("conversation_id", "case_id", name="ticket_case_once"),
    )
    for column in ("conversation_id", "status", "created_at"):
        op.create_index(f"ix_ticket_{column}", "ticket", [column])
    op.create_table(
        "ticket_field",
        _ticket_id(primary_key=True),
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "ticket_event",
        sa.Column("id", sa.Integer, primary_key=True),
        _ticket_id(),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )
    op.create_index("ix_ticket_event_ticket_id", "ticket_event", ["ticket_id"])


def _conversation_id(*, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(
        "conversation_id",
        sa.String(64),
        sa.ForeignKey("conversation.id", ondelete="CASCADE"),
        nullable=False,
        primary_key=primary_key,
    )


def _ticket_id(*, primary_key: bool = False) -> sa.Column[int]:
    return sa.Column(
        "ticket_id",
        sa.Integer,
        sa.ForeignKey("ticket.id", ondelete="CASCADE"),
        nullable=False,
        primary_key=primary_key,
    )
