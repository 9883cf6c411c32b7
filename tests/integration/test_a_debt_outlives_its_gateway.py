"""A gateway is killed while Rasa still keeps pieces of a phrase: the next one has them erased."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.cast import Customer
from tests.integration.doors import Door, StandIn, eventually

# A published test vector in two pieces.
PIECES = ("legal winner thank year wave sausage", "worth useful legal winner thank yellow")


@pytest.fixture
def rasa():
    standin = StandIn()
    yield standin
    standin.stop()


@pytest.fixture
def door(tmp_path, rasa):
    opened = Door(tmp_path, rasa).start()
    yield opened
    opened.stop()


async def test_what_rasa_did_not_forget_before_the_kill_it_forgets_once_after_it(door, rasa):
    await asyncio.to_thread(door.wait)
    async with httpx.AsyncClient(base_url=door.address, timeout=30, trust_env=False) as http:
        customer, harmless = await Customer(http).begin(), await Customer(http).begin()
        await harmless.write("hello there")
        await customer.write(PIECES[0])
        rasa.forgets = False
        assert (await customer.write(PIECES[1]))["replies"]
    assert rasa.asked_to_forget
    door.kill()
    rasa.forgets = True
    await asyncio.to_thread(door.start().wait)
    # A row that the dead gateway was trying belongs to it for two minutes.
    await eventually(lambda: rasa.forgotten, 150)
    await asyncio.sleep(5)
    assert rasa.forgotten == [customer.id]
    assert harmless.id not in rasa.asked_to_forget
