"""Calendar, corrections and own words of the desk's pages, and what their figures read."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)
_FOUND = "CAST(findings AS TEXT) != '[]'"


def upgrade() -> None:
    """Create the tables, and the indexes that keep the lists and figures cheap."""
    op.create_table(
        "calendar",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("content", sa.JSON),
        sa.Column("changed_by", sa.String(64), nullable=False),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_table(
        "correction", *_on_a_message(sa.Column("intent", sa.String(64), nullable=False))
    )
    op.create_index("ix_correction_at", "correction", ["at"])
    op.create_table("own_words", *_on_a_message(sa.Column("text", sa.Text, nullable=False)))
    op.create_table(
        "browser_stop",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "conversation_id",
            sa.String(64),
            sa.ForeignKey("conversation.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_index("ix_browser_stop_conversation_id", "browser_stop", ["conversation_id"])
    op.create_index("ix_browser_stop_at", "browser_stop", ["at"])
    op.create_index("conversation_by_owner", "conversation", ["owner", "updated_at"])
    op.create_index("ix_conversation_created_at", "conversation", ["created_at"])
    op.create_index("turn_by_conversation", "turn", ["conversation_id", "at", "intent"])
    op.create_index(
        "message_with_findings",
        "message",
        ["at"],
        sqlite_where=sa.text(_FOUND),
        postgresql_where=sa.text(_FOUND),
    )


def _on_a_message(column: sa.Column[Any]) -> list[sa.Column[Any]]:
    return [
        sa.Column(
            "message_id",
            sa.String(32),
            sa.ForeignKey("message.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        column,
        sa.Column("agent_id", sa.String(32), sa.ForeignKey("agent.id", ondelete="SET NULL")),
        sa.Column("at", _TIME, nullable=False),
    ]


def downgrade() -> None:
    """Drop them."""
    op.drop_index("message_with_findings", "message")
    op.drop_index("turn_by_conversation", "turn")
    op.drop_index("ix_conversation_created_at", "conversation")
    op.drop_index("conversation_by_owner", "conversation")
    for table in ("browser_stop", "own_words", "correction", "calendar"):
        op.drop_table(table)
