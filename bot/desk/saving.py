"""Backup and restore: the database and the attachments as one archive, and back.

The archive holds ``tables/<name>/<number>.jsonl``, ``attachments/<folder>/<file>`` as they lie on
the disk (encrypted), and at its end ``manifest.json`` with counts and sums of all of it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from bot.desk import archive, backup
from bot.desk.backup import BackupBroken, Rows, Sum, Sums
from bot.desk.database import downgrade, migrate, open_database
from bot.desk.vault import PART
from bot.keys import Keys

_FORMAT: Final = 1
_MANIFEST: Final = "manifest.json"
_TABLES: Final = "tables"
_FILES: Final = "attachments"


@dataclass(frozen=True, slots=True)
class Saved:
    """What a backup holds; ``key`` is the fingerprint of the signing key.

    ``missing`` counts attachments that the database knows and the folder has not.
    """

    revision: str
    at: str
    key: str
    tables: dict[str, dict[str, Any]]
    files: dict[str, Any]
    missing: int = 0

    @property
    def rows(self) -> int:
        """How many rows of all tables."""
        return sum(int(told["count"]) for told in self.tables.values())


@dataclass(frozen=True, slots=True)
class Saving:
    """The desk at ``url`` and its attachments in ``folder``."""

    url: str
    folder: Path
    keys: Keys

    async def backup(self, path: Path, recipient: str | None) -> Saved:
        """Write a new archive while the product runs; all of it is of one moment.

        Raises:
            BackupBroken: the archive exists or cannot be written; nothing is left half done.
        """
        engine = open_database(self.url)
        try:
            async with engine.connect() as connection:
                return await connection.run_sync(lambda sync: self._save(sync, path, recipient))
        finally:
            await engine.dispose()

    def _save(self, connection: Connection, path: Path, recipient: str | None) -> Saved:
        backup.begin_snapshot(connection)
        with archive.writing(path, recipient) as tar:
            revision, sums, names = backup.revision(connection), Sums(), set[str]()
            for number, rows in enumerate(backup.read(connection)):
                sums.add(rows)
                archive.add(tar, f"{_TABLES}/{rows.table}/{number:06d}.jsonl", b"".join(rows.lines))
                if rows.table == "attachment":
                    names.update(json.loads(line)["id"] for line in rows.lines)
            files, missing = self._save_files(tar, names)
            now = datetime.now(UTC).isoformat()
            key = _fingerprints(self.keys)[0]
            saved = Saved(revision, now, key, sums.told(), files.told(), missing)
            archive.add(tar, _MANIFEST, _written(saved))
        return saved

    def _save_files(self, tar: tarfile.TarFile, names: set[str]) -> tuple[Sum, int]:
        """The files that the snapshot knows, and how many of them are not there.

        One that was erased since the snapshot is gone for good.
        """
        counted, found = Sum(), set[str]()
        for path in sorted(self.folder.glob("*/*")):
            if path.name.partition(".")[0] in names and path.suffix != PART:
                try:
                    content = path.read_bytes()
                except FileNotFoundError:
                    continue
                name = f"{_FILES}/{path.parent.name}/{path.name}"
                archive.add(tar, name, content)
                counted.add(name.encode() + b"\n" + content)
                found.add(path.name.partition(".")[0])
        return counted, len(names - found)

    async def restore(self, path: Path, identity: str | None) -> Saved:
        """Read an archive into an empty database and an empty folder, and compare all sums.

        Raises:
            BackupBroken: it is damaged or does not fit, or something is there already; nothing
                was changed then.
        """
        if self.folder.exists() and any(self.folder.iterdir()):
            raise BackupBroken(
                f"The folder {self.folder.name} is not empty; nothing was changed. Restore into "
                "a new one: set SEEDWARDEN_VAR to it."
            )
        await self._check_empty()
        saved = _manifest(path, identity)
        await migrate(self.url)
        await self._lay_out(saved.revision)
        engine = open_database(self.url)
        try:
            async with engine.begin() as connection:
                await connection.run_sync(lambda sync: self._load(sync, path, identity, saved))
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        finally:
            await engine.dispose()
        await migrate(self.url)
        return saved

    async def _check_empty(self) -> None:
        engine = open_database(self.url)
        try:
            async with engine.connect() as connection:
                await connection.run_sync(backup.check_empty)
        finally:
            await engine.dispose()

    async def _lay_out(self, revision: str) -> None:
        """Give the empty tables the shape that they had when the backup was made."""
        try:
            await downgrade(self.url, revision)
        except Exception as error:
            raise BackupBroken(
                f"The backup is of revision {revision}, which this version does not know. Restore "
                "it with the version that made it, or a newer one. Nothing was changed."
            ) from error

    def _load(self, connection: Connection, path: Path, identity: str | None, saved: Saved) -> None:
        files = Sum()
        with archive.reading(path, identity) as tar:
            for name, content in archive.files(tar):
                kind, _, rest = name.partition("/")
                if kind == _TABLES:
                    table = rest.partition("/")[0]
                    backup.write(connection, Rows(table, content.splitlines(keepends=True)))
                elif kind == _FILES:
                    self._keep(rest, content)
                    files.add(name.encode() + b"\n" + content)
        backup.count_on(connection)
        found = Sums()
        for rows in backup.read(connection):
            found.add(rows)
        if found.told() != saved.tables or files.told() != saved.files:
            raise BackupBroken(
                "What was restored is not what the backup says was saved; nothing was kept."
            )

    def _keep(self, rest: str, content: bytes) -> None:
        """Write a file below the folder and nowhere else."""
        path = self.folder / rest
        if path.resolve().parent.parent != self.folder.resolve():
            raise BackupBroken(f"{rest} in the backup lies outside the folder; nothing was kept.")
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)

    def opens(self, saved: Saved) -> bool:
        """True when our keys open what the backup holds encrypted."""
        return saved.key in _fingerprints(self.keys)


def _fingerprints(keys: Keys) -> list[str]:
    return [hashlib.sha256(key).hexdigest()[:16] for key in keys.derive("backup fingerprint")]


def _written(saved: Saved) -> bytes:
    return json.dumps({"format": _FORMAT, **asdict(saved)}, indent=1).encode()


def _manifest(path: Path, identity: str | None) -> Saved:
    """Read an archive to its end, where its manifest stands: a damaged one is known before use."""
    raw = b""
    with archive.reading(path, identity) as tar:
        for name, content in archive.files(tar):
            raw = content if name == _MANIFEST else b""
    try:
        told = json.loads(raw)
        if told.pop("format") != _FORMAT:
            raise BackupBroken(
                f"{path.name} has a form that this version does not know; nothing was changed."
            )
        return Saved(**told)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise BackupBroken(
            f"{path.name} ends before its end or is no backup; nothing was changed."
        ) from None
