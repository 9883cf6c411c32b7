"""The support team with its sessions; hand-offs, briefs, notes and reports."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    _create_agent()
    _create_handoff()
    _create_case_brief()
    _create_agent_message()
    _create_note()
    _create_report()


def downgrade() -> None:
    """Drop the tables, children first."""
    for table in ("report", "note", "agent_message", "case_brief", "handoff"):
        op.drop_table(table)
    for table in ("agent_session", "agent_recovery_code", "agent"):
        op.drop_table(table)


def _create_agent() -> None:
    op.create_table(
        "agent",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("login", sa.String(64), nullable=False, unique=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("badge", sa.String(8), nullable=False, unique=True),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("languages", sa.JSON, nullable=False),
        sa.Column("is_active", sa.Boolean, nullable=False),
        sa.Column("password", sa.Text),
        sa.Column("totp_secret", sa.Text),
        sa.Column("is_enrolled", sa.Boolean, nullable=False),
        sa.Column("totp_step", sa.Integer, nullable=False),
        sa.Column("setup", sa.String(64), unique=True),
        sa.Column("setup_until", MOMENT),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("locked_until", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
    )
    op.create_table(
        "agent_recovery_code",
        _agent("CASCADE", primary_key=True),
        sa.Column("digest", sa.String(64), primary_key=True),
    )
    op.create_table(
        "agent_session",
        sa.Column("digest", sa.String(64), primary_key=True),
        _agent("CASCADE"),
        sa.Column("is_full", sa.Boolean, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
    )
    op.create_index("ix_agent_session_agent_id", "agent_session", ["agent_id"])


def _create_handoff() -> None:
    op.create_table(
        "handoff",
        sa.Column("id", sa.Integer, primary_key=True),
        _conversation(),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("reference", sa.String(16)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(16)),
        _agent("SET NULL"),
        sa.Column("requested_at", MOMENT, nullable=False),
        sa.Column("claimed_at", MOMENT),
        sa.Column("agent_since", MOMENT),
        sa.Column("ended_at", MOMENT),
    )
    for column in ("conversation_id", "agent_id", "claimed_at"):
        op.create_index(f"ix_handoff_{column}", "handoff", [column])
    op.create_index("handoff_by_queue", "handoff", ["state", "rank", "requested_at"])
    op.create_index(
        "handoff_open_once",
        "handoff",
        ["conversation_id"],
        unique=True,
        sqlite_where=sa.text("state != 'ended'"),
        postgresql_where=sa.text("state != 'ended'"),
    )


def _create_case_brief() -> None:
    op.create_table(
        "case_brief",
        _conversation(primary_key=True),
        sa.Column("topic", sa.String(64), nullable=False),
        sa.Column("vendor", sa.String(64)),
        sa.Column("priority", sa.String(16), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("moods", sa.JSON, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )


def _create_agent_message() -> None:
    op.create_table(
        "agent_message",
        sa.Column("message_id", sa.String(32), primary_key=True),
        _conversation(),
        _agent("SET NULL"),
    )
    op.create_index("ix_agent_message_conversation_id", "agent_message", ["conversation_id"])


def _create_note() -> None:
    op.create_table(
        "note",
        sa.Column("id", sa.Integer, primary_key=True),
        _conversation(),
        _agent("SET NULL"),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_index("ix_note_conversation_id", "note", ["conversation_id"])


def _create_report() -> None:
    op.create_table(
        "report",
        sa.Column("id", sa.Integer, primary_key=True),
        _conversation(),
        _agent("SET NULL"),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )
    op.create_index("ix_report_conversation_id", "report", ["conversation_id"])
    op.create_index("ix_report_at", "report", ["at"])


def _conversation(*, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(
        "conversation_id",
        sa.String(64),
        sa.ForeignKey("conversation.id", ondelete="CASCADE"),
        nullable=False,
        primary_key=primary_key,
    )


def _agent(ondelete: str, *, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(
        "agent_id",
        sa.String(32),
        sa.ForeignKey("agent.id", ondelete=ondelete),
        nullable=ondelete == "SET NULL",
        primary_key=primary_key,
    )
