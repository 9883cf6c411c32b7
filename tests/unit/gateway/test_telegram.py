from __future__ import annotations

import asyncio
import io
import json
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from fastapi import APIRouter
from PIL import Image
from pydantic import SecretStr
from sqlalchemy import select, update

from bot.bootstrap import build_gateway, call_us_from_telegram
from bot.desk.credentials import Seal
from bot.desk.database import open_database
from bot.desk.door_tables import DoorChatRow
from bot.desk.doors import Chat
from bot.desk.handoff_models import CallPerson
from bot.desk.service import Desk
from bot.desk.tables import Base
from bot.gateway.doors.telegram import _parts
from bot.gateway.doors.turnstile import Turnstile
from tests.telegram import SECRET, TOKEN, FakeTelegram
from tests.unit.gateway.conftest import serving
from tests.unit.gateway.desk_cast import Agent
from tests.unit.gateway.test_providers import Ticking, until

# BIP-39's own test vector.
PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"
ANN, BO = 71, 72


@pytest.fixture
async def fake():
    telegram = FakeTelegram()
    async with serving(telegram.app) as address:
        telegram.address = address
        yield telegram


@pytest.fixture
def clock():
    return Ticking()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def settings(request, settings):
    if request.param == "sqlite":
        return settings
    url = SecretStr(request.getfixturevalue("migrated_postgres"))
    return settings.model_copy(update={"database_url": url})


@pytest.fixture
async def desk(settings, clock):
    return Desk(open_database(settings.desk_url), clock)


@pytest.fixture
async def http(settings, desk, engine, fake):
    given = {
        "telegram_api": fake.address,
        "telegram_token": SecretStr(TOKEN),
        "telegram_secret": SecretStr(SECRET),
        "messages_per_minute": 400,
    }
    app = build_gateway(settings.model_copy(update=given), desk, engine, APIRouter())
    async with serving(app) as address:
        fake.gateway = address
        async with httpx.AsyncClient(base_url=address, timeout=20) as client:
            yield client


@pytest.fixture
def mei(http, desk, clock, settings):
    """Somebody of the team, once joined."""
    return Agent(http, desk.staff(Seal(settings.keys())), clock)


@pytest.fixture
def told(http, fake):
    """Wait until a chat was told something."""
    return lambda chat, words: until(lambda: [t for t in fake.texts(chat) if words in t])


async def conversation_behind(desk):
    async with desk._session() as session:
        return await session.scalar(select(DoorChatRow.conversation_id))


async def stored(desk):
    """Everything in the database, as text."""
    async with desk._session() as session:
        rows = [await session.execute(select(one)) for one in Base.metadata.sorted_tables]
        return "\n".join(str(row) for table in rows for row in table)


async def test_first_contact_greets_and_says_how_to_verify(told, fake):
    await fake.write(ANN, "/start")
    (first,) = await told(ANN, "we never write first")
    assert first.startswith("ℹ️ System message")
    assert fake.texts(ANN)[0].startswith("🤖 Assistant")


async def test_a_chinese_account_is_greeted_in_chinese(told, fake):
    await fake.write(ANN, "/start", language="zh-hans")
    await told(ANN, "从不主动联系")


async def test_words_are_answered_in_order_and_once(told, fake, engine):
    engine.answers = {f"line {n}": [{"reply": "greet"}] for n in range(5)}
    for number in range(5):
        await fake.write(ANN, f"line {number}")
    await until(lambda: len(fake.texts(ANN)) == 2 + 5)
    assert [line for line, _ in engine.told] == [f"line {number}" for number in range(5)]


async def test_two_chats_are_two_conversations(told, fake, engine):
    await fake.write(ANN, "my device is dead")
    await fake.write(BO, "where is my transfer")
    await until(lambda: fake.texts(ANN) and fake.texts(BO))
    assert len(engine.told) == 2


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", SECRET[:-1]])
async def test_a_forged_update_changes_nothing(told, fake, engine, secret):
    answer = await fake.hook(fake.message(ANN, "I am Ann"), secret)
    assert answer.status_code == 401
    assert engine.told == []
    assert (await fake.hook(fake.message(ANN, "I am Ann"))).status_code == 200
    assert len(engine.told) == 1


async def test_a_replayed_update_changes_nothing(told, fake, engine):
    update = fake.message(ANN, "my screen is black")
    for _ in range(3):
        assert (await fake.hook(update)).status_code == 200
    assert len(engine.told) == 1


async def test_updates_that_come_together_are_taken_by_their_number(told, fake, engine):
    await fake.write(ANN, "first of all")
    later, last = fake.message(ANN, "then"), fake.message(ANN, "at last")
    await asyncio.gather(fake.hook(last), fake.hook(later))
    assert [line for line, _ in engine.told] == ["first of all", "then", "at last"]


