from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text

from bot.gateway.tokens import Tokens
from tests.cast import Customer

PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"
SPLIT = "gravity machine north sort system female filter attitude volume fold club stay"


async def test_a_conversation_begins_with_a_greeting_and_choices(customer):
    (greeting,) = customer.greeting
    assert greeting["author"] == "bot"
    assert greeting["choices"]
    assert set(greeting["choices"][0]) == {"id", "label"}
    assert len(customer.id) == 32


async def test_auto_takes_the_language_of_the_browser(http):
    answer = await http.post(
        "/api/v1/conversations", json={}, headers={"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}
    )
    assert answer.json()["messages"][0]["language"] == "zh"


async def test_a_message_is_answered_and_both_are_kept_in_order(customer):
    answered = await customer.write("hello there")
    assert answered["owner"] == "bot"
    seqs = [answered["message"]["seq"], *(reply["seq"] for reply in answered["replies"])]
    assert seqs == [2, 3]
    kept = await customer.messages()
    assert [message["author"] for message in kept] == ["bot", "customer", "bot"]


async def test_the_same_client_id_gives_the_same_answer_and_stores_nothing_twice(customer, engine):
    first = await customer.post(text="hello", client_id="same")
    again = await customer.post(text="hello", client_id="same")
    assert first.json() == again.json()
    assert len(engine.told) == 1
    assert len(await customer.messages()) == 3


async def test_ten_copies_sent_at_once_are_one_message(customer, settings, engine):
    answers = await asyncio.gather(
        *(customer.post(text="hello", client_id="same") for _ in range(settings.waiting_messages))
    )
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert len(engine.told) == 1


async def test_quick_messages_queue_in_order_and_none_overtakes(customer, engine):
    engine.gate = asyncio.Event()
    tasks = []
    for number in range(4):
        tasks.append(asyncio.create_task(customer.post(text=f"message number {number}")))
        await asyncio.sleep(0.05)
    engine.gate.set()
    await asyncio.gather(*tasks)
    assert [line for line, _ in engine.told] == [f"message number {n}" for n in range(4)]


async def test_a_full_queue_asks_to_come_back_later(customer, engine, settings):
    engine.gate = asyncio.Event()
    tasks = [
        asyncio.create_task(customer.post(text=f"number {n}"))
        for n in range(settings.waiting_messages + 4)
    ]
    await asyncio.sleep(0.5)
    engine.gate.set()
    answers = await asyncio.gather(*tasks)
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in refused)


async def test_a_recovery_phrase_is_neither_kept_nor_passed_on(customer, engine, settings):
    answered = await customer.write(f"here it is: {PHRASE}")
    assert answered["message"]["findings"] == [{"kind": "seed_phrase"}]
    assert engine.told == [('/secret_shared{"kind": "seed_phrase"}', "en")]
    assert "winner" not in str(await customer.messages())
    for path in settings.var_folder.rglob("*"):
        if path.is_file():
            assert b"winner" not in path.read_bytes()


async def test_a_warning_that_mentions_the_words_recovery_phrase_is_left_alone(customer, engine):
    answered = await customer.write("should I tell support my recovery phrase?")
    assert answered["message"]["findings"] == []
    assert engine.told[0][0] == "should I tell support my recovery phrase?"


async def test_a_phrase_split_over_messages_is_taken_out_of_the_earlier_ones_too(customer, engine):
    words = SPLIT.split()
    await customer.write(" ".join(words[:4]))
    await customer.write(" ".join(words[4:8]))
    last = await customer.write(" ".join(words[8:]))
    assert last["message"]["findings"]
    kept = str(await customer.messages())
    assert not [word for word in words if word in kept]
    assert engine.forgotten


async def test_a_told_pin_is_masked_warned_about_and_the_rest_is_answered(customer, engine):
    answered = await customer.write("my pin is 4821 and the screen stays black")
    assert not [one for one in await customer.messages() if "4821" in one["text"]]
    assert engine.told[0][0].endswith("and the screen stays black")
    assert len(answered["replies"]) == 2


async def test_the_reply_follows_the_language_of_the_message(customer, engine):
    answered = await customer.write("我的Ledger屏幕不亮了")
    assert engine.told[-1][1] == "zh"
    assert answered["replies"][0]["language"] == "zh"
    answered = await customer.write("sorry, I would like to write in English")
    assert answered["replies"][0]["language"] == "en"


async def test_a_message_in_both_languages_goes_with_the_conversation(http, engine):
    customer = await Customer(http).begin("en")
    await customer.write("please help, my wallet is stuck")
    answered = await customer.write("my screen is black 屏幕黑了 请问 怎么办 please help me")
    assert engine.told[-1][1] == answered["replies"][0]["language"] == "en"
    answered = await customer.write("我的Ledger屏幕不亮了")
    assert engine.told[-1][1] == answered["replies"][0]["language"] == "zh"


