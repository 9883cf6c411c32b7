"""Where attachments lie: encrypted, in a folder that nobody serves."""

from __future__ import annotations

import asyncio
import hmac
import os
import shutil
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.errors import DeskUnavailable, NotFound
from bot.guard.safetext import SafeText
from bot.keys import Keys

PART: Final = ".part"
"""The ending of a file that is being written."""
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16
_WHOLE: Final = ""
_SMALL: Final = ".small"
_YOUNG_SECONDS: Final = 3600
"""A file of an upload under way has no row yet."""
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class NewAttachment:
    """A file that was read, judged and made anew, on its way in."""

    name: SafeText
    media_type: str
    content: bytes
    thumbnail: bytes
    width: int
    height: int
    pages: int


@dataclass(frozen=True, slots=True)
class _VaultKey:
    cipher: AESGCM
    naming: bytes


class Vault:
    """Files under random names in ``folder``, each encrypted with AES-256-GCM under its name.

    The key and the names of the folders, one a conversation, are derived from the signing key;
    what was kept under a former one is found and opened too.
    """

    def __init__(self, folder: Path, keys: Keys) -> None:
        self._keys = tuple(
            _VaultKey(AESGCM(key[:32]), key[32:]) for key in keys.derive("attachments", 64)
        )
        self.folder = folder

    async def keep(self, conversation_id: str, file_id: str, new: NewAttachment) -> None:
        """Write a file and its small picture; raises DeskUnavailable."""
        for part, content in ((_WHOLE, new.content), (_SMALL, new.thumbnail)):
            await _disk(partial(self._write, conversation_id, file_id + part, content))

    async def open(self, conversation_id: str, file_id: str, *, small: bool = False) -> bytes:
        """Read a file.

        Raises:
            NotFound: it is gone, was tampered with, or was sealed under a key we do not have.
        """
        name = file_id + (_SMALL if small else _WHOLE)
        for key in self._keys:
            with suppress(OSError, InvalidTag):
                return await asyncio.to_thread(self._read, key, conversation_id, name)
        raise NotFound("attachment")

    async def renew(self, conversation_id: str, file_id: str) -> bool:
        """Keep a file under the current key that was kept under a former one; true if it was.

        Raises DeskUnavailable: a file could not be written; it is still there as it was.
        """
        names = [file_id + part for part in (_WHOLE, _SMALL)]
        return any([await _disk(partial(self._renew, conversation_id, name)) for name in names])

    async def remove(self, conversation_id: str, file_id: str) -> None:
        """Delete one file."""
        for folder in self._folders(conversation_id):
            for part in (_WHOLE, _SMALL):
                await _disk(partial((folder / (file_id + part)).unlink, missing_ok=True))

    async def erase(self, conversation_id: str) -> None:
        """Delete all files of a conversation, whether the database still knows of them or not.

        ``bot.gateway.erasing`` and the round of every minute call it. Raises DeskUnavailable
        when something is left.
        """
        for folder in self._folders(conversation_id):
            await _disk(partial(_without, folder))

    async def sweep(self, known: Iterable[str]) -> int:
        """Delete files that the database does not know, an hour old at least; how many."""
        ids = set(known)
        return await _disk(lambda: self._swept(ids))

    def _swept(self, known: set[str]) -> int:
        removed, before = 0, time.time() - _YOUNG_SECONDS
        for path in list(self.folder.glob("*/*")):
            if path.name.partition(".")[0] not in known and path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
                removed += not path.name.endswith(_SMALL)
        return removed

    def _folders(self, conversation_id: str) -> list[Path]:
        return [self._of(key, conversation_id) for key in self._keys]

    def _of(self, key: _VaultKey, conversation_id: str) -> Path:
        name = hmac.digest(key.naming, conversation_id.encode(), "sha256")
        return self.folder / name.hex()[:32]

    def _read(self, key: _VaultKey, conversation_id: str, name: str) -> bytes:
        raw = (self._of(key, conversation_id) / name).read_bytes()
        if len(raw) < _NONCE_BYTES + _TAG_BYTES:  # cut off while it was written
            raise InvalidTag
        return key.cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], name.encode())

    def _renew(self, conversation_id: str, name: str) -> bool:
        """Write a file anew before the former one is deleted: a copy cut off counts not."""
        for key in self._keys[1:]:
            with suppress(FileNotFoundError, InvalidTag):
                content = self._read(key, conversation_id, name)
                self._write(conversation_id, name, content)
                (self._of(key, conversation_id) / name).unlink(missing_ok=True)
                return True
        return False

    def _write(self, conversation_id: str, name: str, content: bytes) -> None:
        """Put a whole file in its place, or none."""
        key = self._keys[0]
        folder = self._of(key, conversation_id)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        nonce = os.urandom(_NONCE_BYTES)
        sealed = nonce + key.cipher.encrypt(nonce, content, name.encode())
        part = folder / f"{name}{PART}"
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        part.replace(folder / name)


async def _disk(work: Callable[[], _Result]) -> _Result:
    """Work on files, off the event loop."""
    try:
        return await asyncio.to_thread(work)
    except OSError as error:
        raise DeskUnavailable(type(error).__name__) from None


def _without(folder: Path) -> None:
    """Delete all of a folder that can be deleted; raises OSError when that is not all of it."""
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.stat()
    except FileNotFoundError:
        return
    raise OSError("Files are left.")
