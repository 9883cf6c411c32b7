from __future__ import annotations

import action_cast as cast
import pytest

from actions.casework import CaseState
from actions.talk import SmallTalk

CANCELLED = CaseState("c", "tx_failed", stage="ended", ending="cancelled").to_dict()
SUBMITTED = CaseState("c", "tx_failed", stage="ended", ending="submitted").to_dict()


def greeting(case, *, hours=1.0, form=None, text="hello", intent="greet"):
    given = cast.tracker(text, intent, slots={"case": case})
    given.events = [
        {"event": "user", "timestamp": 1_000.0},
        {"event": "bot", "timestamp": 1_001.0},
        {"event": "user", "timestamp": 1_000.0 + hours * 3600},
    ]
    given.active_loop = {"name": form} if form else {}
    return given


async def answer(given):
    replies, events = await cast.run(SmallTalk(cast.parts()), given)
    return [reply["reply"] for reply in replies], cast.slots_after(events)


async def test_who_comes_back_within_a_day_is_offered_the_unfinished_case():
    said, slots = await answer(greeting(CANCELLED, hours=23.9))
    assert said == ["case_offer"]
    assert "case" not in slots


async def test_after_a_day_the_draft_is_dropped_and_the_greeting_is_a_greeting():
    said, slots = await answer(greeting(CANCELLED, hours=24.1))
    assert said == ["greet"]
    assert slots["case"] is None


async def test_inside_the_form_it_is_said_where_we_were_and_nothing_is_dropped():
    open_case = CaseState("c", "tx_failed", stage="fields").to_dict()
    said, slots = await answer(greeting(open_case, hours=50, form="case_form"))
    assert said == ["case_back"]
    assert "case" not in slots


@pytest.mark.parametrize("case", [None, SUBMITTED])
async def test_without_an_unfinished_case_a_hello_is_a_hello(case):
    said, _ = await answer(greeting(case))
    assert said == ["greet"]


async def test_thanks_offer_nothing():
    said, _ = await answer(greeting(CANCELLED, text="thanks", intent="thank"))
    assert said == ["thank"]
