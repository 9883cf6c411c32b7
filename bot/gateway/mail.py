"""Mail to customers: plain text, no links, over the operator's own server."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any, Final

import aiosmtplib

from bot.content.language import Language
from bot.content.profile import profile
from bot.desk.outbox import Parcel
from bot.desk.proofs import Addressee, Proofs
from bot.gateway.outbox import Undeliverable
from bot.gateway.voice import ReplyUnknown, Voice
from bot.settings import Settings

_TIMEOUT_SECONDS: Final = 30
_HIDDEN: Final = "······"
"""Stands for the code while the guard reads a mail: it lets nobody send a code, not even us."""
_SITE: Final = "{site}"


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail in words; of its ``key`` the Message-ID is made, the same for the same letter."""

    subject: str
    text: str
    language: Language
    key: str


class Postbox:
    """Hands letters to the mail server of the settings; one connection a letter."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        # Whoever reads a mail server's log must not find out what a Message-ID was made of.
        self._naming = settings.keys().derive("mail id")[0]

    async def post(self, to: str, letter: Letter) -> None:
        """Send a letter.

        Raises:
            Undeliverable: the server will never take it.
            aiosmtplib.SMTPException, OSError: it may take it later.
        """
        given = self._settings
        try:
            await aiosmtplib.send(
                self._message(to, letter),
                hostname=given.mail_server,
                port=given.mail_port,
                username=given.mail_user or None,
                password=given.mail_password.get_secret_value() or None,
                use_tls=given.mail_tls == "tls",
                start_tls=given.mail_tls == "starttls",
                timeout=_TIMEOUT_SECONDS,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            if all(500 <= one.code < 600 for one in error.recipients):
                raise Undeliverable("recipient_refused") from None
            raise

    def _message(self, to: str, letter: Letter) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        sender = profile().name.of(letter.language)
        message["From"] = Address(sender, addr_spec=self._settings.mail_from)
        message["To"] = to
        message["Subject"] = letter.subject
        message["Date"] = datetime.now(UTC)
        name = hmac.digest(self._naming, letter.key.encode(), "sha256").hex()[:32]
        message["Message-ID"] = f"<{name}@{self._settings.mail_from.rpartition('@')[2]}>"
        message["Content-Language"] = letter.language
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        return message


@dataclass(frozen=True, slots=True)
class Letters:
    """Words letters from the authored replies; the outbound guard reads each of them."""

    voice: Voice
    site: str

    def of_code(self, addressee: Addressee, key: str) -> Letter:
        """The letter with a code; the code is put in after the guard has read the rest."""
        name = "mail__confirm" if addressee.confirms else "mail__code"
        letter = self._worded(name, addressee.language, key, code=_HIDDEN)
        return Letter(
            letter.subject,
            letter.text.replace(_HIDDEN, addressee.code),
            letter.language,
            letter.key,
        )

    def of_news(self, addressee: Addressee, key: str) -> Letter:
        """The letter that says that there is news, and how to see it; never what."""
        return self._worded("mail__news", addressee.language, key, reference=addressee.reference)

    def _worded(self, name: str, language: Language, key: str, **params: Any) -> Letter:
        told = {"params": {**params, "site": _SITE}}
        (text,), withheld = self.voice.drafts([{"reply": name, **told}], language)
        subject = self.voice.content.reply("mail__subject").render(language)
        if withheld:
            raise ReplyUnknown(name)
        return Letter(subject, f"{text.text}\n".replace(_SITE, self.site), language, key)


@dataclass(frozen=True, slots=True)
class CodeMail:
    """Sends codes; a request for a ticket that is nobody's ends here without a mail."""

    proofs: Proofs
    letters: Letters
    postbox: Postbox

    async def deliver(self, parcel: Parcel) -> None:
        """Make the code and send it."""
        addressee = await self.proofs.addressee_of_code(str(parcel.payload["code"]))
        if addressee is not None:
            # Every attempt makes a new code, so it is another letter: the lease is new as well.
            letter = self.letters.of_code(addressee, parcel.lease)
            await self.postbox.post(addressee.address, letter)


@dataclass(frozen=True, slots=True)
class NewsMail:
    """Tells that there is news, unless the customer wrote in the conversation since."""

    proofs: Proofs
    letters: Letters
    postbox: Postbox

    async def deliver(self, parcel: Parcel) -> None:
        """Send the notice to the confirmed address, if there still is one."""
        if parcel.conversation_id is None:
            return
        since = datetime.fromisoformat(parcel.payload["at"])
        addressee = await self.proofs.addressee_of_news(parcel.conversation_id, since)
        if addressee is not None:
            # A row's number may be given out again, not at the same moment.
            letter = self.letters.of_news(addressee, f"{parcel.id}:{parcel.created_at.isoformat()}")
            await self.postbox.post(addressee.address, letter)


class NoMail:
    """Stands for mail where no server is set: nothing is sent, nothing piles up."""

    async def deliver(self, parcel: Parcel) -> None:
        """Do nothing."""
