from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from bot.desk.credentials import Seal
from bot.desk.database import migrate, open_database
from bot.desk.handoff_models import (
    AlreadyTaken,
    CallPerson,
    Card,
    CaseBrief,
    NotWaiting,
    NotYours,
)
from bot.desk.models import Draft, Field, Incoming, TurnEnd
from bot.desk.people_models import NewAgent
from bot.desk.service import Desk
from bot.errors import NotFound
from bot.guard.safetext import seal
from bot.keys import Keys

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # eleven o'clock in Beijing
SUNDAY = MONDAY - timedelta(days=1)


class Clock:
    def __init__(self):
        self.now = MONDAY

    def __call__(self):
        return self.now

    def move(self, **by):
        self.now += timedelta(**by)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def desk(migrated_sqlite, clock):
    desk = Desk(open_database(migrated_sqlite), clock)
    yield desk
    await desk.close()


@pytest.fixture
async def desk_anywhere(database_url, clock):
    """On both databases, for what depends on who comes first."""
    await migrate(database_url)
    desk = Desk(open_database(database_url), clock)
    yield desk
    await desk.close()


async def person(desk, login="mei", role="agent"):
    return (
        await desk.staff(Seal(Keys(b"k"))).add(NewAgent(login, login.title(), role), "cli")
    ).agent


async def begun(desk):
    return (await desk.create_conversation("en", is_chosen=False)).id


async def waiting(desk, priority="high", reason="wish"):
    conversation = await begun(desk)
    await desk.call_person(CallPerson(conversation, reason, priority, "en", "REF"))
    return conversation


async def served(desk, agent):
    """A conversation in an agent's hands, and its epoch."""
    conversation = await waiting(desk)
    moved = await desk.claim(desk.deed(agent, conversation))
    return conversation, moved.held.epoch


def line(text, author="system"):
    return Draft(seal(text), "en", author)


async def texts(desk, conversation):
    return [message.text for message in await desk.messages(conversation)]


async def test_who_asks_for_a_person_waits_in_the_queue_and_the_epoch_rises(desk):
    conversation = await begun(desk)
    place = await desk.call_person(CallPerson(conversation, "wish", "high", "en", "REF"))
    assert (place.position, place.wait, place.is_new) == (1, None, True)
    held = await desk.held(conversation)
    assert (held.owner, held.epoch, held.agent) == ("queue", 1, None)


async def test_asking_again_keeps_the_place_and_raises_the_priority_only(desk, clock):
    conversation = await waiting(desk, "normal")
    clock.move(minutes=1)
    await waiting(desk, "high")
    again = await desk.call_person(CallPerson(conversation, "robbery", "urgent", "en"))
    assert (again.position, again.is_new, again.handoff.priority) == (1, False, "urgent")
    again = await desk.call_person(CallPerson(conversation, "wish", "low", "en"))
    assert again.handoff.priority == "urgent"
    assert (await desk.held(conversation)).epoch == 1


async def test_the_queue_goes_by_priority_and_then_by_age(desk, clock):
    order = []
    for priority in ("normal", "urgent", "high", "urgent"):
        order.append(await waiting(desk, priority))
        clock.move(seconds=1)
    queue = [entry.handoff.conversation_id for entry in await desk.queue()]
    assert queue == [order[1], order[3], order[2], order[0]]
    assert [(await desk.place(one)).position for one in order] == [4, 1, 3, 2]


async def test_the_wait_is_the_median_of_seven_days_and_unknown_from_too_few(desk, clock):
    agent = await person(desk)
    for minutes in (1, 2, 3, 100):
        conversation = await waiting(desk)
        clock.move(minutes=minutes)
        await desk.claim(desk.deed(agent, conversation))
    assert await desk.usual_wait() is None
    conversation = await waiting(desk)
    clock.move(minutes=2)
    await desk.claim(desk.deed(agent, conversation))
    assert await desk.usual_wait() == 120
    clock.move(days=7)
    assert await desk.usual_wait() is None


async def test_who_waited_in_vain_counts_too_but_who_gave_up_or_was_taken_over_does_not(
    desk, clock
):
    agent = await person(desk)
    for _ in range(5):
        conversation = await waiting(desk)
        clock.move(minutes=30)
        await desk.leave_queue(conversation, "expired")
    assert await desk.usual_wait() == 1800
    for _ in range(20):
        await desk.leave_queue(await waiting(desk), "withdrawn")
        await desk.claim(desk.deed(agent, await begun(desk)), takes_over=True)
    assert await desk.usual_wait() == 1800


