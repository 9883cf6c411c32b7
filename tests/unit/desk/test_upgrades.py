"""Each migration on a filled database, forward and back, and beside the version before it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from bot.desk import backup
from bot.desk.database import DatabaseNotReady, alembic_config, downgrade, migrate, open_database
from bot.desk.saving import Saving
from bot.desk.service import Desk
from bot.desk.vault import Vault
from tests.unit.desk.test_keys import BEFORE, filled

REVISIONS = [
    script.revision
    for script in reversed(list(ScriptDirectory.from_config(alembic_config("")).walk_revisions()))
]
ONWARD = set(REVISIONS[REVISIONS.index("0010") :])
"""From here on old code must be able to work on new tables: before, nobody had more than one."""


async def looked_at(url, look):
    engine = open_database(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(look)
    finally:
        await engine.dispose()


def shape(connection):
    """Table → column → whether old code may leave it out."""
    known = inspect(connection)
    return {
        table: {
            column["name"]: column["nullable"] or column["default"] is not None
            for column in known.get_columns(table)
        }
        for table in known.get_table_names()
    }


async def shapes(url):
    """What each revision's tables look like, the first one first."""
    found = {}
    for revision in REVISIONS:
        await migrate(url, revision)
        found[revision] = await looked_at(url, shape)
    return found


async def test_code_of_the_version_before_works_on_the_new_tables(database_url):
    """Rolling upgrades: the first new gateway migrates while old ones go on reading and writing."""
    found = await shapes(database_url)
    for before, after in pairwise(REVISIONS):
        if before not in ONWARD:
            continue
        for table, columns in found[before].items():
            assert table in found[after], f"{after} takes the table {table} away"
            gone = set(columns) - set(found[after][table])
            assert not gone, f"{after} takes {gone} of {table} away"
            new = set(found[after][table]) - set(columns)
            wanted = {name for name in new if not found[after][table][name]}
            assert not wanted, f"{after} wants {wanted} of {table}, which old code leaves out"


async def test_a_gateway_of_the_version_before_starts_again_on_newer_tables(database_url, desk):
    """One that dies in the middle of a rolling upgrade must come back."""
    talk = (await desk.create_conversation("en", is_chosen=True)).id
    newer = str(int(REVISIONS[-1]) + 1).zfill(4)
    await told(database_url, f"UPDATE alembic_version SET version_num = '{newer}'")  # noqa: S608
    await migrate(database_url)
    assert await looked_at(database_url, backup.revision) == newer
    assert (await desk.conversation(talk)).id == talk


async def told(url, statement):
    engine = open_database(url)
    async with engine.begin() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


async def test_a_revision_that_is_nobodys_is_no_newer_version(database_url):
    await migrate(database_url)
    await told(database_url, "UPDATE alembic_version SET version_num = '0000x'")
    with pytest.raises(DatabaseNotReady):
        await migrate(database_url)


def counted(connection):
    return {
        table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608
        for table in inspect(connection).get_table_names()
        if table != "alembic_version"
    }


@pytest.mark.parametrize("revision", REVISIONS[-4:])
async def test_a_filled_database_goes_back_and_forward_and_keeps_what_both_know(
    database_url, desk, tmp_path, revision
):
    talk = await filled(desk, Vault(tmp_path / "attachments", BEFORE))
    messages = await desk.messages(talk)
    before = await looked_at(database_url, counted)
    await desk.close()

    await downgrade(database_url, revision)
    kept = await looked_at(database_url, counted)
    assert kept == {table: before[table] for table in kept}
    await migrate(database_url)

    again = Desk(open_database(database_url))
    assert await again.messages(talk) == messages
    after = await looked_at(database_url, counted)
    assert {table: after[table] for table in kept} == kept
    await again.close()


async def test_the_first_tables_can_be_reached_with_rows_in_them(database_url, desk, tmp_path):
    talk = await filled(desk, Vault(tmp_path / "attachments", BEFORE))
    await desk.close()
    await downgrade(database_url, REVISIONS[0])
    assert (await looked_at(database_url, counted))["message"] == 1
    await migrate(database_url)
    again = Desk(open_database(database_url))
    assert len(await again.messages(talk)) == 1
    await again.close()


async def test_a_backup_of_an_older_version_is_restored_and_brought_up_to_date(
    database_url, desk, tmp_path
):
    folder = tmp_path / "attachments"
    talk = await filled(desk, Vault(folder, BEFORE))
    await desk.close()
    await downgrade(database_url, "0006")
    saved = await Saving(database_url, folder, BEFORE).backup(tmp_path / "old.tar", None)
    assert saved.revision == "0006"
    assert "door_chat" not in saved.tables

    url = f"sqlite+aiosqlite:///{tmp_path}/restored.db"
    await Saving(url, tmp_path / "restored", BEFORE).restore(tmp_path / "old.tar", None)
    assert await looked_at(url, backup.revision) == REVISIONS[-1]
    again = Desk(open_database(url))
    assert len(await again.messages(talk)) == 1
    await again.close()


async def test_a_backup_of_a_newer_version_is_refused_and_changes_nothing(
    database_url, desk, tmp_path
):
    path = tmp_path / "new.tar"
    await Saving(database_url, tmp_path / "none", BEFORE).backup(path, None)
    raw = path.read_bytes()
    newest = f'"revision": "{REVISIONS[-1]}"'.encode()
    assert newest in raw
    path.write_bytes(raw.replace(newest, b'"revision": "9999"'))
    url = f"sqlite+aiosqlite:///{tmp_path}/restored.db"
    with pytest.raises(backup.BackupBroken, match="version that made it"):
        await Saving(url, tmp_path / "restored", BEFORE).restore(path, None)
    again = Desk(open_database(url))
    assert await again.is_ready()
    await again.close()
