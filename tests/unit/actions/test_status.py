from __future__ import annotations

import action_cast as cast

from actions.casework import CaseState
from actions.status import PrepareInfo, TicketStatus
from bot.desk.models import OpenTicket

MINE = OpenTicket("conv", "a", "tx_failed", "en")
SOMEBODY_ELSES = OpenTicket("other", "b", "tx_failed", "en")


async def names(action, given):
    replies, _ = await cast.run(action, given)
    return [reply["reply"] for reply in replies]


async def test_the_tickets_of_this_conversation_are_told_and_no_others():
    action = TicketStatus(cast.parts(cast.FakeDesk([MINE, SOMEBODY_ELSES])))
    replies, _ = await cast.run(action, cast.tracker("how is my case", "ticket_status"))
    assert [reply["reply"] for reply in replies] == ["ticket_status__list"]
    (line,) = replies[0]["params"]["tickets"]
    assert line["en"].startswith("· REF-0 (")
    assert "waiting for a person" in line["en"]
    assert "2026-11-23" in line["zh"]
    assert "Next: a person looks at it" in line["en"]


async def test_without_a_ticket_that_is_said():
    action = TicketStatus(cast.parts(cast.FakeDesk([SOMEBODY_ELSES])))
    assert await names(action, cast.tracker("any news?", "ticket_status")) == [
        "ticket_status__none"
    ]


async def test_another_conversations_reference_looks_like_an_unknown_one():
    action = TicketStatus(cast.parts(cast.FakeDesk([SOMEBODY_ELSES])))
    for text in ("SW-7K2M-9QXD-4H", "SW-AAAA-AAAA-AA"):
        given = cast.tracker(text, "ticket_status")
        given.latest_message["entities"] = [{"entity": "ticket_reference", "value": text}]
        assert await names(action, given) == ["ticket_status__elsewhere"]


async def test_a_desk_that_is_down_loses_nothing():
    action = TicketStatus(cast.parts(cast.FakeDesk([MINE], broken=True)))
    assert await names(action, cast.tracker("any news?", "ticket_status")) == [
        "ticket_status__failed"
    ]


async def test_what_is_needed_is_told_for_the_case_at_hand_and_in_general():
    given = cast.tracker("what do you need from me", "prepare_info")
    assert await names(PrepareInfo(cast.parts()), given) == ["prepare_info"]
    slots = {"case": CaseState("c", "tx_failed").to_dict()}
    given = cast.tracker("what do you need from me", "prepare_info", slots=slots)
    replies, _ = await cast.run(PrepareInfo(cast.parts()), given)
    assert replies[0]["reply"] == "prepare_info__topic"
    assert replies[0]["params"]["fields"]
