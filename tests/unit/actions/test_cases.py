from __future__ import annotations

import action_cast as cast
import pytest

from actions.begin import StartCase
from actions.cases import OpenTicketAction, ValidateCaseForm
from actions.talk import Choose, SmallTalk


async def started(desk=None, text="my Ledger does not turn on"):
    parts = cast.parts(desk)
    replies, events = await cast.run(StartCase(parts), cast.tracker(text, "device_broken"))
    return parts, replies, cast.slots_after(events)["case"]


async def said(parts, case, text, intent="nlu_fallback", number=2):
    given = cast.tracker(text, intent, slots={"case": case}, message_id=f"m{number}")
    return await cast.run(ValidateCaseForm(parts), given)


async def test_a_problem_starts_a_case_with_warning_and_first_steps():
    _, replies, case = await started()
    assert [reply["reply"] for reply in replies] == [
        "device_broken__warning",
        "device_broken__ledger_power_1",
    ]
    assert case["facts"]["vendor"]["value"] == "ledger"


async def test_the_form_does_not_answer_the_message_that_started_it():
    parts, _, case = await started()
    replies, events = await said(parts, case, "my Ledger does not turn on", number=1)
    assert replies == []
    assert cast.slots_after(events)["requested_slot"] == "case_answer"


async def test_an_answer_goes_on_in_the_form():
    parts, _, case = await started()
    replies, events = await said(parts, case, "still dead")
    assert [reply["reply"] for reply in replies] == ["device_broken__ledger_repair"]
    assert cast.slots_after(events)["requested_slot"] == "case_answer"


async def test_a_wish_for_a_person_rejects_the_form_so_that_the_rule_answers():
    parts, _, case = await started()
    replies, events = await said(parts, case, "let me talk to a person", "talk_to_human")
    assert replies == []
    assert "action_execution_rejected" in {event["event"] for event in events}
    assert "requested_slot" not in cast.slots_after(events)


async def test_a_solved_case_ends_the_form_and_opens_no_ticket():
    desk = cast.FakeDesk()
    parts, _, case = await started(desk)
    _, events = await said(parts, case, "it works now")
    slots = cast.slots_after(events)
    assert slots["requested_slot"] is None
    given = cast.tracker("it works now", slots=slots)
    assert await cast.run(OpenTicketAction(parts), given) == ([], [])
    assert desk.orders == []


async def submitted(desk):
    parts, _, case = await started(desk)
    case = {**case, "stage": "submit", "pending": ""}
    given = cast.tracker("yes", "affirm", slots={"case": case})
    replies, events = await cast.run(OpenTicketAction(parts), given)
    return parts, case, replies, events


async def test_a_yes_opens_one_ticket_with_typed_fields():
    desk = cast.FakeDesk()
    _, _, replies, events = await submitted(desk)
    (reply,) = replies
    assert (reply["reply"], reply["params"]["reference"]) == ("ticket_opened", "REF-0")
    assert reply["params"]["next"]["en"].startswith("a person looks at it")
    assert cast.slots_after(events)["case"]["ending"] == "submitted"
    (order,) = desk.orders
    named = {(row.name, row.kind, row.value) for row in order.fields}
    assert ("vendor", "choice", "ledger") in named
    assert ("first_words", "text", "my Ledger does not turn on") in named
    assert order.conversation_id == "conv"
    assert order.vendor == "ledger"


async def test_the_same_case_submitted_twice_is_one_ticket():
    desk = cast.FakeDesk()
    parts, case, _, _ = await submitted(desk)
    given = cast.tracker("yes", "affirm", slots={"case": case})
    replies, _ = await cast.run(OpenTicketAction(parts), given)
    assert replies[0]["params"]["reference"] == "REF-0"
    assert len(desk.orders) == 1


async def test_a_ticket_that_cannot_be_opened_is_kept_and_sent_with_go_on():
    desk = cast.FakeDesk(broken=True)
    parts, case, replies, events = await submitted(desk)
    assert [reply["reply"] for reply in replies] == ["ticket_failed"]
    assert events == []
    desk.broken = False
    given = cast.tracker("go on", "goodbye", slots={"case": case})
    replies, _ = await cast.run(SmallTalk(parts), given)
    assert [reply["reply"] for reply in replies] == ["ticket_opened"]


@pytest.mark.parametrize(
    ("text", "action"), [("go on", SmallTalk), ('/choose{"choice": "case_resume"}', Choose)]
)
async def test_a_cancelled_case_goes_back_into_the_form(text, action):
    parts, _, case = await started()
    _, events = await said(parts, case, "cancel", "cancel")
    slots = cast.slots_after(events)
    given = cast.tracker(text, "goodbye", slots={"case": slots["case"]}, message_id="m3")
    replies, events = await cast.run(action(parts), given)
    assert [reply["reply"] for reply in replies] == ["case_back_on", "case_help_question"]
    assert {"event": "followup", "timestamp": None, "name": "case_form"} in events
    # Rasa now runs the form with the same message: it must stay silent and go on.
    back = cast.slots_after(events)["case"]
    replies, events = await said(parts, back, text, number=3)
    assert replies == []
    assert cast.slots_after(events)["requested_slot"] == "case_answer"


async def test_a_submitted_case_is_not_taken_up_again():
    desk = cast.FakeDesk()
    parts, _, _, events = await submitted(desk)
    given = cast.tracker("go on", "goodbye", slots=cast.slots_after(events), message_id="m9")
    replies, _ = await cast.run(SmallTalk(parts), given)
    assert [reply["reply"] for reply in replies] == ["affirm"]


async def test_a_broken_slot_is_apologised_for_and_keeps_the_form():
    parts, _, case = await started()
    replies, events = await said(parts, {**case, "topic": "gone"}, "hm")
    assert replies == [{"reply": "action_failed"}]
    assert cast.slots_after(events)["requested_slot"] == "case_answer"
    assert "case" in cast.slots_after(events)


async def test_what_an_agent_reads_first_is_kept_after_every_turn_of_a_case():
    desk = cast.FakeDesk()
    parts, _, case = await started(desk)
    (first,) = desk.briefs
    assert (first.topic, first.vendor) == ("device_broken", "ledger")
    await said(parts, case, "still dead")
    assert len(desk.briefs) == 2
    assert "no help" in desk.briefs[1].summary


async def test_a_brief_that_cannot_be_kept_costs_no_answer():
    desk = cast.FakeDesk()
    parts, _, case = await started(desk)
    desk.broken = True
    replies, _ = await said(parts, case, "still dead")
    assert [reply["reply"] for reply in replies] == ["device_broken__ledger_repair"]
