from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from bot.desk.credentials import Seal
from bot.desk.database import open_database
from bot.desk.models import OpenTicket
from bot.desk.outbox_tables import OutboxRow
from bot.desk.service import Desk
from bot.guard import inspect, signals_in
from tests.cast import Customer
from tests.unit.gateway.desk_cast import Agent, Clock

FIVE = ["rate:5", "rate:4", "rate:3", "rate:2", "rate:1"]
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])
SOLVED = {"zh": "好了，能用了", "en": "it works now, great"}
THANKS = {"zh": "谢谢你", "en": "thank you"}
SENTENCE = {"zh": "说得很清楚，就是按钮太小", "en": "clear answers, small buttons"}
_WAITING = select(OutboxRow.id).where(OutboxRow.state == "waiting")


@pytest.fixture(scope="module", autouse=True)
def warm():
    """The first message reads lists and weights: on a busy machine longer than a client waits."""
    signals_in("hello")
    inspect("hello")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def desk(settings, clock):
    return Desk(open_database(settings.desk_url), clock)


@pytest.fixture
async def mei(http, desk, settings, clock):
    return await Agent(http, desk.staff(Seal(settings.keys())), clock).join(role="lead")


def offered(messages):
    return [choice["id"] for message in messages for choice in message["choices"]]


def answer(engine, text, intent, *replies):
    engine.answers[text] = [{"reply": reply} for reply in replies]
    engine.intent = intent


async def solved(http, engine, language="en"):
    """A customer whose case was solved by its first steps just now."""
    customer = await Customer(http).begin(language)
    answer(engine, SOLVED[language], "affirm", "case_solved")
    turn = await customer.write(SOLVED[language])
    return customer, turn


async def until(look):
    """What the outbox does comes by itself, within a few rounds."""
    for _ in range(300):
        if found := await look():
            return found
        await asyncio.sleep(0.1)
    raise AssertionError("it never came")


@LANGUAGES
async def test_who_was_helped_is_asked_and_a_sentence_is_kept(http, engine, desk, language):
    customer, turn = await solved(http, engine, language)
    assert offered(turn["replies"]) == FIVE
    told = len(engine.told)
    turn = await customer.choose("rate:4")
    assert offered(turn["replies"]) == ["rating_skip"]
    assert len(engine.told) == told, "a rating is nothing for Rasa"
    answer(engine, SENTENCE[language], "give_feedback", "give_feedback")
    turn = await customer.write(SENTENCE[language])
    assert offered(turn["replies"]) == []
    kept = await desk.rating(customer.id)
    assert (kept.score, kept.comment) == (4, SENTENCE[language])


@LANGUAGES
async def test_nobody_is_asked_twice_about_one_case(http, engine, language):
    customer, turn = await solved(http, engine, language)
    assert offered(turn["replies"]) == FIVE
    answer(engine, THANKS[language], "thank", "thank")
    assert offered((await customer.write(THANKS[language]))["replies"]) == []


@LANGUAGES
async def test_anything_else_after_the_question_is_handled_as_usual(http, engine, desk, language):
    customer, _ = await solved(http, engine, language)
    text = {"zh": "我的转账没到账", "en": "my transfer is missing"}[language]
    await customer.choose("rate:5")
    answer(engine, text, "tx_failed", "case_paused")
    turn = await customer.write(text)
    assert len(turn["replies"]) == 1
    assert engine.told[-1][0] == text
    assert (await desk.rating(customer.id)).comment == ""


async def test_the_buttons_are_gone_once_something_else_was_said(http, engine):
    customer, _ = await solved(http, engine)
    await customer.write("by the way")
    assert (await customer.post(choice="rate:5")).status_code == 422


async def test_a_score_that_was_never_asked_for_is_refused(http, desk):
    customer = await Customer(http).begin()
    for choice in ("rate:5", "rating_lead", "rate:6"):
        assert (await customer.post(choice=choice)).status_code == 422
    assert await desk.rating(customer.id) is None


async def test_the_same_click_twice_is_one_rating_with_one_answer(http, engine):
    customer, _ = await solved(http, engine)
    first = await customer.post(client_id="same", choice="rate:3")
    again = await customer.post(client_id="same", choice="rate:3")
    assert first.json() == again.json()


async def test_the_question_is_skipped_by_a_button(http, engine, desk):
    customer, _ = await solved(http, engine)
    await customer.choose("rate:5")
    turn = await customer.choose("rating_skip")
    assert offered(turn["replies"]) == []
    assert (await desk.rating(customer.id)).score == 5


