from __future__ import annotations

import pytest

from bot.desk.models import Incoming
from bot.gateway import watching
from bot.gateway.memories import QUIET_SECONDS, Memories
from bot.guard import scrub

ROBBERY = "he is asking me now to install AnyDesk"
ALARM = '/scam_in_progress{"signal": "remote_control"}'


async def test_a_robbery_under_way_goes_to_rasa_as_its_signal(customer, engine):
    await customer.write(ROBBERY)
    assert engine.told == [(ALARM, "en")]
    (_, kept) = (await customer.messages())[:2]
    assert kept["text"] == ROBBERY


async def test_the_same_signal_alarms_once_a_conversation(customer, engine):
    await customer.write(ROBBERY)
    await customer.write(ROBBERY)
    assert [line for line, _ in engine.told] == [ALARM, ROBBERY]


async def test_a_question_about_a_trick_stays_a_question(customer, engine):
    question = "is it normal that support wants remote access?"
    await customer.write(question)
    assert engine.told == [(question, "en")]


async def test_a_secret_comes_before_the_robbery(customer, engine):
    phrase = "legal winner thank year wave sausage worth useful legal winner thank yellow"
    await customer.write(f"{ROBBERY}, and my words are {phrase}")
    assert engine.told == [('/secret_shared{"kind": "seed_phrase"}', "en")]


async def test_without_rasa_the_advice_is_given_all_the_same(customer, engine):
    engine.fails = "down"
    answered = await customer.write(ROBBERY)
    (reply,) = answered["replies"]
    assert "take over a computer" in reply["text"]
    assert [choice["id"] for choice in reply["choices"]] == ["talk_to_human"]


async def test_a_broken_watch_holds_no_message_back(customer, engine, monkeypatch):
    def broken(text, memory):
        raise OSError("no weights")

    monkeypatch.setattr(watching, "signals_in", broken)
    await customer.write(ROBBERY)
    assert engine.told == [(ROBBERY, "en")]


@pytest.mark.parametrize("ask", [Memories.of, Memories.signals_of])
def test_a_conversation_keeps_its_memories_until_it_was_quiet(ask):
    now = [0.0]
    memories = Memories(lambda: now[0])
    first = ask(memories, "a")
    now[0] += QUIET_SECONDS - 1
    assert ask(memories, "a") is first
    now[0] += QUIET_SECONDS + 1
    assert ask(memories, "a") is not first


@pytest.mark.parametrize(("signal", "told"), [("remote_control", ALARM), (None, ROBBERY)])
async def test_what_a_crash_cut_off_is_told_again_with_its_signal(
    customer, desk, engine, signal, told
):
    kept = Incoming("m1", "same", scrub(ROBBERY, language="en"), "en", signal=signal)
    await desk.accept(customer.id, kept)
    await customer.post(text=ROBBERY, client_id="same")
    assert engine.told == [(told, "en")]


async def test_a_person_asked_for_after_a_robbery_without_rasa_is_urgent(customer, desk, engine):
    engine.fails = "down"
    await customer.write(ROBBERY)
    await customer.choose("talk_to_human")
    (ticket,) = await desk.tickets()
    assert ticket.priority == "urgent"
