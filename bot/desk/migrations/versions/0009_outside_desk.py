"""Conversations that an outside desk takes over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables, and remember where an agent's message was written."""
    _create_conversation()
    _create_remark()
    _create_person()
    op.create_table(
        "outside_delivery",
        sa.Column("provider", sa.String(16), primary_key=True),
        sa.Column("delivery", sa.String(128), primary_key=True),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_index("ix_outside_delivery_at", "outside_delivery", ["at"])
    op.add_column("agent_message", sa.Column("origin", sa.String(16)))


def _create_conversation() -> None:
    op.create_table(
        "outside_conversation",
        sa.Column(
            "conversation_id",
            sa.String(64),
            sa.ForeignKey("conversation.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("provider", sa.String(16), nullable=False),
        sa.Column("contact", sa.String(64)),
        sa.Column("ref", sa.String(64)),
        sa.Column("handoff_id", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("told_seq", sa.Integer, nullable=False),
        sa.Column("telling_seq", sa.Integer, nullable=False),
        sa.Column("told_ref", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("due_at", _TIME, nullable=False),
        sa.Column("leased_until", _TIME, nullable=False),
        sa.Column("lease", sa.String(32), nullable=False),
    )
    op.create_index(
        "outside_conversation_by_ref", "outside_conversation", ["provider", "ref"], unique=True
    )


def _create_remark() -> None:
    op.create_table(
        "outside_remark",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column(
            "conversation_id",
            sa.String(64),
            sa.ForeignKey("conversation.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_index("ix_outside_remark_conversation_id", "outside_remark", ["conversation_id"])


def _create_person() -> None:
    op.create_table(
        "outside_person",
        sa.Column("provider", sa.String(16), primary_key=True),
        sa.Column("ref", sa.String(64), primary_key=True),
        sa.Column(
            "agent_id", sa.String(32), sa.ForeignKey("agent.id", ondelete="CASCADE"), nullable=False
        ),
    )
    op.create_index("ix_outside_person_agent_id", "outside_person", ["agent_id"])


def downgrade() -> None:
    """Drop the tables and the column."""
    with op.batch_alter_table("agent_message") as message:
        message.drop_column("origin")
    op.drop_table("outside_delivery")
    op.drop_table("outside_person")
    op.drop_table("outside_remark")
    op.drop_table("outside_conversation")
