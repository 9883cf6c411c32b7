"""A backup as one file: a tar archive, encrypted to a public key (age, https://age-encryption.org).

Only the public key lies on the server; whoever steals server and backup still cannot read it.
"""

from __future__ import annotations

import io
import os
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final, Literal

import pyrage

from bot.desk.backup import BackupBroken

_AGE: Final = b"age-encryption.org/"


def new_identity() -> tuple[str, str]:
    """Make a pair of keys: the secret identity that opens backups, the recipient that closes."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def check_recipient(recipient: str) -> None:
    """Raise BackupBroken for what is no public key."""
    try:
        pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError:
        raise BackupBroken(
            "SEEDWARDEN_BACKUP_RECIPIENT is no public key: it begins with age1. Make a pair with "
            "'seedwarden backup-key'. Nothing was written."
        ) from None


@contextmanager
def writing(path: Path, recipient: str | None) -> Iterator[tarfile.TarFile]:
    """Open a new archive; it is there once it is whole, and not at all when something fails.

    Without ``recipient`` it is not encrypted. Raises BackupBroken when the file exists or cannot
    be written.
    """
    part = path.with_name(f"{path.name}.part")
    if path.exists():
        raise BackupBroken(f"{path.name} is there already and was left as it is.")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as out, _closed(out, recipient) as tar:
            yield tar
        part.replace(path)
    except OSError as error:
        raise BackupBroken(
            f"{path.name} cannot be written ({error.strerror}); there is no backup. Free room or "
            "choose another place."
        ) from error
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _closed(out: BinaryIO, recipient: str | None) -> Iterator[tarfile.TarFile]:
    if recipient is None:
        with tarfile.open(fileobj=out, mode="w|") as tar:
            yield tar
        return
    to = [pyrage.x25519.Recipient.from_str(recipient)]
    with (
        _Pipe("sink", lambda source: pyrage.encrypt_io(source, out, to)) as sink,
        tarfile.open(fileobj=sink, mode="w|") as tar,
    ):
        yield tar


@contextmanager
def reading(path: Path, identity: str | None) -> Iterator[tarfile.TarFile]:
    """Open an archive to read it from its beginning to its end.

    Raises:
        BackupBroken: the file cannot be read, is encrypted and no identity fits, or is damaged.
    """
    try:
        with path.open("rb") as file:
            is_closed = file.read(len(_AGE)) == _AGE
            file.seek(0)
            with _opened(file, identity if is_closed else None, is_closed=is_closed) as tar:
                yield tar
    except OSError as error:
        raise BackupBroken(f"{path.name} cannot be read ({error.strerror}).") from error
    except pyrage.DecryptError:
        raise BackupBroken(
            f"{path.name} does not open with this identity, or it is damaged; nothing was changed."
        ) from None
    except (tarfile.TarError, EOFError):
        raise BackupBroken(f"{path.name} is damaged or no backup; nothing was changed.") from None


@contextmanager
def _opened(file: BinaryIO, identity: str | None, *, is_closed: bool) -> Iterator[tarfile.TarFile]:
    if not is_closed:
        with tarfile.open(fileobj=file, mode="r|") as tar:
            yield tar
        return
    if identity is None:
        raise BackupBroken(
            f"{Path(file.name).name} is encrypted. Give the file that 'seedwarden backup-key' made "
            "with --identity. Nothing was changed."
        )
    try:
        keys = [pyrage.x25519.Identity.from_str(identity)]
    except pyrage.IdentityError:
        raise BackupBroken(
            "The identity is no secret key: it begins with AGE-SECRET-KEY-1. Nothing was changed."
        ) from None
    with (
        _Pipe("source", lambda sink: pyrage.decrypt_io(file, sink, keys)) as source,
        tarfile.open(fileobj=source, mode="r|") as tar,
    ):
        yield tar


class _Pipe:
    """Joins code that writes with code that reads: ``work`` gets one end in a thread of its own.

    Leaving the block closes our end, waits for the thread, and raises what failed there, unless
    it failed only because we left early.
    """

    def __init__(self, ours: Literal["source", "sink"], work: Callable[[BinaryIO], None]) -> None:
        reads, writes = os.pipe()
        source, sink = os.fdopen(reads, "rb"), os.fdopen(writes, "wb")
        self.end: BinaryIO = source if ours == "source" else sink
        self._theirs: BinaryIO = sink if ours == "source" else source
        self._work = work
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="backup")

    def __enter__(self) -> BinaryIO:
        self._thread.start()
        return self.end

    def _run(self) -> None:
        try:
            self._work(self._theirs)
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            self._failed = error
        finally:
            _close(self._theirs)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        _close(self.end)
        self._thread.join()
        if self._failed is not None and (kind is None or not isinstance(self._failed, OSError)):
            raise self._failed


def _close(end: BinaryIO) -> None:
    with suppress(OSError):
        end.close()


def add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    """Put a file into an archive."""
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), 0o600
    tar.addfile(info, io.BytesIO(content))


def files(tar: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    """The files of an archive in their order; anything but a plain file breaks it."""
    for info in tar:
        content = tar.extractfile(info) if info.isreg() else None
        if content is None:
            raise BackupBroken(f"{info.name} in the backup is no file; nothing was changed.")
        yield info.name, content.read()