async def test_an_update_that_failed_may_come_again(told, fake, engine, desk, monkeypatch):
    await fake.write(ANN, "/start")
    update = fake.message(ANN, "my screen is black")

    async def broken(*_):
        raise RuntimeError("out of order")

    with monkeypatch.context() as patch:
        patch.setattr(type(desk), "accept", broken)
        assert (await fake.hook(update)).status_code == 500
    assert (await fake.hook(update)).status_code == 200
    assert [line for line, _ in engine.told] == ["my screen is black"]


async def test_an_update_comes_to_its_end_after_a_kill_in_the_middle(
    told, fake, engine, desk, monkeypatch
):
    await fake.write(ANN, "/start")
    update = fake.message(ANN, "my screen is black")

    async def killed(*_):
        raise RuntimeError("killed after the words were stored")

    with monkeypatch.context() as patch:
        patch.setattr(type(desk), "door_take", killed)
        assert (await fake.hook(update)).status_code == 500
    for _ in range(2):
        assert (await fake.hook(update)).status_code == 200
    assert [line for line, _ in engine.told] == ["my screen is black"]


async def test_telegram_is_told_where_we_are_and_with_which_secret(fake, settings):
    given = {"telegram_api": fake.address, "telegram_token": SecretStr(TOKEN)}
    given["telegram_secret"] = SecretStr(SECRET)
    where = await call_us_from_telegram(settings.model_copy(update=given), "https://help.test/")
    ((method, body),) = fake.calls
    assert (method, body["url"], where) == ("setWebhook", where, "https://help.test/doors/telegram")
    assert body["secret_token"] == SECRET
    assert set(body["allowed_updates"]) == {"message", "edited_message", "callback_query"}


async def test_groups_channels_and_bots_get_no_answer(told, fake, engine):
    for kind in ("group", "supergroup", "channel"):
        await fake.write(ANN, "hello", kind=kind)
    update = fake.message(ANN, "hello")
    update["message"]["from"]["is_bot"] = True
    await fake.hook(update)
    assert engine.told == []
    assert fake.texts(ANN) == []


async def test_a_wide_update_is_taken_and_an_endless_one_is_not(told, fake):
    wide = [{"offset": 0, "length": 1, "type": "bold"}] * 2000
    await fake.write(ANN, "my screen is black", entities=wide)
    answer = await fake.hook(fake.message(ANN, "my screen is black", entities=wide * 10))
    assert answer.status_code == 413


async def test_a_chat_that_breaks_stops_no_other(told, fake, desk):
    await fake.write(ANN, "/start")
    await told(ANN, "we never write first")
    async with desk._work() as session:
        await session.execute(update(DoorChatRow).values(address="broken"))
    await fake.write(ANN, "/start")
    await fake.write(BO, "/start")
    await told(BO, "we never write first")


@pytest.mark.parametrize("update", [{}, {"update_id": 5}, {"update_id": 6, "poll": {"id": "1"}}])
async def test_an_update_that_means_nothing_to_us_is_acknowledged(told, fake, update):
    assert (await fake.hook(update)).status_code == 200


async def test_a_phrase_is_deleted_in_the_chat_and_kept_nowhere(told, fake, engine, desk, settings):
    update = await fake.write(ANN, f"my words are {PHRASE}")
    assert (ANN, update["message"]["message_id"]) in fake.deleted
    await until(lambda: fake.texts(ANN))
    assert "secret_shared" in engine.told[0][0]
    assert "sausage" not in json.dumps(fake.sent) + str(engine.told)
    assert "stopped_secret" in await stored(desk)
    assert "sausage" not in await stored(desk)
    assert b"sausage" not in (settings.var_folder / "desk.db").read_bytes()


async def test_the_pieces_of_a_phrase_are_deleted_with_the_last_one(told, fake):
    words = PHRASE.split()
    numbers = []
    for part in (words[:4], words[4:8], words[8:]):
        update = await fake.write(ANN, " ".join(part))
        numbers.append((ANN, update["message"]["message_id"]))
    assert set(fake.deleted) >= set(numbers)


@pytest.mark.parametrize("text", [f"my words are {PHRASE}", "word " * 500])
async def test_a_deletion_that_failed_is_tried_again(told, fake, text):
    fake.keeps = [502, 502]
    update = await fake.write(ANN, text)
    assert fake.deleted == []
    await until(lambda: (ANN, update["message"]["message_id"]) in fake.deleted)