async def test_fifty_agents_claim_one_conversation_and_one_wins_every_time(desk_anywhere):
    desk = desk_anywhere
    agents = [await person(desk, f"agent{number}") for number in range(50)]
    for _ in range(4):
        conversation = await waiting(desk)
        results = await asyncio.gather(
            *(desk.claim(desk.deed(one, conversation, [line("joined")])) for one in agents),
            return_exceptions=True,
        )
        won = [result for result in results if not isinstance(result, Exception)]
        lost = [result for result in results if isinstance(result, AlreadyTaken)]
        assert (len(won), len(lost)) == (1, 49)
        winner = won[0].held.agent
        assert {(error.name, error.badge) for error in lost} == {(winner.name, winner.badge)}
        assert await texts(desk, conversation) == ["joined"]
        assert (await desk.held(conversation)).epoch == 2


async def test_claiming_twice_is_harmless_for_the_one_who_has_it(desk):
    agent = await person(desk)
    conversation = await waiting(desk)
    first = await desk.claim(desk.deed(agent, conversation, [line("joined")]))
    again = await desk.claim(desk.deed(agent, conversation, [line("joined")]))
    assert (first.is_new, again.is_new) == (True, False)
    assert await texts(desk, conversation) == ["joined"]


async def test_nobody_claims_what_does_not_wait_but_may_take_it_over(desk):
    agent = await person(desk)
    conversation = await begun(desk)
    with pytest.raises(NotWaiting):
        await desk.claim(desk.deed(agent, conversation))
    moved = await desk.claim(desk.deed(agent, conversation), takes_over=True)
    assert (moved.held.owner, moved.held.handoff.reason) == ("human", "taken_over")
    with pytest.raises(NotFound):
        await desk.claim(desk.deed(agent, "0" * 32))


async def test_a_late_answer_of_the_bot_never_falls_into_a_persons_conversation(desk_anywhere):
    desk = desk_anywhere
    agent = await person(desk)
    for number in range(10):
        conversation = await begun(desk)
        accepted = await desk.accept(conversation, Incoming(f"m{number}", "c1", seal("help"), "en"))
        end = TurnEnd(accepted.message.id, accepted.conversation.epoch, "answered", None, 1)
        _, said = await asyncio.gather(
            desk.claim(desk.deed(agent, conversation, [line("joined")]), takes_over=True),
            desk.answer(conversation, [line("late", "bot")], end),
        )
        kept = await texts(desk, conversation)
        assert kept in (["help", "late", "joined"], ["help", "joined"])
        assert (said is None) is ("late" not in kept)
        assert (await desk.held(conversation)).owner == "human"


async def test_a_turn_that_began_before_a_person_came_and_went_stays_silent(desk):
    agent = await person(desk)
    conversation = await begun(desk)
    accepted = await desk.accept(conversation, Incoming("m1", "c1", seal("help"), "en"))
    moved = await desk.claim(desk.deed(agent, conversation), takes_over=True)
    await desk.let_go(desk.deed(agent, conversation, epoch=moved.held.epoch), "returned")
    end = TurnEnd(accepted.message.id, accepted.conversation.epoch, "answered", None, 1)
    assert await desk.answer(conversation, [line("late", "bot")], end) is None


async def test_the_turn_that_calls_a_person_still_says_so(desk):
    conversation = await begun(desk)
    accepted = await desk.accept(conversation, Incoming("m1", "c1", seal("a person"), "en"))
    await desk.call_person(CallPerson(conversation, "wish", "high", "en"))
    end = TurnEnd(accepted.message.id, accepted.conversation.epoch, "answered", None, 1)
    assert await desk.answer(conversation, [line("you wait", "bot")], end)


async def test_an_agent_speaks_once_per_client_id_and_only_under_the_right_epoch(desk):
    agent, other = await person(desk), await person(desk, "ken")
    conversation, epoch = await served(desk, agent)
    mine = desk.deed(agent, conversation, epoch=epoch)
    first = await desk.agent_says(mine, line("hello", "agent"), "a1")
    assert await desk.agent_says(mine, line("hello", "agent"), "a1") == first
    assert await texts(desk, conversation) == ["hello"]
    assert await desk.authors(conversation) == {first.id: "Mei"}
    for deed in (
        desk.deed(agent, conversation, epoch=epoch - 1),
        desk.deed(other, conversation, epoch=epoch),
    ):
        with pytest.raises(NotYours):
            await desk.agent_says(deed, line("stale", "agent"), "a2")
    assert await texts(desk, conversation) == ["hello"]


