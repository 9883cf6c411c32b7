"""The tables of ratings that were asked for, of e-mail addresses, and of the codes sent there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.desk.tables import Base, UtcTime


class RatingAskRow(Base):
    """That a customer was asked for a rating, and about what: a ticket, a turn, a hand-off."""

    __tablename__ = "rating_ask"

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True
    )
    about: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcTime)


class MailAddressRow(Base):
    """The e-mail address that a customer left for the answer, encrypted.

    ``confirmed_at`` is None until a code that was sent there came back.
    """

    __tablename__ = "mail_address"

    conversation_id: Mapped[str] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True
    )
    sealed: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(8))
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcTime)
    at: Mapped[datetime] = mapped_column(UtcTime)


class MailCodeRow(Base):
    """A code that was asked for; one for a ticket that is nobody's has no conversation.

    ``digest`` is None until the code is made, which is when its mail is sent; ``mailbox`` is the
    fingerprint of the address it went to; ``confirms`` tells that it proves the address too.
    """

    __tablename__ = "mail_code"
    __table_args__ = (
        Index("mail_code_by_conversation", "conversation_id", "at"),
        Index("mail_code_by_mailbox", "mailbox", "at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation_id: Mapped[str | None] = mapped_column(
        ForeignKey("conversation.id", ondelete="CASCADE")
    )
    confirms: Mapped[bool] = mapped_column(Boolean)
    digest: Mapped[str | None] = mapped_column(String(64))
    mailbox: Mapped[str | None] = mapped_column(String(64))
    tries: Mapped[int] = mapped_column(Integer)
    expires_at: Mapped[datetime] = mapped_column(UtcTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcTime)
    at: Mapped[datetime] = mapped_column(UtcTime)
