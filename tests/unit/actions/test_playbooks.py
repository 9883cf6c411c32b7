"""What the playbooks' own words do: steps that end nothing, tickets of no use, urgent ends."""

from __future__ import annotations

import action_cast as cast
import pytest

from actions.cases import OpenTicketAction
from actions.casework import CaseState, Fact, draft_ticket, start, turn
from actions.casework.heard import Heard, entities_of
from actions.talk import Choose, Clarify

CONTENT = cast.CONTENT


def heard(text, number=1):
    return Heard(f"m{number}", text, entities=entities_of(text))


def said(outcome):
    return [say.reply for say in outcome.says]


def drafted(topic, **facts):
    told = {name: Fact(value) for name, value in facts.items()}
    return draft_ticket(CONTENT, CaseState("c", topic, facts=told), "en")


@pytest.mark.parametrize(
    ("topic", "priority"),
    [
        ("funds_stolen", "urgent"),
        ("complaint", "high"),
        ("app_problem", "normal"),
        ("account_frozen", "normal"),
    ],
)
def test_a_robbery_is_urgent_and_a_complaint_goes_to_a_lead(topic, priority):
    assert drafted(topic).priority == priority


def test_a_step_that_ends_nothing_is_followed_by_the_next():
    begun = start(CONTENT, "funds_stolen", "c", heard("my MetaMask was hacked"))
    done = turn(CONTENT, begun.state, heard("it works now", 2))
    assert done.next == "go_on"
    assert said(done) == ["funds_stolen__approvals"]
    assert done.state.outcomes == {"move": "done"}


def test_a_step_that_may_solve_it_ends_the_case():
    begun = start(CONTENT, "app_problem", "c", heard("imToken crashes"))
    done = turn(CONTENT, begun.state, heard("it works now", 2))
    assert (done.next, done.state.ending) == ("end", "solved")


@pytest.mark.parametrize(
    ("text", "opens"),
    [
        ("lost my seed, the phone was wiped, Trezor", False),
        ("lost my seed, my Trezor still opens", True),
        ("my Trezor says the seed is invalid, the phone was wiped", True),
    ],
)
def test_a_ticket_is_opened_where_somebody_could_do_something(text, opens):
    state = start(CONTENT, "lost_recovery_phrase", "c", heard(text)).state
    outcome = turn(CONTENT, state, heard("submit", 2))
    if outcome.next == "go_on" and not opens:
        outcome = turn(CONTENT, outcome.state, heard("submit", 3))
    assert (outcome.next == "end") is not opens
    assert ("lost_recovery_phrase__closing" in said(outcome)) is not opens


async def test_the_honest_next_step_follows_the_reference():
    state = CaseState("c", "complaint", stage="submit")
    given = cast.tracker("yes", slots={"case": state.to_dict()})
    replies, _ = await cast.run(OpenTicketAction(cast.parts()), given)
    assert [reply["reply"] for reply in replies] == ["ticket_opened", "complaint__after_ticket"]


async def test_something_else_shows_the_rest_of_the_topics():
    given = cast.tracker('/choose{"choice": "topic_other"}', "choose")
    replies, _ = await cast.run(Choose(cast.parts()), given)
    assert [reply["reply"] for reply in replies] == ["more_topics"]


def test_every_problem_is_offered_at_first_or_under_something_else():
    offered = {*CONTENT.reply("welcome").choices, *CONTENT.reply("more_topics").choices}
    sent = {CONTENT.choices[name].send for name in offered}
    assert set(CONTENT.playbooks) <= sent


async def test_a_new_problem_is_among_the_likeliest():
    given = cast.tracker("hm", ranking=("nlu_fallback", "account_frozen", "complaint"))
    replies, _ = await cast.run(Clarify(cast.parts()), given)
    assert replies[0]["choices"][:2] == ["topic_frozen", "topic_complaint"]


def test_what_somebody_else_demanded_is_no_offer():
    state = start(CONTENT, "report_scam", "c", heard("report a fake site")).state
    told = turn(CONTENT, state, heard("he told me to send my 24 words", 2))
    assert "never_needed__words" not in said(told)
    offered = turn(CONTENT, state, heard("I can send my 24 words to you", 2))
    assert said(offered)[0] == "never_needed__words"
