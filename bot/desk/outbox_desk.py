"""The desk's outbox: one method a use case, each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from bot.desk import backlog, outbox
from bot.desk.backlog import Backlog
from bot.desk.outbox import Order, Parcel
from bot.desk.units import Units


class OutboxDesk(Units):
    """Keeps what is to be sent until it is done."""

    async def send_later(self, order: Order) -> int | None:
        """Put something into the outbox; a second one of the same ``key`` is left out."""
        async with self._work() as session:
            return await outbox.add(session, order, self._clock())

    async def owe(self, kind: str, conversation_id: str, wait: timedelta) -> int | None:
        """Note what is owed to a conversation; None when it was erased meanwhile."""
        order = Order(kind, self._clock() + wait, conversation_id)
        try:
            return await self.send_later(order)
        except IntegrityError:  # no row left that it could refer to
            return None

    async def settled(self, kind: str, conversation_id: str, last: int) -> None:
        """End what was owed to a conversation up to the row ``last``; later rows wait on."""
        async with self._work() as session:
            await outbox.settle(session, kind, conversation_id, last, self._clock())

    async def is_owed(self, parcel: Parcel) -> bool:
        """Tell whether nobody settled a claimed row meanwhile."""
        async with self._session() as session:
            return await outbox.waits(session, parcel.id)

    async def claim_parcel(self, kinds: Sequence[str]) -> Parcel | None:
        """Take the next row that is due, for two minutes; None when there is none."""
        async with self._work() as session:
            return await outbox.claim(session, kinds, self._clock())

    async def parcel_sent(self, parcel: Parcel) -> bool:
        """Note that it was sent; false when another process took it up meanwhile."""
        async with self._work() as session:
            return await outbox.end(session, parcel, "sent", "", self._clock())

    async def parcel_dead(self, parcel: Parcel, error: str) -> bool:
        """Give it up for good, with one word why."""
        async with self._work() as session:
            return await outbox.end(session, parcel, "dead", error, self._clock())

    async def parcel_later(
        self, parcel: Parcel, wait: timedelta, error: str, *, counts: bool = True
    ) -> bool:
        """Try it again after ``wait``; what was only too early does not count as a failure."""
        async with self._work() as session:
            until = self._clock() + wait
            return await outbox.put_off(session, parcel, until, error, counts=counts)

    async def backlog(self) -> Backlog:
        """Count what waits to be sent, for a person and for an answer."""
        async with self._session() as session:
            return await backlog.count(session, self._clock())

    def is_too_late(self, parcel: Parcel) -> bool:
        """True when it is no use to anybody any more."""
        return parcel.expires_at is not None and parcel.expires_at <= self._clock()

    def now(self) -> datetime:
        """The present moment by the desk's clock, in UTC."""
        return self._clock()
