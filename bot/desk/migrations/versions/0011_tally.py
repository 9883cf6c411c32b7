"""The tally of conversations behind the dashboard, and the triggers that say what is due."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_WATCHED = {
    "turn": ("intent", "at"),
    "handoff": (),
    "ticket": ("topic",),
    "rating": ("score",),
    "case_brief": ("topic",),
}
"""Tables that the tally reads beside the conversations, and their columns that may change."""


def upgrade() -> None:
    """Create tables and triggers; the dashboard fills the tally when it is first looked at."""
    op.create_table(
        "tally",
        _of_a_conversation(primary_key=True),
        sa.Column("slot", sa.Integer, nullable=False),
        sa.Column("topic", sa.String(64), nullable=False),
        sa.Column("needed_person", sa.Boolean, nullable=False),
        sa.Column("came_back", sa.Boolean, nullable=False),
        sa.Column("score", sa.Integer),
    )
    op.create_index(
        "tally_by_slot", "tally", ["slot", "topic", "needed_person", "came_back", "score"]
    )
    op.create_table(
        "tally_due", sa.Column("id", sa.Integer, primary_key=True), _of_a_conversation()
    )
    op.create_index("ix_tally_due_conversation_id", "tally_due", ["conversation_id"])
    op.create_table(
        "tally_topics",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("intents", sa.JSON, nullable=False),
    )
    op.create_index("turn_by_outcome", "turn", ["outcome", "at"])
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for statement in _on_postgresql() if on_postgresql else _on_sqlite():
        op.execute(statement)


def _of_a_conversation(*, primary_key: bool = False) -> sa.Column[str]:
    return sa.Column(
        "conversation_id",
        sa.String(64),
        sa.ForeignKey("conversation.id", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=False,
    )


def _changes(table: str) -> Iterator[tuple[str, str, str]]:
    """Name of the trigger, its event, and which row it looks at."""
    yield f"tally_{table}_added", "INSERT", "NEW"
    yield f"tally_{table}_gone", "DELETE", "OLD"
    if _WATCHED[table]:
        yield f"tally_{table}_changed", f"UPDATE OF {', '.join(_WATCHED[table])}", "NEW"


def _due(row: str) -> str:
    # A conversation that is being erased takes these rows with it: it is due no more.
    return (
        f"INSERT INTO tally_due (conversation_id) SELECT id FROM conversation"  # noqa: S608 - OLD or NEW
        f" WHERE id = {row}.conversation_id"
    )


def _on_sqlite() -> Iterator[str]:
    for table in _WATCHED:
        for name, event, row in _changes(table):
            yield f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {_due(row)}; END"


def _on_postgresql() -> Iterator[str]:
    for row in ("OLD", "NEW"):
        yield (
            f"CREATE FUNCTION tally_{row.lower()}() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" BEGIN {_due(row)}; RETURN NULL; END $$"
        )
    for table in _WATCHED:
        for name, event, row in _changes(table):
            yield (
                f"CREATE TRIGGER {name} AFTER {event} ON {table}"
                f" FOR EACH ROW EXECUTE FUNCTION tally_{row.lower()}()"
            )


def downgrade() -> None:
    """Drop them."""
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    for table in _WATCHED:
        for name, _event, _row in _changes(table):
            op.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if on_postgresql else ""))
    if on_postgresql:
        op.execute("DROP FUNCTION tally_old()")
        op.execute("DROP FUNCTION tally_new()")
    op.drop_index("turn_by_outcome", "turn")
    for table in ("tally_topics", "tally_due", "tally"):
        op.drop_table(table)