async def test_ten_copies_of_an_agents_message_are_stored_once(desk_anywhere):
    desk = desk_anywhere
    agent = await person(desk)
    conversation, epoch = await served(desk, agent)
    mine = desk.deed(agent, conversation, epoch=epoch)
    sent = await asyncio.gather(
        *(desk.agent_says(mine, line("hello", "agent"), "a1") for _ in range(10))
    )
    assert len({message.id for message in sent}) == 1
    assert await texts(desk, conversation) == ["hello"]


async def test_after_a_transfer_the_colleague_speaks_and_the_first_one_cannot(desk):
    agent, other = await person(desk), await person(desk, "ken")
    conversation, epoch = await served(desk, agent)
    moved = await desk.transfer(
        desk.deed(agent, conversation, [line("Ken takes over")], epoch),
        Card(other.id, other.name, other.badge),
    )
    assert moved.held.agent.badge == other.badge
    with pytest.raises(NotYours):
        await desk.agent_says(desk.deed(agent, conversation, epoch=epoch), line("x", "agent"), "a1")
    fresh = desk.deed(other, conversation, epoch=moved.held.epoch)
    assert await desk.agent_says(fresh, line("hello", "agent"), "a1")


async def test_a_conversation_put_back_in_the_queue_keeps_its_place(desk, clock):
    agent = await person(desk)
    conversation, epoch = await served(desk, agent)
    clock.move(minutes=5)
    await waiting(desk)
    await desk.transfer(desk.deed(agent, conversation, epoch=epoch), None)
    assert (await desk.place(conversation)).position == 1


async def test_only_its_holder_or_a_lead_lets_a_conversation_go(desk):
    agent, other = await person(desk), await person(desk, "ken")
    lead = await person(desk, "lea", "lead")
    conversation, epoch = await served(desk, agent)
    with pytest.raises(NotYours):
        await desk.let_go(desk.deed(other, conversation, epoch=epoch), "closed")
    assert (await desk.held(conversation)).owner == "human"
    moved = await desk.let_go(desk.deed(lead, conversation, epoch=epoch), "closed")
    assert moved.held.owner == "closed"


async def test_the_closing_line_is_said_once_however_often_it_is_closed(desk_anywhere):
    desk = desk_anywhere
    agent = await person(desk)
    conversation, epoch = await served(desk, agent)
    deed = desk.deed(agent, conversation, [line("goodbye")], epoch)
    results = await asyncio.gather(
        *(desk.let_go(deed, "closed") for _ in range(8)), return_exceptions=True
    )
    assert {type(result).__name__ for result in results} <= {"Moved", "NotYours"}
    assert await texts(desk, conversation) == ["goodbye"]


async def test_the_next_message_after_the_end_begins_anew_with_the_bot(desk):
    agent = await person(desk)
    conversation, epoch = await served(desk, agent)
    await desk.let_go(desk.deed(agent, conversation, epoch=epoch), "closed")
    accepted = await desk.accept(conversation, Incoming("m1", "c1", seal("hi again"), "en"))
    assert (accepted.conversation.owner, accepted.conversation.epoch) == ("bot", epoch + 2)


async def test_a_second_hand_off_works_like_the_first(desk):
    agent = await person(desk)
    conversation, epoch = await served(desk, agent)
    await desk.let_go(desk.deed(agent, conversation, epoch=epoch), "returned")
    place = await desk.call_person(CallPerson(conversation, "wish", "high", "en"))
    assert (place.position, place.is_new) == (1, True)
    assert (await desk.claim(desk.deed(agent, conversation))).held.owner == "human"


async def test_a_withdrawn_wish_cannot_be_claimed_and_withdrawing_twice_is_harmless(desk):
    agent = await person(desk)
    conversation = await waiting(desk)
    assert (await desk.leave_queue(conversation, "withdrawn", [line("ok")])).is_new
    assert not (await desk.leave_queue(conversation, "withdrawn", [line("ok")])).is_new
    assert await texts(desk, conversation) == ["ok"]
    with pytest.raises(NotWaiting):
        await desk.claim(desk.deed(agent, conversation))