async def test_a_pasted_english_phrase_does_not_turn_a_chinese_conversation_english(http):
    customer = await Customer(http).begin("zh")
    answered = await customer.write(PHRASE)
    assert answered["replies"][0]["language"] == "zh"
    assert answered["message"]["text"] == "［恢复词已删除］"


async def test_the_language_switch_holds_whatever_the_customer_writes(customer, engine):
    await customer.choose("language:zh")
    assert engine.told[-1] == ('/change_language{"language": "zh"}', "zh")
    answered = await customer.write("Ledger Nano X error 0x6985 please")
    assert answered["replies"][0]["language"] == "zh"


async def test_an_offered_choice_sends_its_payload_and_shows_its_label(customer, engine):
    choice = customer.greeting[0]["choices"][0]
    answered = await customer.choose(choice["id"])
    assert answered["message"]["text"] == choice["label"]
    assert engine.told[-1][0].startswith("/")


async def test_a_choice_that_is_not_offered_is_refused_and_nothing_is_kept(customer):
    await customer.write("hello")
    answer = await customer.post(choice="made_up")
    assert answer.status_code == 422
    assert answer.json()["type"] == "/problems/unknown-choice"
    assert len(await customer.messages()) == 3


@pytest.mark.parametrize("reason", ["slow", "ConnectError", "nonsense", "status 503"])
async def test_without_the_engine_the_message_is_kept_and_a_person_is_offered(
    customer, engine, reason
):
    engine.fails = reason
    answered = await customer.write("my transfer is stuck")
    (reply,) = answered["replies"]
    assert "kept" in reply["text"]
    assert [choice["id"] for choice in reply["choices"]] == ["talk_to_human"]


async def test_without_the_engine_a_person_is_still_asked_for(customer, engine, desk):
    engine.fails = "slow"
    await customer.write("my transfer is stuck")
    answered = await customer.choose("talk_to_human")
    (ticket,) = await desk.tickets()
    assert ticket.reference in answered["replies"][0]["text"]
    assert ticket.priority == "high"


async def test_a_choice_that_met_no_engine_can_be_taken_again(customer, engine):
    choice = customer.greeting[0]["choices"][0]["id"]
    engine.fails = "slow"
    await customer.choose(choice)
    engine.fails = None
    assert (await customer.choose(choice))["replies"]
    assert len(engine.told) == 2


async def test_without_the_engine_a_phrase_still_gets_the_safety_answer(customer, engine):
    engine.fails = "slow"
    answered = await customer.write(PHRASE)
    assert "new wallet" in answered["replies"][0]["text"]


async def test_a_reply_that_the_content_does_not_know_is_never_shown(customer, engine):
    engine.answers["hello"] = [{"reply": "no_such_reply"}]
    answered = await customer.write("hello")
    assert "kept" in answered["replies"][0]["text"]


async def test_a_late_reply_is_dropped_when_the_conversation_changed_hands(customer, engine, desk):
    engine.gate = asyncio.Event()
    task = asyncio.create_task(customer.post(text="hello"))
    await asyncio.sleep(0.2)
    async with desk._work() as session:
        await session.execute(text("UPDATE conversation SET epoch = epoch + 1, owner = 'human'"))
    engine.gate.set()
    assert (await task).json()["replies"] == []
    kept = await customer.messages()
    assert [message["author"] for message in kept] == ["bot", "customer"]


async def test_while_a_person_owns_it_nothing_is_sent_to_the_engine(customer, engine, desk):
    async with desk._work() as session:
        await session.execute(text("UPDATE conversation SET epoch = epoch + 1, owner = 'human'"))
    answered = await customer.write("are you there?")
    assert answered["owner"] == "human"
    assert answered["replies"] == []
    assert engine.told == []


async def test_who_says_that_it_is_the_bot(customer):
    assert (await customer.get("who")).json() == {"owner": "bot", "agent": None, "mark": None}


async def test_another_conversations_token_a_guess_and_no_token_reveal_nothing(customer, http):
    other = await Customer(http).begin()
    path = f"/api/v1/conversations/{customer.id}/messages"
    foreign = await http.get(path, headers=other.headers)
    guessed = await http.get(f"/api/v1/conversations/{'0' * 32}/messages", headers=other.headers)
    assert foreign.status_code == guessed.status_code == 404
    assert foreign.json() == guessed.json()
    for header in ("", "Bearer", "Bearer nonsense", f"Basic {customer.token}"):
        answer = await http.get(path, headers={"Authorization": header})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_an_expired_token_opens_nothing(customer, http, settings):
    token, _ = Tokens(settings.keys(), -10).make(customer.id)
    answer = await http.get(
        f"/api/v1/conversations/{customer.id}/messages",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 401
