from __future__ import annotations

import os
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from bot.desk import attachments
from bot.desk.attachments import AttachmentsFull, new_file_id
from bot.desk.models import Incoming
from bot.desk.retention import Periods
from bot.desk.vault import NewAttachment, Vault
from bot.errors import DeskUnavailable, NotFound
from bot.guard import scrub
from bot.keys import Keys

KEY = b"k" * 32


@pytest.fixture
def vault(tmp_path):
    return Vault(tmp_path / "attachments", Keys(KEY))


@pytest.fixture
async def talk(desk):
    return (await desk.create_conversation("en", is_chosen=False)).id


def new(size=10):
    return NewAttachment(scrub("screen.png"), "image/png", bytes(size), b"small", 4, 3, 1)


async def attach(desk, talk, *, client_id=None, size=10):
    incoming = Incoming(uuid4().hex, client_id or uuid4().hex, scrub("[Picture]"), "en")
    return await desk.attach(incoming, talk, new(size), new_file_id())


def files(vault):
    return [path for path in vault.folder.rglob("*") if path.is_file()]


async def test_a_file_is_listed_with_its_message(desk, talk):
    accepted, file = await attach(desk, talk)
    assert await desk.attachments(talk) == [file]
    assert await desk.attached(accepted.message.id) == file
    assert await desk.attachment(file.id) == file
    assert await desk.attached("nobody") is None
    with pytest.raises(NotFound):
        await desk.attachment("0" * 32)


async def test_an_address_before_an_ending_is_hidden_and_a_plain_name_is_not(desk, talk):
    _, file = await attach(desk, talk)
    assert file.masked_name == "screen.png"
    assert replace(file, name="mira@example.org.png").masked_name == "m•••.org.png"
    assert replace(file, name="mira@example.org").masked_name.count("mira") == 0


async def test_the_same_file_is_stored_once(desk, talk):
    await attach(desk, talk, client_id="same")
    with pytest.raises(IntegrityError):
        await attach(desk, talk, client_id="same")
    assert len(await desk.attachments(talk)) == 1


async def test_twenty_files_are_enough_and_the_last_one_leaves_no_message(desk, talk):
    for _ in range(attachments.MOST_FILES):
        await attach(desk, talk)
    with pytest.raises(AttachmentsFull):
        await attach(desk, talk)
    assert len(await desk.messages(talk)) == attachments.MOST_FILES


async def test_the_bytes_of_a_conversation_are_counted_together(desk, talk, monkeypatch):
    monkeypatch.setattr(attachments, "MOST_BYTES", 1000)
    await attach(desk, talk, size=600)
    with pytest.raises(AttachmentsFull):
        await attach(desk, talk, size=401)
    await attach(desk, talk, size=400)


async def test_erasing_and_old_age_take_the_list_along(desk, talk):
    _, file = await attach(desk, talk)
    await desk.erase(talk, "customer")
    assert file.id not in await desk.attachment_ids()
    old = (await desk.create_conversation("en", is_chosen=False)).id
    _, kept = await attach(desk, old)
    await desk.retain(Periods(messages=1, tickets=1, turns=1, audit=1))
    assert kept.id in await desk.attachment_ids()


async def test_what_lies_on_the_disk_says_nothing(vault):
    secret = NewAttachment(scrub("a.png"), "image/png", b"plain content", b"plain thumb", 4, 3, 1)
    await vault.keep("talk", "1" * 32, secret)
    assert await vault.open("talk", "1" * 32) == b"plain content"
    assert await vault.open("talk", "1" * 32, small=True) == b"plain thumb"
    for path in files(vault):
        assert b"plain" not in path.read_bytes()
        assert "talk" not in str(path.relative_to(vault.folder))
        assert path.stat().st_mode & 0o777 == 0o600


async def test_a_file_opens_only_under_its_own_name_and_key(vault, tmp_path):
    await vault.keep("talk", "1" * 32, new())
    await vault.keep("talk", "2" * 32, new())
    one, two = sorted(path for path in files(vault) if not path.suffix)
    two.write_bytes(one.read_bytes())
    with pytest.raises(NotFound):
        await vault.open("talk", "2" * 32)
    stranger = Vault(tmp_path / "attachments", Keys(b"x" * 32))
    for where, who in (("other", vault), ("talk", stranger)):
        with pytest.raises(NotFound):
            await who.open(where, "1" * 32)


async def test_erasing_takes_the_files_of_one_conversation_and_of_no_other(vault):
    await vault.keep("one", "1" * 32, new())
    await vault.keep("two", "2" * 32, new())
    await vault.erase("one")
    await vault.erase("one")
    assert {path.name[:1] for path in files(vault)} == {"2"}
    await vault.remove("two", "2" * 32)
    assert files(vault) == []


async def test_files_that_cannot_be_erased_are_told_and_not_taken_for_gone(vault, monkeypatch):
    await vault.keep("one", "1" * 32, new())
    with monkeypatch.context() as patch:  # the tests may run as root, whom no mode stops
        patch.setattr(os, "unlink", _refused)
        with pytest.raises(DeskUnavailable):
            await vault.erase("one")
    assert len(files(vault)) == 2
    await vault.erase("one")
    assert files(vault) == []


def _refused(*_args, **_options):
    raise PermissionError


async def test_a_sweep_takes_old_files_that_nobody_knows(vault):
    for name in "123":
        await vault.keep("talk", name * 32, new())
    for path in files(vault):
        if path.name[0] in "12":
            os.utime(path, (0, 0))
    assert await vault.sweep(["1" * 32]) == 1
    assert {path.name[0] for path in files(vault)} == {"1", "3"}, "a known one, a young one"
