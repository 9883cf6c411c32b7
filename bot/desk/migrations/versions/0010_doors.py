"""Messengers: which chat is which conversation, and what was taken."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "door_chat",
        sa.Column(
            "conversation_id",
            sa.String(64),
            sa.ForeignKey("conversation.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("door", sa.String(16), nullable=False),
        sa.Column("chat", sa.String(64), nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("told_seq", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("leased_until", _TIME, nullable=False),
        sa.Column("lease", sa.String(32), nullable=False),
    )
    op.create_index("door_chat_once", "door_chat", ["door", "chat"], unique=True)
    op.create_table(
        "door_message",
        sa.Column("message_id", sa.String(32), primary_key=True),
        sa.Column(
            "conversation_id",
            sa.String(64),
            sa.ForeignKey("conversation.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("their_id", sa.String(64), nullable=False),
        sa.Column("doomed_at", _TIME),
        sa.Column("due_at", _TIME),
    )
    op.create_index("ix_door_message_due_at", "door_message", ["due_at"])
    op.create_index("ix_door_message_conversation_id", "door_message", ["conversation_id"])
    op.create_table(
        "door_update",
        sa.Column("door", sa.String(16), primary_key=True),
        sa.Column("number", sa.String(64), primary_key=True),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_index("ix_door_update_at", "door_update", ["at"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("door_update")
    op.drop_table("door_message")
    op.drop_table("door_chat")
