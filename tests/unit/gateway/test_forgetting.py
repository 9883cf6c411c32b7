"""Pieces of a phrase go from Rasa too, though it is away when the last one comes."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.desk.outbox_tables import OutboxRow
from bot.gateway import forgetting, outbox
from bot.gateway.forgetting import FORGET, Forgetting
from bot.gateway.lanes import Lanes
from bot.gateway.outbox import TooEarly

PIECES = ("legal winner thank year wave sausage", "worth useful legal winner thank yellow")
SOON = timedelta(seconds=0.05)


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(forgetting, "FIRST_WAIT", SOON)
    monkeypatch.setattr(forgetting, "LONGEST_WAIT", SOON)
    monkeypatch.setattr(forgetting, "AWAY_SECONDS", 0.0)
    monkeypatch.setattr(outbox, "_PAUSE_SECONDS", 0.02)


async def until(holds):
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - it happens in the background
            await asyncio.sleep(0.01)


async def owed(desk):
    """The states of all debts, the oldest first."""
    async with desk._session() as session:
        wanted = select(OutboxRow.state).where(OutboxRow.kind == FORGET).order_by(OutboxRow.id)
        return list(await session.scalars(wanted))


async def claimed(desk):
    """The next debt, when it is due."""
    async with asyncio.timeout(10):
        while (parcel := await desk.claim_parcel([FORGET])) is None:  # noqa: ASYNC110 - its time comes
            await asyncio.sleep(0.01)
    return parcel


async def test_what_rasa_could_not_forget_it_forgets_when_it_is_back(customer, engine, desk):
    await customer.write(PIECES[0])
    engine.fails = "down"
    turn = await customer.write(PIECES[1])
    assert turn["replies"]
    assert engine.forgotten == []
    await asyncio.sleep(0.3)
    assert await owed(desk) == ["waiting"], "however often it was tried"
    engine.fails = None
    await until(lambda: engine.forgotten == [customer.id])
    await asyncio.sleep(0.2)
    assert (engine.forgotten, await owed(desk)) == ([customer.id], ["sent"])


async def test_what_rasa_forgot_at_once_is_not_asked_again(customer, engine, desk):
    for piece in PIECES:
        await customer.write(piece)
    await asyncio.sleep(0.3)
    assert engine.forgotten == [customer.id]
    assert await owed(desk) == ["sent"]


async def test_a_gateway_that_dies_after_storing_has_overwritten_the_pieces(
    customer, desk, monkeypatch
):
    await customer.write(PIECES[0])

    async def dies(*_):
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(Forgetting, "pay", dies)
        with pytest.raises(AssertionError, match="internal-error"):
            await customer.write(PIECES[1])
    said = [one.text for one in await desk.messages(customer.id) if one.author == "customer"]
    assert len(said) == 2
    assert not [piece for piece in PIECES if piece in said]
    assert await owed(desk) != []


async def test_words_that_are_no_pieces_owe_nothing(customer, engine, desk):
    await customer.write("my parcel did not arrive")
    await customer.write("it was sent two weeks ago")
    assert (engine.forgotten, await owed(desk)) == ([], [])


class TestDebts:
    """Without the gateway's own outbox, so that each step is ours."""

    @pytest.fixture
    async def conversation(self, desk):
        return await desk.create_conversation("en", is_chosen=True)

    @pytest.fixture
    def ours(self, desk, engine):
        return Forgetting(desk, engine, Lanes(5))

    async def test_several_debts_of_a_conversation_are_paid_by_forgetting_once(
        self, conversation, ours, desk, engine
    ):
        engine.fails = "down"
        for _ in range(3):
            await ours.pay(conversation.id, await ours.owe(conversation.id))
        engine.fails = None
        await ours.pay(conversation.id, await ours.owe(conversation.id))
        assert engine.forgotten == [conversation.id]
        assert await owed(desk) == ["sent"] * 4

    async def test_a_debt_that_arose_later_is_still_owed(self, conversation, ours, desk):
        first, _ = await ours.owe(conversation.id), await ours.owe(conversation.id)
        await ours.pay(conversation.id, first)
        assert await owed(desk) == ["sent", "waiting"]

    async def test_another_conversations_debt_is_still_owed(self, conversation, ours, desk):
        other = await desk.create_conversation("en", is_chosen=True)
        await ours.owe(other.id)
        await ours.pay(conversation.id, await ours.owe(conversation.id))
        assert await owed(desk) == ["waiting", "sent"]

    async def test_a_debt_that_its_turn_paid_meanwhile_costs_no_tracker_that_goes_on(
        self, conversation, ours, desk, engine
    ):
        debt = await ours.owe(conversation.id)
        parcel = await claimed(desk)
        async with ours._lanes.enter(conversation.id):
            late = asyncio.create_task(ours.deliver(parcel))
            await asyncio.sleep(0.05)
            await ours.pay(conversation.id, debt)
        await late
        assert engine.forgotten == [conversation.id]

    async def test_while_rasa_is_away_the_other_debts_wait_without_asking(
        self, conversation, ours, engine, desk, monkeypatch
    ):
        monkeypatch.setattr(forgetting, "AWAY_SECONDS", 60)
        await ours.owe(conversation.id)
        parcel = await claimed(desk)
        engine.fails = "down"
        for fails in ("down", None):
            engine.fails = fails
            with pytest.raises(TooEarly):
                await ours.deliver(parcel)
        assert engine.forgotten == []

    async def test_a_conversation_that_is_gone_owes_nothing_here(self, ours, desk):
        assert await ours.owe("c-that-never-was") == 0
        assert await owed(desk) == []
