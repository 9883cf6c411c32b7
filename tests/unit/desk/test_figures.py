"""The figures of the dashboard, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.desk.database import migrate, open_database
from bot.desk.handoff_models import CallPerson
from bot.desk.models import Draft, Incoming, OpenTicket, TurnEnd
from bot.desk.service import Desk
from bot.guard import authored, scrub

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
TOPICS = ("tx_failed", "forgot_pin")


class Clock:
    now = NOW

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def desk(database_url, clock):
    await migrate(database_url)
    desk = Desk(open_database(database_url), clock)
    yield desk
    await desk.close()


async def asked(desk, conversation_id, number, intent, signal=None):
    message_id = f"{number:032}"
    incoming = Incoming(message_id, str(number), scrub("It hangs"), "en", (), signal)
    await desk.accept(conversation_id, incoming)
    end = TurnEnd(message_id, 0, "answered", intent, 5)
    await desk.answer(conversation_id, [Draft(authored("Let us see."), "en")], end)


async def begun(desk, number, intent="tx_failed", signal=None):
    conversation = await desk.create_conversation("en", is_chosen=True)
    await asked(desk, conversation.id, number, intent, signal)
    return conversation.id


def topic(figures, name):
    return next(one for one in figures.topics if one.topic == name)


async def test_topics_tell_shares_times_and_ratings(desk, clock):
    alone = await begun(desk, 1)
    await desk.rate(alone, 4, None)
    helped = await begun(desk, 2)
    order = OpenTicket(helped, "case", "tx_failed", "en", None, "high", (), "hangs")
    reference = (await desk.open_ticket(order)).reference
    await begun(desk, 3, "forgot_pin")
    clock.now += timedelta(hours=2)
    await desk.move_ticket(reference, "in_progress", "mei")
    clock.now += timedelta(hours=1)
    await desk.move_ticket(reference, "solved", "mei")

    told = await desk.figures(7, TOPICS)
    stuck = topic(told, "tx_failed")
    assert (stuck.conversations, stuck.alone, stuck.by_bot) == (2, 1, 0.5)
    assert (stuck.first_answer.median, stuck.solution.median) == (7200, 10_800)
    assert (stuck.rated, stuck.rating) == (1, 4)
    assert topic(told, "forgot_pin").by_bot == 1
    assert (told.days[-1].bot, told.days[-1].person) == (2, 1)


@pytest.mark.parametrize(
    ("pause", "again"),
    [(timedelta(hours=3), 0), (timedelta(hours=5), 1), (timedelta(days=8), 0)],
)
async def test_who_writes_after_a_pause_within_seven_days_came_back(desk, clock, pause, again):
    conversation_id = await begun(desk, 1)
    clock.now += pause
    await asked(desk, conversation_id, 2, "tx_failed")
    assert topic(await desk.figures(30, TOPICS), "tx_failed").again == again


async def test_guard_hits_are_told_by_place_and_robberies_by_day_and_kind(desk, clock):
    conversation_id = await begun(desk, 1, signal="fee_to_unlock")
    await desk.stopped_in_browser(conversation_id, "seed_phrase")
    clock.now += timedelta(days=1)
    await begun(desk, 2, signal="remote_control")
    told = await desk.figures(7, TOPICS)
    assert told.guard == {"browser": 1, "gateway": 0, "bot": 0, "agent": 0}
    assert [day.kinds for day in told.scams[-2:]] == [{"fee_to_unlock": 1}, {"remote_control": 1}]
    assert told.scam_kinds == {"fee_to_unlock": 1, "remote_control": 1}


async def test_a_conversation_that_waits_counts_as_one_with_a_person(desk):
    await desk.call_person(CallPerson(await begun(desk, 1), "wish", "high", "en", None))
    told = await desk.figures(7, TOPICS)
    assert (told.waiting, told.by_bot) == (1, 0)
