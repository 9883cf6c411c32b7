"""A key is changed while people talk: nobody is logged out, and the former key can go."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from bot.cli import main
from bot.desk.credentials import Seal, SealBroken
from bot.desk.database import open_database
from bot.desk.door_keys import DoorKeys
from bot.desk.doors import NewChat
from bot.desk.models import Incoming, OpenTicket
from bot.desk.people_models import NewAgent
from bot.desk.people_tables import AgentRow
from bot.desk.proof_tables import MailAddressRow
from bot.desk.proofs import MAIL_ADDRESS
from bot.desk.resealing import Resealed, Resealing
from bot.desk.vault import NewAttachment, Vault
from bot.errors import NotFound, TokenInvalid
from bot.gateway.tokens import Tokens
from bot.guard import scrub
from bot.keys import Keys

OLD, NEW = b"o" * 32, b"n" * 32
BEFORE, DURING, AFTER = Keys(OLD), Keys(NEW, (OLD,)), Keys(NEW)
PASSWORD = "eleven blue herons"
FILE = NewAttachment(scrub("a.png"), "image/png", b"picture", b"small", 1, 1, 1)


def test_a_seal_opens_what_a_former_key_closed_and_closes_with_the_current_one():
    old = Seal(BEFORE).close("secret", "row")
    seal = Seal(DURING)
    assert seal.open(old, "row") == "secret"
    new = seal.renew(old, "row")
    assert seal.renew(new, "row") is None
    assert Seal(AFTER).open(new, "row") == "secret"
    with pytest.raises(SealBroken):
        Seal(AFTER).open(old, "row")
    with pytest.raises(SealBroken):
        seal.renew(old, "another row")


def test_a_customer_whose_access_a_former_key_signed_stays_in():
    token, _ = Tokens(BEFORE, 3600).make("talk")
    assert Tokens(DURING, 3600).read(token) == "talk"
    with pytest.raises(TokenInvalid):
        Tokens(AFTER, 3600).read(token)
    assert Tokens(AFTER, 3600).read(Tokens(DURING, 3600).make("talk")[0]) == "talk"
    with pytest.raises(TokenInvalid):
        Tokens(DURING, 3600).read(Tokens(Keys(b"x" * 32), 3600).make("talk")[0])


async def filled(desk, vault):
    """A conversation with an address, a chat of a messenger, a file, and an agent."""
    talk = (await desk.create_conversation("en", is_chosen=True)).id
    ticket = await desk.open_ticket(OpenTicket(talk, "c", "device_broken", "en"))
    await desk.proofs(BEFORE).leave(ticket.reference, talk, "reader@example.org", "en")
    chat = DoorKeys(BEFORE, "telegram")
    await desk.door_open(
        NewChat("telegram", chat.names("42")[0], chat.seal.close("42", talk), talk)
    )
    staff = desk.staff(Seal(BEFORE))
    setup = await staff.add(NewAgent("mei", "Mei", "admin"), "cli")
    await staff.choose_password(setup.token, PASSWORD)
    incoming = Incoming("file", "c1", scrub("a.png"), "en")
    await desk.attach(incoming, talk, FILE, "1" * 32)
    await vault.keep(talk, "1" * 32, FILE)
    return talk


@pytest.fixture
def vaults(tmp_path):
    return lambda keys: Vault(tmp_path / "attachments", keys)


async def test_everything_is_read_on_while_the_key_changes_and_without_the_former_one_after(
    desk, database_url, vaults
):
    talk = await filled(desk, vaults(BEFORE))
    names = DoorKeys(DURING, "telegram").names("42")
    assert await desk.door_conversation("telegram", names) == talk
    assert await vaults(DURING).open(talk, "1" * 32) == b"picture"

    engine = open_database(database_url)
    done = await Resealing(engine, DURING, vaults(DURING)).run()
    assert done == Resealed(addresses=1, second_steps=1, chats=1, files=1)
    assert await Resealing(engine, DURING, vaults(DURING)).run() == Resealed()

    names = DoorKeys(AFTER, "telegram").names("42")
    assert await desk.door_conversation("telegram", names) == talk
    assert await vaults(AFTER).open(talk, "1" * 32) == b"picture"
    assert await vaults(AFTER).open(talk, "1" * 32, small=True) == b"small"
    with pytest.raises(NotFound):
        await vaults(BEFORE).open(talk, "1" * 32)
    async with engine.connect() as connection:
        sealed = (await connection.execute(select(MailAddressRow.sealed))).scalar_one()
        steps = (await connection.execute(select(AgentRow.id, AgentRow.totp_secret))).all()
    await engine.dispose()
    assert Seal(AFTER, MAIL_ADDRESS).open(sealed, talk) == "reader@example.org"
    assert all(Seal(AFTER).open(secret, who) for who, secret in steps)


async def test_what_an_unknown_key_closed_is_counted_and_left_as_it_is(desk, database_url, vaults):
    talk = await filled(desk, vaults(BEFORE))
    engine = open_database(database_url)
    done = await Resealing(engine, AFTER, vaults(AFTER)).run()
    assert done == Resealed(unreadable=3)
    done = await Resealing(engine, DURING, vaults(DURING)).run()
    assert done.unreadable == 0
    assert await vaults(AFTER).open(talk, "1" * 32) == b"picture"
    await engine.dispose()


async def test_a_file_that_was_cut_off_while_it_was_renewed_is_renewed_again(vaults):
    """The disk was full, or the process was killed: the former copy is the good one."""
    await vaults(BEFORE).keep("talk", "1" * 32, FILE)
    during = vaults(DURING)
    folder = during._folders("talk")[0]
    folder.mkdir(parents=True)
    for cut in (b"", b"cut off here", b"x" * 400):
        (folder / ("1" * 32)).write_bytes(cut)
        assert await during.open("talk", "1" * 32) == b"picture"
    assert await during.renew("talk", "1" * 32)
    assert await vaults(AFTER).open("talk", "1" * 32) == b"picture"
    assert not list(folder.glob("*.part"))


async def test_a_customer_who_wrote_meanwhile_keeps_the_newer_conversation(
    desk, database_url, vaults
):
    """The former key was forgotten for a while, so the same chat stands there twice."""
    old = await filled(desk, vaults(BEFORE))
    new = (await desk.create_conversation("en", is_chosen=True)).id
    chat = DoorKeys(AFTER, "telegram")
    await desk.door_open(NewChat("telegram", chat.names("42")[0], chat.seal.close("42", new), new))
    engine = open_database(database_url)
    done = await Resealing(engine, DURING, vaults(DURING)).run()
    await engine.dispose()
    assert (done.chats, done.files, done.unreadable) == (1, 1, 0)
    assert await desk.door_conversation("telegram", chat.names("42")) == new != old


async def test_erasing_reaches_files_under_a_former_key(vaults):
    await vaults(BEFORE).keep("talk", "1" * 32, FILE)
    await vaults(DURING).keep("talk", "2" * 32, FILE)
    await vaults(DURING).erase("talk")
    for keys in (BEFORE, DURING):
        for name in ("1" * 32, "2" * 32):
            with pytest.raises(NotFound):
                await vaults(keys).open("talk", name)


def test_the_command_says_what_it_did_and_how_long_the_former_key_is_needed(monkeypatch, tmp_path):
    monkeypatch.setenv("SEEDWARDEN_VAR", str(tmp_path))
    runner = CliRunner()
    made = runner.invoke(main, ["keys", "new"]).output.strip()
    assert len(made) == 64
    monkeypatch.setenv("SEEDWARDEN_SECRET_KEY", made)
    answer = runner.invoke(main, ["keys", "renew"])
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.stdout)["unreadable"] == 0
    assert "30 days" in answer.stderr
    assert made not in answer.output
