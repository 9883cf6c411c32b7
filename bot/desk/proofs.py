"""Proof by e-mail: one method a use case, each in a transaction of its own."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from bot.content.language import Language
from bot.desk import outbox, proof, tickets
from bot.desk.credentials import Seal
from bot.desk.models import Ticket
from bot.desk.outbox import Order
from bot.desk.proof_tables import MailAddressRow
from bot.desk.units import Units, utc_now
from bot.errors import SeedwardenError
from bot.keys import Keys

MAIL_CODE: Final = "mail_code"
MAIL_ADDRESS: Final = "mail address"
"""What the seal of addresses is for."""
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}"
)
_LONGEST: Final = 254
_CODE: Final = re.compile(r"[0-9]{6}")
_NOBODY: Final = ""
_NO_DIGEST: Final = "0" * 64


class AddressInvalid(SeedwardenError):
    """It is not written as an e-mail address; it is not repeated."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """To whom a mail goes; the address never shows in a log or an error."""

    address: str = field(repr=False)
    language: Language
    code: str = field(default="", repr=False)
    confirms: bool = False
    reference: str = ""


def read_address(text: str) -> str:
    """Give the address as it is kept; raises AddressInvalid."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if len(plain) > _LONGEST or not _ADDRESS.fullmatch(plain):
        raise AddressInvalid("This is not an e-mail address.")
    local, _, domain = plain.rpartition("@")
    return f"{local}@{domain.lower()}"


def masked(address: str) -> str:
    """The address as it may be shown: its first letter and the end of its domain."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}•••@•••.{domain.rpartition('.')[2]}"


def read_code(text: str) -> str | None:
    """Give the six digits of a code however they were typed, or None."""
    plain = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))
    return plain if _CODE.fullmatch(plain) else None


class Proofs(Units):
    """Keeps addresses encrypted and codes as fingerprints; both need the signing key."""

    def __init__(
        self, engine: AsyncEngine, keys: Keys, *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        super().__init__(engine, clock)
        self._seal = Seal(keys, MAIL_ADDRESS)
        self._keys = keys.derive("mail code")

    async def leave(
        self, reference: str, conversation_id: str, address: str, language: Language
    ) -> None:
        """Keep an address and send a code there, where ticket and conversation belong together.

        Raises:
            AddressInvalid: it is not written as an address; the only thing that is told.
        """
        sealed = self._seal.close(read_address(address), conversation_id)
        try:
            await self._leave(reference, conversation_id, sealed, language)
        except IntegrityError:  # another process kept one at the same moment
            await self._leave(reference, conversation_id, sealed, language)

    async def _leave(
        self, reference: str, conversation_id: str, sealed: str, language: Language
    ) -> None:
        async with self._work() as session:
            owner = await tickets.owner_of(session, reference)
            whose = conversation_id if owner is not None and owner == conversation_id else None
            await proof.keep_address(session, whose or _NOBODY, sealed, language, self._clock())
            await self._order_code(session, whose, confirms=True)

    async def ask_code(self, reference: str) -> None:
        """Send a code to the confirmed address of a ticket, if there is such a thing."""
        async with self._work() as session:
            owner = await tickets.owner_of(session, reference)
            known = await proof.address(session, owner or _NOBODY, confirmed=True)
            await self._order_code(session, None if known is None else owner, confirms=False)

    async def _order_code(
        self, session: AsyncSession, whose: str | None, *, confirms: bool
    ) -> None:
        now = self._clock()
        code_id = await proof.new_code(session, whose, confirms=confirms, now=now)
        order = Order(
            MAIL_CODE,
            now,
            whose,
            payload={"code": code_id},
            expires_at=now + proof.CODE_LIFETIME,
        )
        await outbox.add(session, order, now)

    async def show(self, reference: str, code: str) -> Ticket | None:
        """Give a ticket to whoever has its code; None for everything else, after the same work."""
        given = read_code(code) or ""
        async with self._work() as session:
            owner = await tickets.owner_of(session, reference)
            row = await proof.tried(session, owner or _NOBODY, self._clock())
            digest = _NO_DIGEST if row is None or row.digest is None else row.digest
            is_right = self._is_code(digest, _NOBODY if row is None else row.id, given)
            if row is None or not is_right or not await proof.use(session, row, self._clock()):
                return None
            return await tickets.by_reference(session, reference)

    async def addressee_of_code(self, code_id: str) -> Addressee | None:
        """Make a code and tell where it goes; None where nobody is to get one.

        Raises:
            SealBroken: the address was sealed under another signing key.
        """
        async with self._work() as session:
            row = await proof.code(session, code_id, self._clock())
            if row is None or row.conversation_id is None:
                return None
            known = await proof.address(session, row.conversation_id, confirmed=not row.confirms)
            if known is None:
                return None
            address = self._opened(known)
            mailbox = self.fingerprint(address)
            if row.mailbox is None:  # a second attempt to send the same is not counted again
                if await proof.sent_lately(session, mailbox, self._clock()) >= proof.MOST_PER_HOUR:
                    return None
                row.mailbox = mailbox
            code = f"{secrets.randbelow(10**6):06d}"
            row.digest = _digest(self._keys[0], row.id, code)
            row.expires_at = self._clock() + proof.CODE_LIFETIME
            return Addressee(address, _language(known), code, row.confirms)

    async def addressee_of_news(self, conversation_id: str, since: datetime) -> Addressee | None:
        """Tell where news go; None without a confirmed address, or when they were seen already."""
        async with self._session() as session:
            known = await proof.address(session, conversation_id, confirmed=True)
            if known is None or await proof.wrote_since(session, conversation_id, since):
                return None
            newest = tickets.Wanted(limit=1, conversation_id=conversation_id)
            found = await tickets.listed(session, newest)
            reference = found[0].reference if found else ""
            return Addressee(self._opened(known), _language(known), reference=reference)

    async def has_address(self, conversation_id: str) -> bool:
        """True when an address was left in a conversation, confirmed or not."""
        async with self._session() as session:
            return await proof.address(session, conversation_id, confirmed=False) is not None

    async def tidy(self) -> None:
        """Delete old codes and what the outbox ended long ago."""
        async with self._work() as session:
            await proof.tidy(session, self._clock())
            await outbox.tidy(session, self._clock())

    def fingerprint(self, address: str) -> str:
        """The name under which a mailbox is counted; nobody can read it back without the key."""
        return hmac.new(self._keys[0], address.lower().encode(), hashlib.sha256).hexdigest()

    def _opened(self, row: MailAddressRow) -> str:
        return self._seal.open(row.sealed, row.conversation_id)

    def _is_code(self, digest: str, code_id: str, given: str) -> bool:
        """True for the right code, also when the key changed since it was sent."""
        return any(hmac.compare_digest(digest, _digest(key, code_id, given)) for key in self._keys)


def _digest(key: bytes, code_id: str, code: str) -> str:
    return hmac.new(key, f"{code_id}\n{code}".encode(), hashlib.sha256).hexdigest()


def _language(row: MailAddressRow) -> Language:
    return "zh" if row.language == "zh" else "en"
