"""Ratings asked for in the chat, proof by e-mail, and the outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "rating_ask",
        _conversation(primary_key=True),
        sa.Column("about", sa.String(80), primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "mail_address",
        _conversation(primary_key=True),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    _create_mail_code()
    _create_outbox()


def downgrade() -> None:
    """Drop the tables."""
    for table in ("outbox", "mail_code", "mail_address", "rating_ask"):
        op.drop_table(table)


def _conversation(*, primary_key: bool = False, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(
        "conversation_id",
        sa.String(64),
        sa.ForeignKey("conversation.id", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=nullable,
    )


def _create_mail_code() -> None:
    op.create_table(
        "mail_code",
        sa.Column("id", sa.String(32), primary_key=True),
        _conversation(nullable=True),
        sa.Column("confirms", sa.Boolean, nullable=False),
        sa.Column("digest", sa.String(64)),
        sa.Column("mailbox", sa.String(64)),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True)),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("mail_code_by_conversation", "mail_code", ["conversation_id", "at"])
    op.create_index("mail_code_by_mailbox", "mail_code", ["mailbox", "at"])


def _create_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        _conversation(nullable=True),
        sa.Column("key", sa.String(120)),
        sa.Column("recipient", sa.Text),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True)),
        sa.Column("lease", sa.String(32)),
        sa.Column("leased_until", sa.DateTime(timezone=True)),
        sa.Column("error", sa.String(64)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
    )
    op.create_index("outbox_by_time", "outbox", ["state", "next_at"])
    op.create_index("outbox_by_conversation", "outbox", ["conversation_id"])
    op.create_index(
        "outbox_waiting_once",
        "outbox",
        ["key"],
        unique=True,
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
