"""Gateway and action server are killed at random moments of a form; the customer just goes on.

SEEDWARDEN_TEST_KILLS=200 SEEDWARDEN_TEST_SEED=3 pytest tests/integration/test_kills.py
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import time

import httpx
import pytest

from tests.cast import Customer
from tests.integration.house import RASA_PYTHON, House, until
from tests.integration.test_first_road import offered, said, ticket_of

pytestmark = pytest.mark.rasa

KILLS = int(os.environ.get("SEEDWARDEN_TEST_KILLS", "5"))
SEED = int(os.environ.get("SEEDWARDEN_TEST_SEED", "7"))
PATIENCE = 300
# What a question asks for, by a word of it; the answer; the field and the value in the ticket.
FORM = (
    ("serial number", "4C8A21B7", "serial", "4C8A21B7"),
    ("firmware or app version", "2.2.3", "version", "2.2.3"),
    ("Which computer or phone", "Windows 11", "computer", "Windows 11"),
    ("When did it start", "20 November", "since", None),  # kept as a date
    ("Where did you get", "second hand", "bought_from", "second_hand"),
    ("order, invoice or receipt", "yes", "proof", "yes"),
    ("Anything else", "it was dropped", "details", "it was dropped"),
)


@pytest.fixture
def own_house(tmp_path):
    """A house of this test's own: its supervisor sees more deaths than one in a year."""
    if not RASA_PYTHON.exists():
        pytest.skip("rasa is missing: 'make install' builds its environment")
    house = House(tmp_path)
    try:
        house.start()
        yield house
        house.stop()
    finally:
        house.clear_away()


class Stubborn(Customer):
    """Sends a message under one ``client_id`` until it is answered."""

    async def post(self, **body):
        self.count += 1
        body = {"client_id": f"c{self.count}", **body}
        path = f"/api/v1/conversations/{self.id}/messages"
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            with contextlib.suppress(httpx.TransportError):
                answer = await self.http.post(path, json=body, headers=self.headers)
                if answer.status_code < 500:
                    return answer
            await asyncio.sleep(0.1)
        raise AssertionError("nobody answers any more")


class Reaper:
    """Kills one of two parts a random moment after a message was sent."""

    def __init__(self, house, chance):
        self.house, self.chance, self.kills = house, chance, 0

    def later(self):
        """Kill while the next message is on its way."""
        part = self.chance.choice(("gateway", "actions"))
        return asyncio.create_task(self._kill(part, self.chance.random() * 0.5))

    async def _kill(self, part, after):
        await asyncio.sleep(after)
        pid = self.house.pids().get(part)
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                self.kills += 1


async def answered(customer, house, **body):
    """Say something until the bot has really taken it; gives its answer."""
    for _ in range(20):
        turn = await customer.post(**body)
        assert turn.status_code == 200, turn.text
        if "automatic answers are not available" not in said(turn.json()).lower():
            return turn.json()
        await asyncio.to_thread(house.wait_until_ready, PATIENCE)
    raise AssertionError("the bot never came back")


async def fill_in(house, reaper, customer, chance):
    """One case from the first sentence to the ticket; gives the turn that told of the ticket."""
    turn = await answered(customer, house, text="my Ledger Nano X does not turn on")
    while "step_skip" in offered(turn):
        turn = await answered(customer, house, choice="step_skip")
    given = {}
    while "review_yes" not in offered(turn):
        asked = [one for one in FORM if one[0].lower() in said(turn).lower()]
        assert asked, said(turn)
        _, answer, field, value = asked[-1]
        assert field not in given, f"{field} is asked again after it was answered"
        death = reaper.later() if chance.random() < 0.8 and reaper.kills < KILLS else None
        turn = await answered(customer, house, text=answer)
        given[field] = value
        if death is not None:
            await death
    return await answered(customer, house, choice="review_yes"), given


async def test_whoever_dies_every_acknowledged_answer_is_in_one_ticket(own_house):
    chance = random.Random(SEED)  # noqa: S311 - repeatable, not secret
    reaper, cases = Reaper(own_house, chance), 0
    async with httpx.AsyncClient(base_url=own_house.gateway, timeout=30, trust_env=False) as http:
        while reaper.kills < KILLS:
            await asyncio.to_thread(own_house.wait_until_ready, PATIENCE)
            customer = await Stubborn(http).begin("en")
            turn, given = await fill_in(own_house, reaper, customer, chance)
            cases += 1
            await asyncio.to_thread(own_house.wait_until_ready, PATIENCE)
            ticket = ticket_of(own_house, turn)
            kept = {name: value for name, (_, value) in ticket["fields"].items()}
            assert given.keys() <= kept.keys()
            assert {name: kept[name] for name, value in given.items() if value} == {
                name: value for name, value in given.items() if value
            }
            numbers = [message["seq"] for message in await customer.messages()]
            assert numbers == list(range(1, len(numbers) + 1))
    assert reaper.kills >= KILLS
    assert len(own_house.tickets()) == cases
    until(lambda: set(own_house.pids()) == {"rasa", "actions", "gateway"}, "all are back", 60)
