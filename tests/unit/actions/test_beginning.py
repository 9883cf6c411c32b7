from __future__ import annotations

import action_cast as cast
import pytest

from actions.casework import CaseState, Fact, draft_ticket, start, turn
from actions.casework.heard import Heard, entities_of
from actions.safety import ScamInProgress

CONTENT = cast.CONTENT


def heard(text, number=1):
    return Heard(f"m{number}", text, entities=entities_of(text))


def said(outcome):
    return [say.reply for say in outcome.says]


def test_a_transfer_nobody_made_is_handed_over_with_its_facts():
    outcome = start(CONTENT, "tx_failed", "c", heard("2 ETH left my MetaMask, I did not send it"))
    assert outcome.state.topic == "funds_stolen"
    assert outcome.state.id == "c"
    told = {name: fact.value for name, fact in outcome.state.facts.items()}
    assert told["vendor"] == "metamask"
    assert told["amount"] == "2 ETH"
    assert "status" not in told


def test_a_transfer_the_customer_made_stays_where_it_is():
    outcome = start(CONTENT, "tx_failed", "c", heard("2 ETH from my MetaMask are still pending"))
    assert outcome.state.topic == "tx_failed"


def at_remote_app(**facts):
    told = {name: Fact(value) for name, value in facts.items()}
    return CaseState("c", "funds_stolen", stage="fields", pending="remote_app", facts=told)


def test_a_dangerous_answer_raises_the_alarm_once_and_the_ticket_says_so():
    outcome = turn(CONTENT, at_remote_app(), heard("yes"))
    assert said(outcome)[0] == "scam_in_progress__remote_control"
    assert draft_ticket(CONTENT, outcome.state, "en").priority == "urgent"
    again = turn(CONTENT, outcome.state, heard("yesterday", 2))
    assert "scam_in_progress__remote_control" not in said(again)


def test_a_harmless_answer_raises_no_alarm():
    outcome = turn(CONTENT, at_remote_app(), heard("no"))
    assert not any(name.startswith("scam_in_progress") for name in said(outcome))


def test_a_signal_of_the_guard_goes_along_when_a_case_is_handed_over():
    state = CaseState(
        "c",
        "tx_failed",
        pending="status",
        facts={"scam_signal": Fact("fee_to_unlock"), "wallet_kind": Fact("app")},
    )
    outcome = turn(CONTENT, state, heard("I did not send it"))
    assert outcome.state.topic == "funds_stolen"
    assert outcome.state.facts["scam_signal"].value == "fee_to_unlock"


async def test_what_the_guard_heard_is_not_asked_for_again():
    state = CaseState(
        "c", "account_frozen", pending="fee_demanded", facts={"what": Fact("account")}
    )
    given = cast.tracker(
        '/scam_in_progress{"signal": "fee_to_unlock"}',
        "scam_in_progress",
        slots={"case": state.to_dict()},
    )
    _, events = await cast.run(ScamInProgress(cast.parts()), given)
    told = CaseState.from_dict(cast.slots_after(events)["case"])
    assert told.facts["fee_demanded"].value == "yes"
    assert said(turn(CONTENT, told, heard("go on", 2))) == ["account_frozen__ask_wallet_kind"]


async def test_another_trick_answers_no_question():
    state = CaseState("c", "account_frozen", pending="fee_demanded")
    given = cast.tracker(
        '/scam_in_progress{"signal": "giveaway"}',
        "scam_in_progress",
        slots={"case": state.to_dict()},
    )
    _, events = await cast.run(ScamInProgress(cast.parts()), given)
    told = CaseState.from_dict(cast.slots_after(events)["case"])
    assert "fee_demanded" not in told.facts
    assert told.pending == "fee_demanded"


@pytest.mark.parametrize("topic", sorted(CONTENT.playbooks))
def test_every_topic_begins_with_a_warning_and_goes_somewhere(topic):
    outcome = start(CONTENT, topic, "c", Heard("m", f"/{topic}", topic, 1.0))
    assert said(outcome)[0].startswith(f"{topic}__warning")
    assert len(outcome.says) >= 2


def test_what_the_case_before_told_of_the_device_is_not_asked_again():
    first = start(CONTENT, "device_broken", "a", heard("my Ledger Nano X does not turn on")).state
    second = start(CONTENT, "forgot_pin", "b", heard("and I forgot the PIN"), first)
    assert second.state.facts["vendor"].value == "ledger"
    told = next(say for say in second.says if say.reply == "case_from_before")
    assert "Ledger" in str(told.params["facts"])
    assert "symptom" not in second.state.facts


def test_another_vendor_in_the_new_message_carries_nothing_over():
    first = start(CONTENT, "device_broken", "a", heard("my Ledger Nano X does not turn on")).state
    second = start(CONTENT, "forgot_pin", "b", heard("I forgot the PIN of my Trezor"), first)
    assert second.state.facts["vendor"].value == "trezor"
    assert "case_from_before" not in [say.reply for say in second.says]


def test_a_first_case_has_nothing_from_before():
    begun = start(CONTENT, "forgot_pin", "b", heard("I forgot the PIN"))
    assert "case_from_before" not in [say.reply for say in begun.says]


def test_a_transfer_may_come_from_another_wallet_so_nothing_is_carried_into_it():
    first = start(CONTENT, "device_broken", "a", heard("my Ledger Nano X does not turn on")).state
    second = start(CONTENT, "tx_failed", "b", heard("and my transfer is missing"), first)
    assert "case_from_before" not in [say.reply for say in second.says]
