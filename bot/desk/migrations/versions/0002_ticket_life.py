"""The life of a ticket: due times, joined tickets, search; ratings; the audit."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

from bot.desk.searching import stored

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
SEARCH: sa.types.TypeEngine[str] = sa.Text().with_variant(TSVECTOR(), "postgresql")
COLUMNS: dict[str, sa.types.TypeEngine[Any]] = {
    "due_at": MOMENT,
    "first_answered_at": MOMENT,
    "solved_at": MOMENT,
    "carrier": sa.String(64),
    "tracking_number": sa.String(64),
    "progress": sa.String(32),
}


def upgrade() -> None:
    """Widen the ticket and add the tables round it."""
    for name, kind in COLUMNS.items():
        op.add_column("ticket", sa.Column(name, kind))
    op.add_column("ticket", sa.Column("search", SEARCH, nullable=False, server_default=""))
    with op.batch_alter_table("ticket") as ticket:  # "waiting_for_customer" has 20 signs
        ticket.alter_column("status", type_=sa.String(32), existing_nullable=False)
    _fill_search()
    op.create_index("ix_ticket_due_at", "ticket", ["due_at"])
    op.create_index("ticket_by_search", "ticket", ["search"], postgresql_using="gin")
    _create_alias()
    _create_rating()
    _create_audit()


def downgrade() -> None:
    """Drop what was added, children first."""
    for table in ("audit", "rating", "ticket_alias"):
        op.drop_table(table)
    op.drop_index("ticket_by_search", "ticket")
    op.drop_index("ix_ticket_due_at", "ticket")
    with op.batch_alter_table("ticket") as ticket:
        ticket.alter_column("status", type_=sa.String(16), existing_nullable=False)
        for name in (*COLUMNS, "search"):
            ticket.drop_column(name)


def _fill_search() -> None:
    """Make the tickets that are there already findable."""
    connection = op.get_bind()
    ticket = sa.table("ticket", sa.column("id"), sa.column("reference"), sa.column("summary"))
    search = sa.table("ticket", sa.column("id"), sa.column("search", SEARCH))
    for row in connection.execute(sa.select(ticket)).all():
        tokens = stored((row.reference, row.summary))
        connection.execute(search.update().where(search.c.id == row.id).values(search=tokens))


def _create_alias() -> None:
    op.create_table(
        "ticket_alias",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("reference", sa.String(16), nullable=False, unique=True),
        sa.Column(
            "ticket_id",
            sa.Integer,
            sa.ForeignKey("ticket.id", ondelete="CASCADE"),
            nullable=False,
        ),
        sa.Column("case_id", sa.String(64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.UniqueConstraint("ticket_id", "case_id", name="ticket_alias_case_once"),
    )


def _create_rating() -> None:
    op.create_table(
        "rating",
        sa.Column(
            "conversation_id",
            sa.String(64),
            sa.ForeignKey("conversation.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("score", sa.Integer, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
    )


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
    )
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_index("ix_audit_subject", "audit", ["subject"])
