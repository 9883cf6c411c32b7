from __future__ import annotations

import action_cast as cast
import pytest

from actions.casework import CaseState, draft_ticket
from actions.safety import ScamInProgress
from actions.tracker import CASE
from bot.content.signals import load_signals

SIGNALS = list(load_signals(cast.ROOT).signals)


async def told(signal, slots=None):
    given = cast.tracker(
        f'/scam_in_progress{{"signal": "{signal}"}}', "scam_in_progress", slots=slots
    )
    return await cast.run(ScamInProgress(cast.parts()), given)


@pytest.mark.parametrize("signal", SIGNALS)
async def test_each_trick_gets_its_own_advice_and_a_person_is_offered(signal):
    replies, _ = await told(signal)
    assert [reply["reply"] for reply in replies] == [f"scam_in_progress__{signal}"]
    assert "talk_to_human" in cast.CONTENT.reply(replies[0]["reply"]).choices


async def test_a_signal_nobody_wrote_for_gets_the_general_advice():
    replies, _ = await told("of_tomorrow")
    assert [reply["reply"] for reply in replies] == ["scam_in_progress"]


async def test_the_case_under_way_becomes_urgent_and_keeps_its_question():
    state = CaseState(id="c", topic="device_broken", stage="fields", pending="model")
    _, events = await told("remote_control", {CASE: state.to_dict()})
    after = CaseState.from_dict(cast.slots_after(events)[CASE])
    assert after.pending == "model"
    draft = draft_ticket(cast.CONTENT, after, "en")
    assert draft.priority == "urgent"
    assert ("scam_signal", "remote_control") in [(row.name, row.value) for row in draft.rows]
    assert draft_ticket(cast.CONTENT, state, "en").priority != "urgent"


async def test_a_case_that_ended_is_left_as_it_was():
    state = CaseState(id="c", topic="device_broken", stage="ended", ending="submitted")
    _, events = await told("remote_control", {CASE: state.to_dict()})
    assert CASE not in cast.slots_after(events)
