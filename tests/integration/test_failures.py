"""Parts die while customers talk: nothing acknowledged is lost, and everything comes back."""

from __future__ import annotations

import os
import signal

import httpx
import pytest

from tests.integration.house import is_listening, until
from tests.integration.test_first_road import offered, said

pytestmark = pytest.mark.rasa


@pytest.fixture
def restored(whole_house):
    """The house, whole again when the test ends."""
    whole_house.wait_until_ready()
    yield whole_house
    whole_house.wait_until_ready(180)


async def begin_a_case(customer):
    turn = await customer.write("my Ledger Nano X does not turn on")
    while "step_skip" in offered(turn):
        turn = await customer.choose("step_skip")
    assert "serial number" in said(turn)
    return turn


async def test_rasa_dies_and_the_conversation_goes_on_with_its_form(restored, customer):
    await begin_a_case(customer)
    restored.send("rasa", signal.SIGKILL)
    turn = await customer.write("it is 4C8A21B7")
    assert "automatic answers are not available" in said(turn)
    assert offered(turn) == ["talk_to_human"]
    assert (await customer.messages())[-2]["text"] == "it is 4C8A21B7"
    assert restored.readiness() == {"desk": "ok", "rasa": "down", "actions": "ok"}

    restored.wait_until_ready(180)
    assert "Rasa was ended by SIGKILL; it is started again" in restored.said()
    turn = await customer.write("4C8A21B7")
    assert "version" in said(turn), "the next question of the form"


async def test_a_person_can_be_called_while_rasa_is_down(restored, customer):
    restored.send("rasa", signal.SIGSTOP)
    try:
        turn = await customer.write("is anybody there?")
        assert "talk_to_human" in offered(turn)
    finally:
        restored.send("rasa", signal.SIGCONT)


async def test_the_action_server_dies_and_acknowledged_answers_are_still_there(restored, customer):
    await begin_a_case(customer)
    await customer.write("4C8A21B7")
    restored.send("actions", signal.SIGKILL)
    turn = await customer.write("2.2.3")
    assert "kept" in said(turn)
    restored.wait_until_ready()
    turn = await customer.write("2.2.3")
    turn = await customer.write("what did I say")
    assert "4C8A21B7" in said(turn)
    assert "2.2.3" in said(turn)


async def test_the_gateway_dies_and_every_acknowledged_message_is_there_once(restored, customer):
    first = (await customer.post(client_id="first", text="hello there")).json()
    await begin_a_case(customer)
    before = await customer.messages()
    restored.send("gateway", signal.SIGKILL)
    until(lambda: not is_listening(restored.port), "the gateway is gone")
    with pytest.raises(httpx.TransportError):
        await customer.post(client_id="lost", text="are you there?")
    restored.wait_until_ready()
    assert await customer.messages() == before
    again = (await customer.post(client_id="first", text="hello there")).json()
    assert again == first
    assert await customer.messages() == before
    turn = (await customer.post(client_id="lost", text="4C8A21B7")).json()
    assert "version" in said(turn)


def test_a_restart_is_no_new_supervisor_and_nothing_is_orphaned(restored):
    living = set(restored.pids().values())
    assert set(restored.left_running()) >= living
    assert len(living) == 3
    dead = restored.seen - set(restored.left_running())
    assert all(not _runs(pid) for pid in dead)


def _runs(pid):
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True