async def test_claiming_and_giving_up_at_once_leaves_one_of_the_two(desk_anywhere):
    desk = desk_anywhere
    agent = await person(desk)
    for _ in range(10):
        conversation = await waiting(desk)
        claim, leave = await asyncio.gather(
            desk.claim(desk.deed(agent, conversation)),
            desk.leave_queue(conversation, "withdrawn"),
            return_exceptions=True,
        )
        owner = (await desk.held(conversation)).owner
        if isinstance(claim, NotWaiting):
            assert (owner, leave.is_new) == ("bot", True)
        else:
            assert (owner, leave.is_new) == ("human", False)


async def test_who_waits_too_long_is_overdue_and_at_closing_time_everybody_is(desk, clock):
    conversation = await waiting(desk)
    clock.move(minutes=9)
    assert await desk.overdue(timedelta(minutes=10)) == []
    clock.move(minutes=1)
    (late,) = await desk.overdue(timedelta(minutes=10))
    assert late.conversation_id == conversation
    await waiting(desk)
    clock.now = MONDAY.replace(hour=10)  # six in the evening
    assert len(await desk.overdue(timedelta(hours=24))) == 2


async def test_a_person_is_called_in_office_hours_and_where_there_is_a_team(desk, clock):
    assert not await desk.may_call()
    await ready(desk, clock)
    assert await desk.may_call()
    clock.now = SUNDAY
    assert not await desk.may_call()
    assert desk.opens_at() == MONDAY.replace(hour=1)


async def ready(desk, clock):
    """Somebody who finished the set-up."""
    staff = desk.staff(Seal(Keys(b"k")))
    setup = await staff.add(NewAgent("ann", "Ann", "agent"), "cli")
    enrolment = await staff.choose_password(setup.token, "a long pass phrase 1")
    await staff.finish_setup(setup.token, pyotp.TOTP(enrolment.secret).at(clock.now))


async def test_a_disabled_persons_conversation_goes_back_in_the_queue(desk):
    agent = await person(desk)
    conversation, _ = await served(desk, agent)
    assert await desk.orphaned() == []
    await desk.staff(Seal(Keys(b"k"))).disable(agent.login, "cli")
    (orphan,) = await desk.orphaned()
    await desk.put_back(orphan.conversation_id, [line("somebody else comes")])
    assert (await desk.held(conversation)).owner == "queue"
    assert not (await desk.put_back(conversation, [line("again")])).is_new


async def test_the_latest_brief_is_kept_with_its_fields(desk):
    conversation = await begun(desk)
    assert await desk.brief(conversation) is None
    brief = CaseBrief(conversation, "device_broken", "ledger", "high", "en", "black screen")
    await desk.keep_brief(brief)
    fuller = CaseBrief(
        conversation, "device_broken", "ledger", "high", "en", "black screen, tried reset",
        (Field("model", "model", "nano-x"),), ("fear",),
    )  # fmt: skip
    await desk.keep_brief(fuller)
    assert await desk.brief(conversation) == fuller
    await desk.call_person(CallPerson(conversation, "wish", "high", "en"))
    (entry,) = await desk.queue()
    assert (entry.topic, entry.vendor) == ("device_broken", "ledger")


async def test_notes_are_no_messages(desk):
    agent = await person(desk)
    conversation = await begun(desk)
    await desk.add_note(desk.deed(agent, conversation), seal("sounds frightened"))
    assert [(note.author, note.text) for note in await desk.notes(conversation)] == [
        ("Mei", "sounds frightened")
    ]
    assert await desk.messages(conversation) == []


async def test_a_report_is_seen_by_a_lead_and_not_by_the_person_it_is_about(desk):
    agent, lead = await person(desk, "mei", "lead"), await person(desk, "lea", "lead")
    conversation, _ = await served(desk, agent)
    await desk.report(conversation, seal("asked me for a payment"))
    (seen,) = await desk.reports(lead)
    assert (seen.agent.name, seen.text) == ("Mei", "asked me for a payment")
    assert await desk.reports(agent) == []


async def test_the_audit_tells_who_did_what_without_words_and_counts_refusals(desk):
    agent = await person(desk)
    conversation, epoch = await served(desk, agent)
    deed = desk.deed(agent, conversation, epoch=epoch)
    await desk.agent_says(deed, line("the words themselves", "agent"), "a1")
    await desk.refused(deed, ["asks_for_phrase", "asks_for_phrase"])
    entries = await desk.audit(about=conversation)
    assert [entry.action for entry in entries] == ["message_refused", "claimed", "person_called"]
    assert entries[0].detail == "asks_for_phrase"
    assert "words" not in str(entries)
    assert await desk.refusals(timedelta(days=1)) == {"mei": 1}
