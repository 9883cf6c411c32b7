"""A stranger's road over HTTP with all real parts: from a frightened sentence to a ticket."""

from __future__ import annotations

import json
import re

import pytest

from tests.integration.vectors import phrase

pytestmark = pytest.mark.rasa
REFERENCE = re.compile(r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}-[0-9A-Z*~$=]|[0-9A-Z]{10}")
TRANSACTION = "0x5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060"


def said(turn):
    """All replies of a turn as one text."""
    return "\n".join(reply["text"] for reply in turn["replies"])


def offered(turn):
    """The ids of the choices under a turn."""
    return [choice["id"] for reply in turn["replies"] for choice in reply["choices"]]


def reference_in(turn):
    found = REFERENCE.search(said(turn))
    assert found, said(turn)
    return found[0].replace("-", "")


def ticket_of(house, turn):
    """The ticket that a turn tells of, as `seedwarden tickets` lists it, fields by name."""
    wanted = reference_in(turn)
    found = [one for one in house.tickets() if one["reference"].replace("-", "") == wanted]
    assert len(found) == 1
    fields = {field["name"]: (field["kind"], field["value"]) for field in found[0]["fields"]}
    return found[0] | {"fields": fields}


async def test_a_broken_ledger_in_chinese_leads_to_a_ticket(whole_house, kunde):
    turn = await kunde.write("我的Ledger屏幕不亮了")
    assert "恢复词只可以输入到设备本身" in said(turn)
    assert "USB" in said(turn)
    assert "哪个品牌" not in said(turn)
    turn = await kunde.choose("not_helped")
    turn = await kunde.write("还是不行")
    assert "什么型号" in said(turn)
    turn = await kunde.write("Nano X")
    assert "序列号" in said(turn)
    turn = await kunde.write("不知道")
    assert "版本" in said(turn)

    turn = await kunde.write("要不要我把PIN码告诉你")
    assert "PIN" in said(turn)
    assert "版本" in said(turn), "the question is put again"
    turn = await kunde.write("2.2.3")
    turn = await kunde.write("Ledger的官方网站是什么")
    assert "ledger.com" in said(turn)
    assert "电脑或手机" in said(turn), "the form goes on where it was"
    turn = await kunde.write("switch to English")
    assert "Which computer or phone" in said(turn), "in the other language, where it was"
    turn = await kunde.write("skip")
    turn = await kunde.write("since yesterday")
    turn = await kunde.write("second hand")
    turn = await kunde.write("yes")
    turn = await kunde.write("it was dropped")
    assert "review_yes" in offered(turn)
    turn = await kunde.write("change the version to 2.2.4")
    assert "2.2.4" in said(turn)
    assert "2.2.3" not in said(turn)
    turn = await kunde.choose("review_yes")

    ticket = ticket_of(whole_house, turn)
    assert (ticket["topic"], ticket["vendor"]) == ("device_broken", "ledger")
    assert ticket["fields"]["version"] == ("version", "2.2.4")
    assert ticket["fields"]["symptom"] == ("choice", "no_power")
    assert ticket["fields"]["model"] == ("model", "ledger_nano_x")
    assert ticket["fields"]["bought_from"][1] == "second_hand"
    assert ticket["summary"]


async def test_a_stuck_transfer_in_english_is_cancelled_taken_up_again_and_filed(
    whole_house, customer
):
    turn = await customer.write("my transfer is stuck")
    assert "Nobody can call back a confirmed transaction" in said(turn)
    turn = await customer.write("my own wallet app")
    turn = await customer.choose("not_helped")
    assert "Which wallet or platform" in said(turn)
    turn = await customer.write("MetaMask")
    turn = await customer.write("ethereum")
    assert "transaction id" in said(turn)

    turn = await customer.write("cancel")
    assert "Nothing was sent" in said(turn)
    assert "case_resume" in offered(turn)
    turn = await customer.write("go on")
    assert "transaction id" in said(turn)

    turn = await customer.write(TRANSACTION)
    turn = await customer.write("0.5 ETH")
    for _ in range(8):
        if "review_yes" in offered(turn):
            break
        turn = await customer.write("skip")
    assert TRANSACTION in said(turn)
    turn = await customer.write("yes")

    ticket = ticket_of(whole_house, turn)
    assert (ticket["topic"], ticket["vendor"]) == ("tx_failed", "metamask")
    assert ticket["fields"]["transaction_id"] == ("transaction_id", TRANSACTION)
    assert ticket["fields"]["chain"][1] == "ethereum"
    assert ticket["fields"]["status"][1] == "pending"
    assert ticket["fields"]["amount"][0] == "amount"


async def test_what_the_first_message_says_is_not_asked_again(customer):
    turn = await customer.write("My Trezor Safe 3 does not turn on, firmware 2.8.3")
    asked = said(turn)
    for _ in range(12):
        if "review_yes" in offered(turn):
            break
        turn = await customer.write("skip")
        asked += said(turn)
    for question in ("Which brand", "What is it doing", "Which model", "Which version"):
        assert question not in asked
    assert "2.8.3" in said(turn)
    assert "Safe 3" in said(turn)


async def test_a_forgotten_pin_gets_the_truth_and_no_ticket(whole_house, customer):
    before = len(whole_house.tickets())
    turn = await customer.write("I forgot the PIN of my Ledger")
    assert "no support can reset a PIN" in said(turn)
    turn = await customer.choose("opt:has_phrase:have")
    assert "three wrong PINs" in said(turn)
    await customer.choose("understood")
    assert len(whole_house.tickets()) == before


async def test_official_channels_come_with_source_and_date(customer, kunde):
    turn = await customer.write("What is the official website of Ledger?")
    assert re.search(r"ledger\.com.*support\.ledger\.com, verified 20\d\d-\d\d-\d\d", said(turn))
    turn = await kunde.write("比特派的客服电话是多少？")
    assert "没有核实到任何电话" in said(turn)
    assert not re.search(r"\+?\d[\d -]{7,}\d", re.sub(r"20\d\d-\d\d-\d\d", "", said(turn)))


@pytest.mark.parametrize("words", ["I want to talk to a human", "转人工客服"])
async def test_asking_for_a_person_gives_a_reference(whole_house, customer, words):
    turn = await customer.write(words)
    ticket = ticket_of(whole_house, turn)
    assert (ticket["topic"], ticket["priority"]) == ("talk_to_human", "high")


@pytest.mark.parametrize(
    ("wordlist", "told"), [("en", "Nobody may ever ask you"), ("zh_simplified", "任何人都不可以")]
)
async def test_a_pasted_recovery_phrase_gets_the_safety_reply(http, wordlist, told):
    from tests.cast import Customer  # noqa: PLC0415 - one of each language

    someone = await Customer(http).begin("zh" if wordlist.startswith("zh") else "en")
    turn = await someone.write(phrase(wordlist, "9e885d952ad362caeb4efe34a8e91bd2").text)
    assert told in said(turn)
    assert turn["message"]["findings"] == [{"kind": "seed_phrase"}]
    assert json.dumps(turn).count("removed") or "已删除" in turn["message"]["text"]
