"""Deletes in the chat what must not stand there: secrets, and what could not be read."""

from __future__ import annotations

import structlog

from bot.desk.credentials import Seal
from bot.desk.service import Desk
from bot.gateway.doors.messenger import Messenger, NotDelivered

_log = structlog.get_logger(__name__)


class Cleaning:
    """What is to be deleted is kept until it is, for as long as the messenger allows."""

    def __init__(self, messenger: Messenger, desk: Desk, seal: Seal) -> None:
        self._messenger = messenger
        self._desk = desk
        self._seal = seal

    async def unread(self, conversation_id: str, their_id: str) -> None:
        """Delete a message that was not read: it may hold a secret."""
        await self._desk.door_doom(conversation_id, their_id)
        await self.round(conversation_id)

    async def stopped(self, conversation_id: str) -> None:
        """Delete every message of a conversation that held a secret or a piece of one."""
        await self._desk.door_doom_stopped(conversation_id)
        await self.round(conversation_id)

    async def round(self, conversation_id: str | None = None) -> None:
        """Try once what has to be deleted now."""
        name = self._messenger.name
        for doomed in await self._desk.door_doomed(name, conversation_id):
            try:
                address = self._seal.open(doomed.address, doomed.conversation_id)
                await self._messenger.delete(address, doomed.their_id)
            except NotDelivered as error:
                _log.error("door_secret_not_deleted", door=name, reason=error.reason)
                if not error.is_refused:
                    continue
            except Exception as error:  # noqa: BLE001 - the others are deleted all the same
                _log.error("door_secret_not_deleted", door=name, reason=type(error).__name__)
                continue
            await self._desk.door_deleted(doomed.message_id)
