"""A robbery told in the middle of a case, over HTTP with all real parts."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.rasa
ROBBERY = {
    "en": "he is asking me now to install AnyDesk",
    "zh": "客服讓我下載AnyDesk，他在等我的代碼",
}
ADVICE = {"en": "take over a computer", "zh": "远程控制"}


def said(turn):
    return "\n".join(reply["text"] for reply in turn["replies"])


def offered(turn):
    return [choice["id"] for reply in turn["replies"] for choice in reply["choices"]]


def tickets_of(house, who):
    return [one for one in house.tickets() if one["conversation_id"] == who.id]


async def test_the_advice_comes_first_and_the_case_goes_on(whole_house, customer):
    turn = await customer.write("My Trezor Safe 3 does not turn on, firmware 2.8.3")
    turn = await customer.write(ROBBERY["en"])
    assert ADVICE["en"] in turn["replies"][0]["text"]
    assert "talk_to_human" in offered(turn)
    turn = await customer.write("go on")
    for _ in range(12):
        if "review_yes" in offered(turn):
            break
        turn = await customer.write("skip")
    assert "2.8.3" in said(turn), "nothing that was told is asked again"
    await customer.choose("review_yes")
    (ticket,) = tickets_of(whole_house, customer)
    assert (ticket["topic"], ticket["priority"]) == ("device_broken", "urgent")


async def test_who_then_wants_a_person_comes_first(whole_house, kunde):
    turn = await kunde.write(ROBBERY["zh"])
    assert ADVICE["zh"] in turn["replies"][0]["text"]
    await kunde.choose("talk_to_human")
    (ticket,) = tickets_of(whole_house, kunde)
    assert (ticket["topic"], ticket["priority"]) == ("talk_to_human", "urgent")
    fields = {field["name"]: field["value"] for field in ticket["fields"]}
    assert fields["scam_signal"] == "remote_control"


async def test_a_question_about_the_trick_leaves_the_priority_as_it_is(whole_house, customer):
    turn = await customer.write("is it normal that support wants remote access?")
    assert ADVICE["en"] not in said(turn)
    await customer.write("I want to talk to a human")
    (ticket,) = tickets_of(whole_house, customer)
    assert ticket["priority"] == "high"
