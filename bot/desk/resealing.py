"""Closes anew, under the current key, what a former key closed; then that key may go."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import InstrumentedAttribute

from bot.desk.attachment_tables import AttachmentRow
from bot.desk.credentials import Seal, SealBroken
from bot.desk.door_keys import DoorKeys
from bot.desk.door_tables import DoorChatRow
from bot.desk.people_tables import AgentRow
from bot.desk.proof_tables import MailAddressRow
from bot.desk.proofs import MAIL_ADDRESS
from bot.desk.units import Units
from bot.desk.vault import Vault
from bot.keys import Keys

_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many of each were closed anew; ``unreadable`` were closed by a key we do not have."""

    addresses: int = 0
    second_steps: int = 0
    chats: int = 0
    files: int = 0
    unreadable: int = 0


class Resealing(Units):
    """Works row by row while the product runs; what another process changes meanwhile stays."""

    def __init__(self, engine: AsyncEngine, keys: Keys, vault: Vault) -> None:
        super().__init__(engine)
        self._keys = keys
        self._vault = vault
        self._done = Resealed()

    async def run(self) -> Resealed:
        """Close everything anew; may be run again and again, and does nothing more then.

        Raises:
            DeskUnavailable: database or folder failed; what was done stays done.
        """
        self._done = Resealed()
        await self._addresses()
        await self._second_steps()
        await self._chats()
        await self._files()
        return self._done

    async def _addresses(self) -> None:
        row, seal = MailAddressRow, Seal(self._keys, MAIL_ADDRESS)
        async for owner, sealed in self._rows(row.conversation_id, row.sealed):
            if (renewed := self._renewed(seal, sealed, owner)) is not None:
                is_mine = and_(row.conversation_id == owner, row.sealed == sealed)
                await self._change("addresses", row, is_mine, sealed=renewed)

    async def _second_steps(self) -> None:
        row, seal = AgentRow, Seal(self._keys)
        async for owner, sealed in self._rows(row.id, row.totp_secret):
            if sealed and (renewed := self._renewed(seal, sealed, owner)) is not None:
                is_mine = and_(row.id == owner, row.totp_secret == sealed)
                await self._change("second_steps", row, is_mine, totp_secret=renewed)

    async def _chats(self) -> None:
        row = DoorChatRow
        async for owner, sealed, door in self._rows(row.conversation_id, row.address, row.door):
            keys = DoorKeys(self._keys, door)
            if (renewed := self._renewed(keys.seal, sealed, owner)) is not None:
                chat = keys.names(keys.seal.open(renewed, owner))[0]
                is_mine = and_(row.conversation_id == owner, row.address == sealed)
                try:
                    await self._change("chats", row, is_mine, address=renewed, chat=chat)
                except IntegrityError:  # the customer wrote meanwhile, and has a newer conversation
                    await self._change("chats", row, is_mine, address=renewed)

    async def _files(self) -> None:
        row = AttachmentRow
        async for file_id, conversation_id in self._rows(row.id, row.conversation_id):
            if await self._vault.renew(conversation_id, file_id):
                self._count("files")
                async with self._session() as session:
                    is_erased = await session.get(row, file_id) is None
                if is_erased:  # between our reading and our writing
                    await self._vault.remove(conversation_id, file_id)

    def _renewed(self, seal: Seal, sealed: str, owner: str) -> str | None:
        with suppress(SealBroken):
            return seal.renew(sealed, owner)
        self._count("unreadable")
        return None

    async def _rows(
        self, key: InstrumentedAttribute[str], *more: InstrumentedAttribute[Any]
    ) -> AsyncIterator[Sequence[Any]]:
        """All rows, in pages by their key: a session is never open while one is worked on."""
        after = ""
        while True:
            page: Select[Any] = select(key, *more).where(key > after).order_by(key).limit(_AT_ONCE)
            async with self._session() as session:
                rows = (await session.execute(page)).all()
            for row in rows:
                yield row
            if len(rows) < _AT_ONCE:
                return
            after = rows[-1][0]

    async def _change(
        self, kind: str, row: Callable[..., Any], is_mine: ColumnElement[bool], **values: str
    ) -> None:
        async with self._work() as session:
            await session.execute(update(row).where(is_mine).values(**values))  # type: ignore[arg-type]
        self._count(kind)

    def _count(self, kind: str) -> None:
        self._done = replace(self._done, **{kind: getattr(self._done, kind) + 1})
