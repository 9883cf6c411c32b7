"""64 hexadecimal digits may be a private key or a transaction's id: who asked decides."""

from __future__ import annotations

import pytest

from bot.bootstrap import ROOT
from bot.content import load_content
from bot.gateway.expectations import Expectations

# A published example of the Ethereum wiki; nobody's key and nobody's transaction.
DIGITS = "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318"
ASKED = [{"reply": "tx_failed__ask_transaction_id"}]


@pytest.fixture(scope="module")
def content():
    return load_content(ROOT)


async def test_a_bare_number_out_of_the_blue_is_hidden_in_the_middle_and_asked_about(
    customer, engine
):
    answered = await customer.write(DIGITS)
    assert engine.told[0][0] == "4c0883…362318"
    assert DIGITS not in str(await customer.messages())
    assert [finding["kind"] for finding in answered["message"]["findings"]] == ["private_key"]
    asked, _greeting = answered["replies"]
    assert "transaction id" in asked["text"]


async def test_the_bare_id_of_a_transaction_is_taken_when_it_was_asked_for(customer, engine):
    engine.answers["it did not arrive"] = ASKED
    await customer.write("it did not arrive")
    answered = await customer.write(DIGITS)
    assert engine.told[-1][0] == DIGITS
    assert answered["message"]["findings"] == []
    assert len(answered["replies"]) == 1


@pytest.mark.parametrize("first", ["my transfer is stuck", "USDT 转账一直没到账", "交易哈希是"])
async def test_an_id_behind_a_message_about_a_transfer_is_taken(customer, engine, first):
    await customer.write(first)
    await customer.write(DIGITS)
    assert engine.told[-1][0] == DIGITS


async def test_the_id_is_still_taken_after_other_questions_of_the_same_topic(customer, engine):
    engine.answers["hello"] = ASKED
    for text in ("hello", "why do you need it", "wait", "I look it up"):
        await customer.write(text)
    await customer.write(DIGITS)
    assert engine.told[-1][0] == DIGITS


async def test_a_number_called_a_key_is_stopped_even_when_an_id_was_asked_for(customer, engine):
    engine.answers["hello"] = ASKED
    await customer.write("hello")
    answered = await customer.write(f"my private key is {DIGITS}")
    assert engine.told[-1][0].startswith("/secret_shared")
    assert DIGITS not in str(answered)


async def test_what_one_conversation_was_asked_says_nothing_about_another(content):
    expectations = Expectations(content)
    expectations.note("one", ASKED)
    assert expectations.of("one") == {"transaction_id"}
    assert expectations.of("another") == frozenset()


def test_every_question_for_a_transaction_id_is_known_by_its_name(content):
    for playbook in content.playbooks.values():
        for field in playbook.fields:
            if field.kind == "transaction_id":
                expectations = Expectations(content)
                expectations.note("c", [{"reply": field.ask}])
                assert expectations.of("c")


def test_a_question_for_something_else_expects_no_id(content):
    expectations = Expectations(content)
    expectations.note("c", [{"reply": "device_broken__ask_model"}, {"reply": "greet"}])
    assert expectations.of("c") == frozenset()
