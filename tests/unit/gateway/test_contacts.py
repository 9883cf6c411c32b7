from __future__ import annotations

from bot.gateway import contacts

FALSE = "please look at https://ledger-support-login.com/restore what is this"
TRUE = "I am on https://www.ledger.com and the page does not load"


async def test_a_false_contact_is_warned_of_before_the_answer(customer, engine):
    replies = (await customer.write(FALSE))["replies"]
    assert len(replies) == 2
    assert "pretends to be Ledger" in replies[0]["text"]
    assert "support.ledger.com" in replies[0]["text"]
    assert "ledger-support-login.com" not in replies[0]["text"]
    assert [(c.verdict, c.vendor) for c in engine.contacts[0]] == [("imitation", "ledger")]


async def test_the_warning_is_in_the_language_of_the_conversation(customer):
    await customer.begin("zh")
    replies = await customer.write("帮我看看这个 https://ledger-support-login.com/ 打不开怎么回事")
    assert "冒充Ledger" in replies["replies"][0]["text"]


async def test_the_same_false_contact_is_warned_of_once(customer):
    await customer.write(FALSE)
    assert len((await customer.write(FALSE))["replies"]) == 1


async def test_a_genuine_contact_brings_no_warning(customer, engine):
    assert len((await customer.write(TRUE))["replies"]) == 1
    assert [c.verdict for c in engine.contacts[0]] == ["official"]


async def test_a_customer_who_asks_is_answered_by_the_action_alone(customer, engine):
    engine.intent = "verify_contact"
    assert len((await customer.write(FALSE))["replies"]) == 1


async def test_without_rasa_the_warning_is_given_all_the_same(customer, engine):
    engine.fails = "down"
    replies = (await customer.write(FALSE))["replies"]
    assert "pretends to be Ledger" in replies[0]["text"]


async def test_a_failing_judge_holds_no_message_back(customer, engine, monkeypatch):
    def broken(_text):
        raise RuntimeError("broken")

    monkeypatch.setattr(contacts, "find_contacts", broken)
    assert len((await customer.write(FALSE))["replies"]) == 1
    assert engine.contacts == [()]
