"""Pieces of a phrase go from Rasa too, though it is away when the last one comes."""

from __future__ import annotations

import asyncio

import pytest

from bot.gateway import forgetting

PIECES = ("legal winner thank year wave sausage", "worth useful legal winner thank yellow")


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(forgetting, "FIRST_WAIT", 0.01)
    monkeypatch.setattr(forgetting, "LONGEST_WAIT", 0.02)


async def until(holds):
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - it happens in the background
            await asyncio.sleep(0.01)


async def test_what_rasa_could_not_forget_it_forgets_when_it_is_back(customer, engine):
    await customer.write(PIECES[0])
    engine.fails = "down"
    turn = await customer.write(PIECES[1])
    assert turn["replies"]
    assert engine.forgotten == []
    engine.fails = None
    await until(lambda: engine.forgotten == [customer.id])


async def test_what_rasa_forgot_at_once_is_not_asked_again(customer, engine):
    for piece in PIECES:
        await customer.write(piece)
    await asyncio.sleep(0.1)
    assert engine.forgotten == [customer.id]
