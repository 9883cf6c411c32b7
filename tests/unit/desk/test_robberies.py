from __future__ import annotations

import pytest

from bot.desk.models import Incoming, OpenTicket
from bot.guard.safetext import seal


def told(client_id, signal=None):
    text = seal("he wants me to install AnyDesk")
    return Incoming(f"m-{client_id}", client_id, text, "en", signal=signal)


@pytest.fixture
async def robbed(desk):
    conversation = await desk.create_conversation("en", is_chosen=False)
    await desk.accept(conversation.id, told("c1", "remote_control"))
    return conversation.id


async def test_the_signal_is_kept_with_its_message(desk, robbed):
    await desk.accept(robbed, told("c2"))
    assert [one.signal for one in await desk.messages(robbed)] == ["remote_control", None]
    assert (await desk.find_accepted(robbed, "c1")).message.signal == "remote_control"
    assert (await desk.find_accepted(robbed, "c1")).message.findings == ()


async def test_who_asks_for_a_person_after_a_robbery_was_told_comes_first(desk, robbed):
    ticket = await desk.request_handoff(robbed, "handoff:1", "en", "a person is wanted")
    assert ticket.priority == "urgent"
    assert ("scam_signal", "remote_control") in {(one.name, one.value) for one in ticket.fields}


async def test_who_asks_for_a_person_without_a_robbery_keeps_the_usual_place(desk):
    conversation = await desk.create_conversation("en", is_chosen=False)
    await desk.accept(conversation.id, told("c1"))
    ticket = await desk.request_handoff(conversation.id, "handoff:1", "en", "a person is wanted")
    assert ticket.priority == "high"


async def test_a_robbery_makes_an_open_ticket_urgent(desk):
    conversation = await desk.create_conversation("en", is_chosen=False)
    ticket = await desk.open_ticket(OpenTicket(conversation.id, "case-1", "tx_failed", "en"))
    assert ticket.priority == "normal"
    await desk.accept(conversation.id, told("c1", "fee_to_unlock"))
    assert (await desk.ticket(ticket.reference)).priority == "urgent"


async def test_a_robbery_leaves_the_tickets_of_others_alone(desk, robbed):
    other = await desk.create_conversation("en", is_chosen=False)
    ticket = await desk.open_ticket(OpenTicket(other.id, "case-1", "tx_failed", "en"))
    await desk.accept(robbed, told("c2", "code_request"))
    assert (await desk.ticket(ticket.reference)).priority == "normal"
