from __future__ import annotations

import action_cast as cast

from actions.begin import StartCase
from actions.cases import OpenTicketAction, ValidateCaseForm
from actions.casework import CaseState
from actions.services import OfficialChannel
from actions.talk import Clarify, SmallTalk

TWO = ("device_broken", "forgot_pin")


async def run(action, given):
    replies, events = await cast.run(action, given)
    return [reply["reply"] for reply in replies], cast.slots_after(events), replies


async def test_two_requests_are_taken_one_after_the_other_and_the_order_is_told():
    given = cast.tracker("屏幕坏了，而且PIN也忘了", "forgot_pin", requests=TWO)
    names, slots, replies = await run(StartCase(cast.parts()), given)
    assert names[0] == "several_requests"
    assert replies[0]["params"]["first"]["zh"] == "硬件钱包出故障"
    assert slots["case"]["topic"] == "device_broken"
    assert slots["requests"] == ["forgot_pin"]


async def test_a_single_request_is_not_announced():
    names, slots, _ = await run(StartCase(cast.parts()), cast.tracker("屏幕坏了", "device_broken"))
    assert "several_requests" not in names
    assert "requests" not in slots


async def test_an_emergency_comes_first_wherever_it_stands():
    two = ("device_broken", "funds_stolen")
    given = cast.tracker("screen broke and my coins are gone", "device_broken", requests=two)
    _, slots, _ = await run(StartCase(cast.parts()), given)
    assert slots["case"]["topic"] == "funds_stolen"
    assert slots["requests"] == ["device_broken"]


async def test_a_message_that_is_unclear_as_a_whole_is_taken_by_its_parts():
    given = cast.tracker("screen and pin", "nlu_fallback", requests=TWO)
    names, slots, _ = await run(Clarify(cast.parts()), given)
    assert names[0] == "several_requests"
    assert slots["case"]["topic"] == "device_broken"


async def test_after_a_service_the_problem_of_the_same_message_is_offered():
    two = ("find_official_channel", "tx_failed")
    given = cast.tracker("Ledger site? and my transfer", "find_official_channel", requests=two)
    names, slots, replies = await run(OfficialChannel(cast.parts()), given)
    assert names == ["channel_list", "channel_facts", "next_request"]
    assert replies[-1]["choices"] == ["topic_transfer", "not_now"]
    assert slots["awaiting"] == "next:tx_failed"


async def test_a_yes_begins_what_was_offered_and_a_no_leaves_it():
    slots = {"awaiting": "next:forgot_pin"}
    given = cast.tracker("好的", "affirm", slots=slots, language="zh")
    _, after, _ = await run(SmallTalk(cast.parts()), given)
    assert after["case"]["topic"] == "forgot_pin"
    given = cast.tracker("不用了", "deny", slots=slots, language="zh")
    names, after, _ = await run(SmallTalk(cast.parts()), given)
    assert names == ["deny"]
    assert after["awaiting"] is None
    assert "case" not in after


async def test_when_the_ticket_is_open_the_next_request_is_offered():
    case = {**CaseState("c", "device_broken").to_dict(), "stage": "submit"}
    slots = {"case": case, "requests": ["forgot_pin"]}
    given = cast.tracker("yes", "affirm", slots=slots)
    names, after, _ = await run(OpenTicketAction(cast.parts()), given)
    assert names[-1] == "next_request"
    assert after["awaiting"] == "next:forgot_pin"
    given = cast.tracker("yes", "affirm", slots={"case": case})
    names, _, _ = await run(OpenTicketAction(cast.parts()), given)
    assert "next_request" not in names


async def test_a_problem_that_was_put_off_is_offered_when_this_one_is_done():
    case = CaseState("c", "device_broken", stage="submit", later="tx_failed").to_dict()
    given = cast.tracker("yes", "affirm", slots={"case": case})
    names, after, _ = await run(OpenTicketAction(cast.parts()), given)
    assert names[-1] == "next_request"
    assert after["awaiting"] == "next:tx_failed"


def while_asked(text, *requests, waiting=None):
    """A message that comes while a case about a transfer asks for the vendor."""
    case = CaseState("c", "tx_failed", pending="vendor").to_dict()
    slots = {"case": case, "requests": waiting}
    return cast.tracker(text, "tx_failed", requests=requests, slots=slots)


async def test_a_second_problem_told_inside_a_case_is_promised_for_afterwards():
    given = while_asked("my transfer is stuck and also I forgot my pin", "tx_failed", "forgot_pin")
    names, slots, replies = await run(ValidateCaseForm(cast.parts()), given)
    assert names[0] == "several_requests"
    assert replies[0]["params"]["rest"]["en"] == "Forgot PIN or password"
    assert slots["requests"] == ["forgot_pin"]
    assert slots["case"]["topic"] == "tx_failed"


async def test_the_problem_of_the_case_itself_or_one_that_waits_is_not_promised_again():
    text = "my transfer is stuck and also I forgot my pin"
    given = while_asked(text, "tx_failed", "forgot_pin", waiting=["forgot_pin"])
    names, slots, _ = await run(ValidateCaseForm(cast.parts()), given)
    assert "several_requests" not in names
    assert "requests" not in slots


async def test_a_theft_told_inside_another_case_comes_first_and_the_case_after_it():
    text = "my transfer is stuck and also all my coins were stolen"
    given = while_asked(text, "tx_failed", "funds_stolen")
    names, slots, _ = await run(ValidateCaseForm(cast.parts()), given)
    assert names[:2] == ["several_requests", "funds_stolen__warning"]
    assert slots["case"]["topic"] == "funds_stolen"
    assert slots["requests"] == ["tx_failed"]


async def test_a_theft_that_only_the_classifier_heard_is_asked_about_and_not_put_off():
    given = while_asked("stuck, oh and somebody helped himself", "tx_failed", "funds_stolen")
    names, slots, _ = await run(ValidateCaseForm(cast.parts()), given)
    assert names == ["case_other_problem"]
    assert slots["case"]["other_topic"] == "funds_stolen"
