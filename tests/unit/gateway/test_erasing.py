from __future__ import annotations

import asyncio

import pytest

from bot.content import load_content
from bot.desk.outbox import Order
from bot.desk.people_models import Agent
from bot.errors import DeskUnavailable
from bot.gateway.desk_talk import DeskTalk
from bot.gateway.erasing import Erasing
from bot.gateway.hub import Hub
from bot.gateway.lanes import Lanes
from bot.gateway.memories import Memories
from bot.guard import inspect, signals_in
from bot.settings import ROOT


@pytest.fixture(scope="module", autouse=True)
def warm():
    """The first message reads lists and weights: on a busy machine longer than a client waits."""
    signals_in("hello")
    inspect("hello")


class Files:
    """Stands for what keeps files of a conversation."""

    def __init__(self):
        self.erased = []
        self.fails = False

    async def erase(self, conversation_id):
        if self.fails:
            raise DeskUnavailable("PermissionError")
        self.erased.append(conversation_id)


async def begun(engine, customer, text="hello"):
    """A turn that waits in Rasa."""
    engine.gate = asyncio.Event()
    turn = asyncio.create_task(customer.post(text=text))
    while not engine.told:  # noqa: ASYNC110 - the stand-in has no event for it
        await asyncio.sleep(0.01)
    return turn


async def rows_of(desk, conversation_id):
    return [one for one in await desk.to_forget() if one == conversation_id]


async def test_an_erase_during_a_turn_waits_for_it_and_leaves_nothing(http, customer, engine, desk):
    turn = await begun(engine, customer)
    erase = asyncio.create_task(
        http.delete(f"/api/v1/conversations/{customer.id}", headers=customer.headers)
    )
    done, _ = await asyncio.wait({erase}, timeout=0.3)
    assert not done
    engine.gate.set()
    assert (await turn).status_code == 200
    assert (await erase).status_code == 204
    assert (await customer.get("messages")).status_code == 404
    assert await desk.messages(customer.id) == []
    assert engine.forgotten == [customer.id]


async def test_a_turn_beside_an_operators_erase_stores_nothing_late(customer, engine, desk):
    turn = await begun(engine, customer)
    await desk.erase(customer.id, "operator")
    engine.gate.set()
    assert (await turn).status_code == 404
    assert await desk.messages(customer.id) == []
    assert await rows_of(desk, customer.id) == [customer.id], "Rasa is told in the next round"


async def test_a_turn_beside_no_erase_is_answered(customer, engine):
    turn = await begun(engine, customer)
    engine.gate.set()
    answer = await turn
    assert (answer.status_code, len(answer.json()["replies"])) == (200, 1)


@pytest.fixture
def erasing(desk, engine):
    lanes, files = Lanes(5), Files()
    content = load_content(ROOT)
    return Erasing(desk, engine, Hub(), Memories(), content, lanes, [files])


async def test_what_else_keeps_something_of_a_conversation_is_told(erasing, desk):
    conversation = await desk.create_conversation("en", is_chosen=False)
    await desk.send_later(Order("a", desk.now(), conversation.id, recipient="sealed"))
    await erasing.erase(conversation.id, "customer")
    assert erasing.erasers[0].erased == [conversation.id]
    assert await desk.claim_parcel(["a"]) is None


async def test_after_an_operators_command_the_rest_is_erased_between_two_turns(
    erasing, desk, engine
):
    conversation = await desk.create_conversation("en", is_chosen=False)
    await desk.erase(conversation.id, "operator")
    async with erasing.lanes.enter(conversation.id):
        waits = asyncio.create_task(erasing.catch_up())
        await asyncio.wait({waits}, timeout=0.2)
        assert erasing.erasers[0].erased == []
    await waits
    assert erasing.erasers[0].erased == [conversation.id]
    assert engine.forgotten == [conversation.id]


async def test_an_erase_at_the_desk_waits_for_the_turn_that_is_under_way(erasing, desk):
    conversation = await desk.create_conversation("en", is_chosen=False)
    talk = DeskTalk(None, None, erasing)
    admin = Agent(
        "1" * 32, "root", "Root", "R1", "admin", ("en",), is_active=True, is_enrolled=True
    )
    async with erasing.lanes.enter(conversation.id):
        erase = asyncio.create_task(talk.erase(admin, conversation.id))
        await asyncio.wait({erase}, timeout=0.2)
        assert (await desk.conversation(conversation.id)).id == conversation.id
    await erase
    assert erasing.erasers[0].erased == [conversation.id]


async def test_what_cannot_be_erased_now_is_erased_in_the_next_round(erasing, desk, engine):
    conversation = await desk.create_conversation("en", is_chosen=False)
    (files,) = erasing.erasers
    files.fails = True
    await erasing.erase(conversation.id, "customer")
    assert engine.forgotten == [conversation.id], "Rasa forgets all the same"
    assert await rows_of(desk, conversation.id) == [conversation.id]
    files.fails = False
    await erasing.catch_up()
    assert files.erased == [conversation.id]
    assert await rows_of(desk, conversation.id) == []