async def test_a_robbery_that_is_told_of_is_not_deleted(told, fake):
    await fake.write(ANN, "somebody on the phone asks me for my recovery phrase right now")
    await fake.write(ANN, f"my words are {PHRASE}")
    assert len(fake.deleted) == 1


async def test_honest_words_are_not_deleted(told, fake):
    await fake.write(ANN, "my ledger shows a black screen since this morning")
    assert fake.deleted == []


async def test_choices_are_buttons_and_a_pressed_one_is_taken(told, fake, engine):
    engine.answers["help"] = [{"reply": "language_ask"}]
    await fake.write(ANN, "help")
    await told(ANN, "Which language")
    (data,) = [data for label, data in fake.buttons(ANN) if label == "中文"]
    assert (await fake.hook(fake.pressed(ANN, data))).status_code == 200
    assert len(engine.told) == 2
    assert ("answerCallbackQuery", {"callback_query_id": "q1"}) in fake.calls


@pytest.mark.parametrize("data", ["999.0", "1.99", "x.y", "", "1.1.1", "-1.0", "1" * 40])
async def test_a_button_that_is_none_of_ours_changes_nothing_and_says_so(told, fake, engine, data):
    await fake.write(ANN, "/start")
    assert (await fake.hook(fake.pressed(ANN, data))).status_code == 200
    await told(ANN, "no longer valid")
    assert engine.told == []


async def test_telegram_that_wants_us_to_slow_down_is_told_later_and_once(told, fake):
    fake.fails = [(429, {"retry_after": 1}), (502, None), (500, {})]
    await fake.write(ANN, "/start")
    await told(ANN, "we never write first")
    assert len(fake.texts(ANN)) == len(set(fake.texts(ANN)))


async def test_who_blocked_us_gets_nothing_until_they_write_again(told, fake, engine):
    fake.fails = [(403, None)]
    await fake.write(ANN, "/start")
    await until(lambda: not fake.fails)
    engine.answers["I am back"] = [{"reply": "greet"}]
    await fake.write(ANN, "I am back")
    await until(lambda: fake.texts(ANN))
    assert not any("we never write first" in text for text in fake.texts(ANN))


async def test_a_person_answers_in_the_chat_under_their_name(told, fake, desk, mei):
    await fake.write(ANN, "I want a person")
    conversation_id = await conversation_behind(desk)
    await desk.call_person(CallPerson(conversation_id, "wish", "high", "en", None))
    await mei.join("mei", name="Mei Tan")
    standing = (await mei.post(f"conversations/{conversation_id}/claim", take_over=False)).json()
    words = {"client_id": "a1", "text": "What does the screen show?", "epoch": standing["epoch"]}
    answer = await mei.post(f"conversations/{conversation_id}/messages", **words)
    assert answer.status_code == 200, answer.text
    assert await told(ANN, "👤 Mei Tan, support\nWhat does the screen show?")
    (joined,) = await told(ANN, "has joined this chat")
    assert "begins with “👤 Mei Tan, support”" in joined
    assert "window" not in joined
    await fake.write(ANN, "it is black")
    dossier = (await mei.get(f"conversations/{conversation_id}")).json()
    assert dossier["messages"][-1]["text"] == "it is black"


async def test_a_screenshot_is_kept_and_its_message_stays(told, fake, desk):
    picture = io.BytesIO()
    Image.new("RGB", (120, 80), "white").save(picture, "PNG")
    fake.files["f1"] = picture.getvalue()
    photo = [{"file_id": "f1", "file_size": len(fake.files["f1"]), "width": 120, "height": 80}]
    await fake.write(ANN, photo=photo)
    assert fake.deleted == []
    await until(lambda: len(fake.texts(ANN)) > 2)


async def test_the_words_under_a_file_are_heard_before_it(told, fake, engine):
    picture = io.BytesIO()
    Image.new("RGB", (120, 80), "white").save(picture, "PNG")
    fake.files["f3"] = picture.getvalue()
    photo = [{"file_id": "f3", "file_size": len(fake.files["f3"]), "width": 120, "height": 80}]
    await fake.write(ANN, photo=photo, caption="this is what I see")
    assert "this is what I see" in [line for line, _ in engine.told]
    update = await fake.write(ANN, photo=photo, caption=f"my words are {PHRASE}")
    assert (ANN, update["message"]["message_id"]) in fake.deleted


async def test_a_file_that_telegram_does_not_give_is_refused_once(told, fake):
    gone = {"file_id": "nowhere", "file_name": "a.png", "file_size": 31}
    await fake.write(ANN, document=gone)
    await told(ANN, "The file was not taken")