@LANGUAGES
async def test_a_bad_rating_becomes_a_complaint_for_a_lead_when_that_is_wished(
    http, engine, desk, language
):
    customer, _ = await solved(http, engine, language)
    turn = await customer.choose("rate:1")
    assert offered(turn["replies"]) == ["rating_lead", "rating_skip"]
    answer(engine, SENTENCE[language], "out_of_scope", "clarify")
    turn = await customer.write(SENTENCE[language])
    assert offered(turn["replies"]) == ["rating_lead", "rating_skip"]
    turn = await customer.choose("rating_lead")
    (ticket,) = await desk.tickets(conversation_id=customer.id)
    assert (ticket.topic, ticket.priority) == ("complaint", "high")
    assert ticket.reference in turn["replies"][0]["text"]
    assert SENTENCE[language] in {field.value for field in ticket.fields}


async def test_a_bad_rating_alone_opens_nothing(http, engine, desk):
    customer, _ = await solved(http, engine)
    await customer.choose("rate:2")
    await customer.choose("rating_skip")
    assert await desk.tickets(conversation_id=customer.id) == []


@LANGUAGES
async def test_thanks_after_an_answer_are_a_moment_to_ask_once(http, engine, language):
    customer = await Customer(http).begin(language)
    text = {"zh": "手续费是什么", "en": "what are fees"}[language]
    answer(engine, text, "faq", "case_paused")
    await customer.write(text)
    answer(engine, THANKS[language], "thank", "thank")
    assert offered((await customer.write(THANKS[language]))["replies"]) == FIVE
    assert offered((await customer.write(THANKS[language]))["replies"]) == []


@LANGUAGES
async def test_thanks_without_help_are_no_moment_to_ask(http, engine, language):
    customer = await Customer(http).begin(language)
    answer(engine, THANKS[language], "thank", "thank")
    assert offered((await customer.write(THANKS[language]))["replies"]) == []


async def test_thanks_while_a_ticket_waits_are_no_moment_to_ask(http, engine, desk):
    customer = await Customer(http).begin()
    answer(engine, "stuck", "tx_failed", "case_paused")
    await customer.write("stuck")
    await desk.open_ticket(OpenTicket(customer.id, "c", "tx_failed", "en", summary="s"))
    answer(engine, "bye", "goodbye", "goodbye")
    assert offered((await customer.write("bye"))["replies"]) == []


async def test_a_case_that_goes_on_is_not_interrupted_by_the_question(http, engine):
    customer = await Customer(http).begin()
    answer(engine, "what are fees", "faq", "case_paused")
    await customer.write("what are fees")
    answer(engine, "thanks", "thank", "thank", "case_paused")
    assert "rate:5" not in offered((await customer.write("thanks"))["replies"])


@LANGUAGES
async def test_a_solved_ticket_asks_by_itself_and_once(http, desk, language):
    customer = await Customer(http).begin(language)
    ticket = await desk.open_ticket(
        OpenTicket(customer.id, "c", "tx_failed", language, summary="s")
    )
    await desk.move_ticket(ticket.reference, "solved", "mei")

    async def asked():
        return [one for one in await customer.messages() if "rate:5" in offered([one])]

    (question,) = await until(asked)
    assert question["author"] == "system"
    assert ticket.reference in question["text"]
    turn = await customer.choose("rate:5")
    assert offered(turn["replies"]) == ["rating_skip"]
    await desk.move_ticket(ticket.reference, "closed", "mei")

    async def done():
        async with desk._session() as session:
            rows = await session.execute(_WAITING)
            return not rows.all()

    await until(done)
    assert len(await asked()) == 1


@LANGUAGES
async def test_after_a_person_closed_the_rating_is_taken_and_it_stays_closed(
    http, desk, engine, mei, language
):
    customer = await Customer(http).begin(language)
    claimed = await mei.claims(customer, take_over=True)
    closed = await mei.does(customer, "close", epoch=claimed["epoch"])
    assert closed.status_code == 200, closed.text
    question = (await customer.messages())[-1]
    assert offered([question]) == FIVE
    told = len(engine.told)
    turn = await customer.choose("rate:5")
    assert turn["owner"] == "closed"
    assert turn["replies"][0]["author"] == "system"
    assert (await desk.conversation(customer.id)).owner == "closed"
    assert len(engine.told) == told
    assert (await desk.rating(customer.id)).score == 5


async def test_who_writes_after_the_end_is_answered_by_the_bot_again(http, engine, mei):
    customer = await Customer(http).begin()
    claimed = await mei.claims(customer, take_over=True)
    await mei.does(customer, "close", epoch=claimed["epoch"])
    answer(engine, "one more thing", "greet", "greet")
    turn = await customer.write("one more thing")
    assert turn["owner"] == "bot"
    assert turn["replies"]
