"""The tables of the tally: what the dashboard counts, one short row a conversation."""

from __future__ import annotations

from sqlalchemy import JSON, Boolean, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.desk.tables import Base


class TallyRow(Base):
    """What became of a conversation in which a customer wrote.

    ``slot`` counts the quarter hours from 1970 to its beginning; ``score`` is its rating, if any.
    """

    __tablename__ = "tally"
    __table_args__ = (
        # Holds all that is asked, so that the rows themselves are not read.
        Index("tally_by_slot", "slot", "topic", "needed_person", "came_back", "score"),
    )

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True
    )
    slot: Mapped[int] = mapped_column(Integer)
    topic: Mapped[str] = mapped_column(String(64))
    needed_person: Mapped[bool] = mapped_column(Boolean)
    came_back: Mapped[bool] = mapped_column(Boolean)
    score: Mapped[int | None] = mapped_column(Integer)


class TallyDueRow(Base):
    """A conversation of which something changed since it was tallied.

    Triggers of the database write it, in the transaction of the change. It is never changed, only
    added, so that no customer's turn waits for the one who counts.
    """

    __tablename__ = "tally_due"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), index=True
    )


class TallyTopicsRow(Base):
    """The intents that named the topics when the tally was made: one row, or none yet."""

    __tablename__ = "tally_topics"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    intents: Mapped[list[str]] = mapped_column(JSON)
