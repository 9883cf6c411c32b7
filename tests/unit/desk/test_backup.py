"""What was saved is what comes back, on either database, or nothing does."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect, text

from bot.cli import main
from bot.desk import archive, backup
from bot.desk.backup import BackupBroken
from bot.desk.database import downgrade, open_database
from bot.desk.models import Incoming, OpenTicket
from bot.desk.saving import Saving
from bot.desk.service import Desk
from bot.desk.tickets import Wanted
from bot.desk.vault import Vault
from bot.guard import scrub
from bot.keys import Keys
from bot.settings import ROOT
from tests.unit.desk.test_keys import AFTER, BEFORE, filled

IDENTITY, RECIPIENT = archive.new_identity()


@pytest.fixture
def saving(database_url, tmp_path):
    return Saving(database_url, tmp_path / "attachments", BEFORE)


@pytest.fixture
def elsewhere(request, database_url, tmp_path):
    """An empty database of the other kind and an empty folder."""
    if database_url.startswith("sqlite"):
        url = request.getfixturevalue("postgres_url")
    else:
        url = f"sqlite+aiosqlite:///{tmp_path}/restored.db"
    return Saving(url, tmp_path / "restored", BEFORE)


@pytest.fixture
async def talk(desk, saving):
    """A conversation with all that hangs on it, and one that names a Chinese problem."""
    conversation = await filled(desk, Vault(saving.folder, BEFORE))
    await desk.accept(conversation, Incoming("m2", "c2", scrub("转账一直没到"), "zh"))
    await desk.open_ticket(OpenTicket(conversation, "d", "tx_failed", "zh", summary="转账一直没到"))
    return conversation


async def reopened(saving):
    return Desk(open_database(saving.url))


async def test_a_backup_comes_back_into_another_database_whole(
    saving, talk, desk, elsewhere, tmp_path
):
    saved = await saving.backup(tmp_path / "desk.age", RECIPIENT)
    assert saved.tables["conversation"]["count"] == 1
    assert saved.tables["ticket"]["count"] == 2
    assert saved.files["count"] == 2

    assert await elsewhere.restore(tmp_path / "desk.age", IDENTITY) == saved
    restored = await reopened(elsewhere)
    assert await restored.messages(talk) == await desk.messages(talk)
    assert [t.reference for t in await restored.find_tickets(Wanted(words="转账"))] == [
        t.reference for t in await desk.find_tickets(Wanted(words="转账"))
    ]
    vault = Vault(elsewhere.folder, BEFORE)
    assert await vault.open(talk, "1" * 32) == b"picture"
    # The next rows are numbered after the restored ones.
    third = await restored.open_ticket(OpenTicket(talk, "e", "complaint", "en"))
    assert third.reference not in {t.reference for t in await desk.find_tickets(Wanted())}
    await restored.close()


async def test_a_backup_of_many_pages_is_whole(saving, desk, elsewhere, tmp_path):
    talk = (await desk.create_conversation("en", is_chosen=True)).id
    engine = open_database(saving.url)
    async with engine.begin() as connection:
        await connection.execute(
            text(
                "INSERT INTO door_update (door, number, at) "
                "VALUES ('telegram', :number, '2026-11-01 10:00:00+00:00')"
            )
            if engine.dialect.name == "sqlite"
            else text(
                "INSERT INTO door_update (door, number, at) "
                "VALUES ('telegram', :number, TIMESTAMPTZ '2026-11-01 10:00:00+00:00')"
            ),
            [{"number": f"{number}"} for number in range(2500)],
        )
    await engine.dispose()
    saved = await saving.backup(tmp_path / "desk.tar", None)
    assert saved.tables["door_update"]["count"] == 2500
    assert (await elsewhere.restore(tmp_path / "desk.tar", None)).tables == saved.tables
    restored = await reopened(elsewhere)
    assert (await restored.conversation(talk)).id == talk
    await restored.close()


async def test_a_process_that_imports_nothing_else_knows_every_table(saving, desk):
    """What a command has not imported would be missing from its backups."""
    lines = "from bot.desk import backup; print(*(table.name for table in backup.tables()))"
    alone = await asyncio.create_subprocess_exec(
        sys.executable, "-c", lines, stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    told, _ = await alone.communicate()
    engine = open_database(saving.url)
    async with engine.connect() as connection:
        names = set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))
    await engine.dispose()
    derived = {name for name in names if name.startswith("tally")}
    assert set(told.decode().split()) == names - derived - {"alembic_version"}


async def test_a_table_that_nobody_knows_is_not_left_out_in_silence(saving, talk, tmp_path):
    engine = open_database(saving.url)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE of_tomorrow (id INTEGER)"))
    await engine.dispose()
    with pytest.raises(BackupBroken, match="of_tomorrow"):
        await saving.backup(tmp_path / "desk.age", RECIPIENT)
    assert list(tmp_path.glob("desk.age*")) == []


async def test_attachments_that_are_not_there_are_counted(saving, talk, tmp_path):
    saved = await saving.backup(tmp_path / "whole.age", RECIPIENT)
    assert saved.missing == 0
    elsewhere = Saving(saving.url, tmp_path / "wrong folder", BEFORE)
    saved = await elsewhere.backup(tmp_path / "without.age", RECIPIENT)
    assert (saved.missing, saved.files["count"]) == (1, 0)


async def test_a_database_in_use_is_not_even_migrated(saving, talk, desk, tmp_path):
    path = tmp_path / "desk.tar"
    await saving.backup(path, None)
    await desk.close()
    await downgrade(saving.url, "0006")
    with pytest.raises(BackupBroken, match="not empty"):
        await Saving(saving.url, tmp_path / "new", BEFORE).restore(path, None)
    engine = open_database(saving.url)
    async with engine.connect() as connection:
        assert await connection.run_sync(backup.revision) == "0006"
    await engine.dispose()


async def test_an_encrypted_backup_says_nothing_without_its_identity(
    saving, talk, elsewhere, tmp_path
):
    path = tmp_path / "desk.age"
    await saving.backup(path, RECIPIENT)
    assert talk.encode() not in path.read_bytes()
    for identity in (None, archive.new_identity()[0], "no key"):
        with pytest.raises(BackupBroken, match=r"[Nn]othing was changed"):
            await elsewhere.restore(path, identity)
    await elsewhere.restore(path, IDENTITY)


async def test_a_damaged_backup_changes_nothing(saving, talk, elsewhere, tmp_path):
    path = tmp_path / "desk.age"
    await saving.backup(path, RECIPIENT)
    whole = path.read_bytes()
    other = bytes([whole[-1] ^ 1])
    for damaged in (whole[:-40], whole[: len(whole) // 2], b"", whole[:-1] + other):
        path.write_bytes(damaged)
        with pytest.raises(BackupBroken):
            await elsewhere.restore(path, IDENTITY)
        assert not elsewhere.folder.exists()
    path.write_bytes(whole)
    await elsewhere.restore(path, IDENTITY)


async def test_an_altered_row_is_noticed_by_the_sums(saving, talk, elsewhere, tmp_path):
    path = tmp_path / "desk.tar"
    await saving.backup(path, None)
    path.write_bytes(path.read_bytes().replace(b'"language": "zh"', b'"language": "en"', 1))
    with pytest.raises(BackupBroken, match="nothing was kept"):
        await elsewhere.restore(path, None)
    assert not elsewhere.folder.exists()
    restored = await reopened(elsewhere)
    assert await restored.find_tickets(Wanted()) == []
    await restored.close()


async def test_nothing_is_restored_over_what_is_there(saving, talk, tmp_path):
    path = tmp_path / "desk.age"
    await saving.backup(path, RECIPIENT)
    with pytest.raises(BackupBroken, match="not empty"):
        await saving.restore(path, IDENTITY)
    with pytest.raises(BackupBroken, match="not empty"):
        await Saving(saving.url, tmp_path / "new", BEFORE).restore(path, IDENTITY)
    with pytest.raises(BackupBroken, match="already"):
        await saving.backup(path, RECIPIENT)


async def test_a_file_outside_the_folder_is_refused(saving, talk, elsewhere, tmp_path):
    path, folder = tmp_path / "desk.tar", next(saving.folder.iterdir()).name
    await saving.backup(path, None)
    inside = f"attachments/{folder}/".encode()
    outside = b"attachments/../..".ljust(len(inside) - 1, b"x") + b"/"
    path.write_bytes(_renamed(path.read_bytes(), inside, outside))
    with pytest.raises(BackupBroken, match="outside"):
        await elsewhere.restore(path, None)
    assert not list(tmp_path.glob("..xx*"))


def _renamed(raw, old, new):
    """Rename in tar headers and mend their checksums."""
    at = 0
    while (at := raw.find(old, at)) >= 0:
        header = bytearray(raw[at : at + 512].replace(old, new))
        header[148:156] = b" " * 8
        header[148:156] = f"{sum(header):06o}\0 ".encode()
        raw = raw[:at] + bytes(header) + raw[at + 512 :]
        at += 512
    return raw


async def test_a_backup_under_another_signing_key_is_told(saving, talk, elsewhere, tmp_path):
    saved = await saving.backup(tmp_path / "desk.age", RECIPIENT)
    assert saving.opens(saved)
    assert Saving(saving.url, saving.folder, Keys(b"z" * 32, (BEFORE.current,))).opens(saved)
    assert not Saving(saving.url, saving.folder, AFTER).opens(saved)


async def test_what_is_written_while_a_backup_runs_is_not_in_it(
    saving, talk, desk, tmp_path, monkeypatch
):
    """All tables are of the moment before the first row was read."""
    before = len(await desk.messages(talk))
    read = backup.read

    def interrupted(connection):
        pages = read(connection)
        yield next(pages)
        with ThreadPoolExecutor(1) as another:
            another.submit(asyncio.run, _written_by_another(saving, talk)).result()
        yield from pages

    monkeypatch.setattr(backup, "read", interrupted)
    saved = await saving.backup(tmp_path / "desk.age", RECIPIENT)
    assert saved.tables["message"]["count"] == before
    assert len(await desk.messages(talk)) == before + 1


async def _written_by_another(saving, talk):
    other = await reopened(saving)
    await other.accept(talk, Incoming("m3", "c3", scrub("still there?"), "en"))
    await other.close()


def test_the_commands_keep_the_secret_key_apart(monkeypatch, tmp_path):
    monkeypatch.setenv("SEEDWARDEN_VAR", str(tmp_path / "one"))
    runner = CliRunner()
    assert runner.invoke(main, ["migrate"]).exit_code == 0
    refused = runner.invoke(main, ["backup", str(tmp_path / "plain")])
    assert refused.exit_code == 1
    assert "SEEDWARDEN_BACKUP_RECIPIENT" in refused.output
    assert not (tmp_path / "plain").exists()

    key = tmp_path / "backup.key"
    recipient = runner.invoke(main, ["backup-key", str(key)]).stdout.strip()
    assert runner.invoke(main, ["backup-key", str(key)]).exit_code == 1
    monkeypatch.setenv("SEEDWARDEN_BACKUP_RECIPIENT", recipient)
    made = runner.invoke(main, ["backup", str(tmp_path / "desk.age")])
    assert made.exit_code == 0, made.output
    assert json.loads(made.stdout)["encrypted"] is True

    monkeypatch.setenv("SEEDWARDEN_VAR", str(tmp_path / "two"))
    back = runner.invoke(main, ["restore", str(tmp_path / "desk.age"), "--identity", str(key)])
    assert back.exit_code == 0, back.output
    assert "another signing key" in back.stderr
    with sqlite3.connect(tmp_path / "two" / "desk.db") as database:
        assert database.execute("SELECT count(*) FROM conversation").fetchone() == (0,)