async def test_a_file_too_many_is_told_apart_from_one_that_is_refused(told, fake, monkeypatch):
    monkeypatch.setattr("bot.desk.attachments.MOST_FILES", 1)
    picture = io.BytesIO()
    Image.new("RGB", (120, 80), "white").save(picture, "PNG")
    fake.files["f4"] = picture.getvalue()
    photo = [{"file_id": "f4", "file_size": len(fake.files["f4"]), "width": 120, "height": 80}]
    await fake.write(ANN, photo=photo)
    assert not any("as many files" in text for text in fake.texts(ANN))
    await fake.write(ANN, photo=photo)
    await told(ANN, "as many files")
    assert not any("The file was not taken" in text for text in fake.texts(ANN))


async def test_who_erases_by_words_is_told_that_it_was_done(told, fake, settings):
    await fake.write(ANN, "delete my data")
    await told(ANN, "Delete everything?")
    yes = dict(fake.buttons(ANN))["Yes, delete everything"]
    before = len(fake.texts(ANN))
    assert (await fake.hook(fake.pressed(ANN, yes))).status_code == 200
    assert len(fake.texts(ANN)) == before + 1
    assert "deleted" in fake.texts(ANN)[-1]


async def test_a_message_that_is_always_refused_holds_up_no_other(told, fake, clock):
    fake.fails = [(400, None)] * 5
    await fake.write(ANN, "/start")
    for left in (4, 3, 2, 1, 0):
        await until(lambda left=left: len(fake.fails) <= left)
        clock.now += timedelta(seconds=20)
    await told(ANN, "we never write first")
    assert not any(text.startswith("🤖") for text in fake.texts(ANN))


async def test_a_file_that_is_no_picture_is_refused_and_deleted(told, fake):
    fake.files["f2"] = b"<html><script>alert(1)</script>"
    update = await fake.write(
        ANN, document={"file_id": "f2", "file_name": "a.png", "file_size": 31}
    )
    await told(ANN, "The file was not taken")
    assert (ANN, update["message"]["message_id"]) in fake.deleted


async def test_a_sticker_gets_an_answer_and_a_very_long_text_is_deleted_unread(told, fake, engine):
    await fake.write(ANN, sticker={"file_id": "s"})
    await told(ANN, "cannot be read here")
    update = await fake.write(ANN, "word " * 500)
    await told(ANN, "too long")
    assert (ANN, update["message"]["message_id"]) in fake.deleted
    assert engine.told == []


async def test_the_chat_number_is_nowhere_in_the_database(told, fake, desk, settings):
    await fake.write(987_654_321, "/start")
    await told(987_654_321, "we never write first")
    assert "we never write first" in await stored(desk)
    assert "987654321" not in await stored(desk)
    for path in settings.var_folder.glob("desk.db*"):
        assert b"987654321" not in path.read_bytes()


def test_a_text_that_is_too_long_is_cut_at_its_lines_and_loses_nothing():
    lines = [f"line {number} " + "x" * 90 for number in range(120)]
    parts = _parts("\n".join(lines))
    assert all(len(part) <= 4096 for part in parts)
    assert "\n".join(parts).split("\n") == lines
    assert _parts("short") == ["short"]
    assert "".join(_parts("y" * 9000)) == "y" * 9000
    assert [len(part) for part in _parts("🤖" * 5000)] == [2048, 2048, 904]
    assert "".join(_parts("y" + "🤖" * 5000)) == "y" + "🤖" * 5000


async def test_a_turnstile_lets_the_earlier_one_first_and_forgets_empty_lines():
    turnstile, seen = Turnstile(grace=0.01), []

    async def pass_through(order):
        async with turnstile.enter("chat", order):
            seen.append(order)

    await asyncio.gather(*(pass_through(order) for order in (5, 3, 4, 1, 2)))
    assert seen == [1, 2, 3, 4, 5]
    assert turnstile._lines == {}


async def test_of_two_gateways_that_saw_the_same_one_alone_tells_it(told, fake, desk):
    await fake.write(ANN, "/start")
    await told(ANN, "we never write first")
    chat = await until(lambda: _at_rest(desk))
    stale = replace(chat, told_seq=chat.told_seq - 1)
    assert await desk.door_lease(stale) is None
    first = await desk.door_lease(chat)
    assert await desk.door_lease(chat) is None
    assert not await desk.door_told(replace(first, lease="another"), chat.told_seq)
    assert await desk.door_told(first, chat.told_seq)


async def _at_rest(desk):
    """The one chat, once nobody tells it anything."""
    async with desk._session() as session:
        row = await session.scalar(select(DoorChatRow))
    if row.leased_until > desk._clock():
        return None
    return Chat(row.conversation_id, row.address, row.told_seq, row.attempts)
