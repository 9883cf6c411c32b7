from __future__ import annotations

from datetime import timedelta

import pytest

from bot.bootstrap import _hand_off
from bot.content import load_content
from bot.desk.credentials import Seal
from bot.desk.database import open_database
from bot.desk.handoff_models import CallPerson, CaseBrief
from bot.desk.service import Desk
from bot.gateway.handoff import BuiltInDesk
from bot.gateway.hub import Hub
from bot.gateway.voice import Voice
from bot.guard import review
from bot.settings import ROOT
from tests.unit.gateway.desk_cast import Agent, Clock

STOLEN = [{"reply": "funds_stolen__warning"}]


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def desk(settings, clock):
    return Desk(open_database(settings.desk_url), clock)


@pytest.fixture
def staff(desk, settings):
    return desk.staff(Seal(settings.keys()))


@pytest.fixture
async def agent(http, staff, clock):
    return await Agent(http, staff, clock).join()


@pytest.fixture
def calling(settings, desk):
    """The same parts as in the gateway, to be tended by hand."""
    voice = Voice(load_content(ROOT), review)
    hub = Hub()
    return _hand_off(settings, desk, hub, voice, BuiltInDesk(hub))[1]


def names(answered):
    return [reply["text"] for reply in answered["replies"]]


async def owner(customer):
    return (await customer.get("who")).json()["owner"]


async def test_a_theft_calls_a_person_at_once_and_the_bot_goes_on_helping(
    customer, engine, agent, desk
):
    engine.answers["they took everything"] = STOLEN
    answered = await customer.write("they took everything")
    assert answered["owner"] == "queue"
    assert "number 1 in the queue" in names(answered)[-1]
    (entry,) = await desk.queue()
    assert (entry.handoff.priority, entry.handoff.reason) == ("urgent", "funds_stolen")
    assert (await customer.write("what now"))["replies"]


async def test_a_rule_calls_once_and_not_again_after_the_customer_declined(customer, engine, agent):
    engine.answers["they took everything"] = STOLEN
    answered = await customer.write("they took everything")
    (choice,) = answered["replies"][-1]["choices"]
    declined = await customer.choose(choice["id"])
    assert (declined["owner"], len(declined["replies"])) == ("bot", 1)
    again = await customer.write("they took everything")
    assert (again["owner"], len(again["replies"])) == ("bot", 1)


async def test_a_broken_device_calls_nobody(customer, engine, agent):
    engine.answers["screen is black"] = [{"reply": "device_broken__warning"}]
    assert (await customer.write("screen is black"))["owner"] == "bot"


async def test_where_nobody_could_come_nobody_is_called(customer, engine, agent, clock):
    engine.answers["they took everything"] = STOLEN
    clock.move(days=-1)  # a Sunday
    answered = await customer.write("they took everything")
    assert (answered["owner"], len(answered["replies"])) == ("bot", 1)


async def test_a_robbery_noticed_while_waiting_makes_the_wait_urgent(customer, engine, agent, desk):
    await desk.call_person(CallPerson(customer.id, "complaint", "normal", "en"))
    engine.answers["they took everything"] = STOLEN
    answered = await customer.write("they took everything")
    assert len(answered["replies"]) == 1
    assert (await desk.place(customer.id)).handoff.priority == "urgent"


async def test_the_customer_sees_what_a_rule_passes_on(customer, engine, agent, desk):
    await desk.keep_brief(
        CaseBrief(customer.id, "funds_stolen", "ledger", "urgent", "en", "2 ETH gone, Ledger")
    )
    engine.answers["they took everything"] = STOLEN
    assert "2 ETH gone, Ledger" in names(await customer.write("they took everything"))[-1]


async def test_a_wish_is_queued_even_while_the_engine_is_down(customer, engine, agent, desk):
    (choice,) = [c for c in customer.greeting[0]["choices"] if c["id"] == "talk_to_human"]
    engine.fails = "no_answer"
    answered = await customer.choose(choice["id"])
    assert answered["owner"] == "queue"
    (ticket,) = await desk.tickets()
    assert ticket.reference in names(answered)[0]


async def test_an_action_that_queues_in_the_middle_of_a_turn_is_heard_and_its_reply_said(
    customer, engine, agent, settings, clock
):
    actions = Desk(open_database(settings.desk_url), clock)  # as in the action server's process
    turn = engine.turn

    async def queues(conversation_id, utterance, language, told):
        await actions.call_person(CallPerson(conversation_id, "wish", "high", "en", "REF"))
        return await turn(conversation_id, utterance, language, told)

    engine.turn = queues
    answered = await customer.write("a person please")
    await actions.close()
    assert (answered["owner"], len(answered["replies"])) == ("queue", 1)


async def test_outside_office_hours_the_wish_is_filed_with_the_next_hours(
    customer, engine, agent, desk, clock
):
    engine.fails = "no_answer"
    clock.move(days=-1)
    answered = await customer.choose("talk_to_human")
    assert answered["owner"] == "bot"
    assert "Monday 23 November, 09:00" in names(answered)[0]
    assert len(await desk.tickets()) == 1


async def test_who_waits_too_long_is_told_once_where_the_answer_comes(
    customer, agent, desk, clock, calling
):
    await desk.call_person(CallPerson(customer.id, "wish", "high", "en", "8KD2M-7QX4P-3"))
    clock.move(seconds=599)
    await calling.tend()
    assert await owner(customer) == "queue"
    clock.move(seconds=1)
    await calling.tend()
    await calling.tend()
    assert await owner(customer) == "bot"
    *_, last = await customer.messages()
    assert (last["author"], "8KD2M-7QX4P-3" in last["text"]) == ("system", True)
    assert len(await customer.messages()) == 2


async def test_who_was_queued_by_a_rule_gets_a_ticket_when_nobody_comes(
    customer, agent, desk, clock, calling
):
    await desk.call_person(CallPerson(customer.id, "robbery", "urgent", "zh"))
    clock.move(minutes=10)
    await calling.tend()
    (ticket,) = await desk.tickets()
    assert ticket.reference in (await customer.messages())[-1]["text"]


async def test_a_conversation_being_served_never_expires(customer, agent, desk, clock, calling):
    await desk.call_person(CallPerson(customer.id, "wish", "high", "en", "REF"))
    await agent.claims(customer)
    clock.move(days=3)
    await calling.tend()
    assert await owner(customer) == "human"


async def test_when_the_person_has_left_the_team_another_one_is_called(
    customer, agent, desk, staff, calling
):
    await desk.call_person(CallPerson(customer.id, "wish", "high", "en", "REF"))
    await agent.claims(customer)
    await staff.disable("mei", "cli")
    await calling.tend()
    assert await owner(customer) == "queue"
    assert (await customer.messages())[-1]["author"] == "system"


async def test_leaving_the_queue_when_not_in_it_is_answered_plainly(customer, agent, desk, engine):
    await desk.call_person(CallPerson(customer.id, "wish", "high", "en", "REF"))
    engine.answers["they took everything"] = [{"reply": "handoff_called", "params": {
        "position": 1, "wait": "soon"}}]  # fmt: skip
    await customer.write("they took everything")
    await desk.leave_queue(customer.id, "expired")
    answered = await customer.choose("handoff_withdraw")
    assert "not in the queue" in names(answered)[0]


def test_the_limit_of_the_wait_is_a_setting(settings):
    assert timedelta(seconds=settings.longest_wait) == timedelta(minutes=10)
