"""The figures of the dashboard, on both databases."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select

from bot.desk.database import migrate, open_database
from bot.desk.handoff_models import CallPerson, CaseBrief
from bot.desk.handoff_tables import CaseBriefRow, HandoffRow
from bot.desk.models import Draft, Incoming, OpenTicket, TurnEnd
from bot.desk.retention import Periods
from bot.desk.service import Desk
from bot.desk.tables import ConversationRow, RatingRow, TicketRow, TurnRow
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


async def told_rows(desk, table):
    """All rows of a table, by conversation."""
    rows = defaultdict(list)
    async with desk._session() as session:
        for row in await session.scalars(select(table)):
            rows[row.conversation_id].append(row)
    return rows


def came_back(turns):
    at = sorted(turn.at for turn in turns)
    gaps = [later - earlier for earlier, later in pairwise(at)]
    return any(timedelta(hours=4) < gap <= timedelta(days=7) for gap in gaps)


def about(turns, tickets, briefs):
    known = [turn for turn in turns if turn.intent in TOPICS]
    if briefs:
        return briefs[0].topic
    if tickets:
        return max(tickets, key=lambda row: row.id).topic
    return max(known, key=lambda turn: turn.at).intent if known else "other"


async def direct_count(desk):
    """Days and topics counted from the rows themselves, one conversation after the other."""
    tables = (TurnRow, TicketRow, HandoffRow, RatingRow, CaseBriefRow)
    turns, tickets, handoffs, ratings, briefs = [await told_rows(desk, one) for one in tables]
    async with desk._session() as session:
        conversations = list(await session.scalars(select(ConversationRow)))
    days, topics = Counter(), defaultdict(lambda: [0] * 5)
    for one in conversations:
        if not turns[one.id]:
            continue
        person = bool(tickets[one.id] or handoffs[one.id])
        days[one.created_at.astimezone(desk.office.zone).date(), person] += 1
        stars = [row.score for row in ratings[one.id]]
        told = (1, not person, came_back(turns[one.id]), len(stars), sum(stars))
        name = about(turns[one.id], tickets[one.id], briefs[one.id])
        topics[name] = [old + new for old, new in zip(topics[name], told, strict=True)]
    return dict(days), dict(topics)


async def tallied(desk):
    """The same as the dashboard tells it."""
    figures = await desk.figures(90, TOPICS)
    days = {(one.day, False): one.bot for one in figures.days}
    days |= {(one.day, True): one.person for one in figures.days}
    topics = {
        one.topic: [one.conversations, one.alone, one.again, one.rated, one.stars]
        for one in figures.topics
    }
    return {key: count for key, count in days.items() if count}, topics


async def something_happens(desk, dice, known, number):
    """One of the things that change what is told of a conversation."""
    name = dice.choice(known)
    what = dice.choice(("asked", "asked", "ticket", "person", "rated", "retold"))
    if what == "asked":
        await asked(desk, name, number, dice.choice((*TOPICS, "greet", None)))
    elif what == "ticket":
        order = OpenTicket(name, f"case {number}", "funds_stolen", "en", None, "high", (), "gone")
        await desk.open_ticket(order)
    elif what == "person":
        await desk.call_person(CallPerson(name, "wish", "high", "en", None))
    elif what == "rated":
        await desk.rate(name, dice.randint(1, 5), None)
    else:
        topic_now = dice.choice(("device_broken", "faq"))
        brief = CaseBrief(name, topic_now, None, "low", "en", "it broke")
        await desk.keep_brief(brief)


async def test_the_tally_is_the_direct_count_after_late_changes_erasures_and_retention(desk, clock):
    dice = random.Random(6)  # noqa: S311 - made-up histories
    clock.now, known = NOW - timedelta(days=60), []
    for number in range(1, 13):
        known.append(await begun(desk, number, dice.choice(TOPICS)))
        clock.now += timedelta(hours=dice.choice((1, 30, 90)))
    known.append((await desk.create_conversation("en", is_chosen=True)).id)
    assert await tallied(desk) == await direct_count(desk)

    for number in range(100, 140):
        await something_happens(desk, dice, known, number)
        clock.now += timedelta(hours=dice.choice((0, 1, 5, 50)) / 4)
    late = await direct_count(desk)
    assert await tallied(desk) == late

    for name in known[:3]:
        await desk.erase(name, "customer")
    erased = await direct_count(desk)
    assert erased != late
    assert await tallied(desk) == erased

    clock.now = NOW + timedelta(days=5)
    await desk.retain(Periods(messages=30, tickets=30, turns=30, audit=30))
    retained = await direct_count(desk)
    assert retained != erased
    assert await tallied(desk) == retained


async def test_what_is_not_yet_written_down_is_tallied_later(desk):
    conversation_id = await begun(desk, 1)
    await desk.figures(7, TOPICS)
    async with desk._work() as session:
        row = TicketRow(conversation_id=conversation_id, case_id="case", reference="A", topic="x")
        row.language, row.priority, row.status, row.summary = "en", "low", "new", "made up"
        row.created_at = row.updated_at = NOW
        session.add(row)
        await session.flush()
        before = await desk.figures(7, TOPICS)
    after = await desk.figures(7, TOPICS)
    assert (before.days[-1].person, after.days[-1].person) == (0, 1)


async def test_other_topics_sort_the_conversations_anew(desk):
    await begun(desk, 1, "tx_failed")
    assert [one.topic for one in (await desk.figures(7, TOPICS)).topics] == ["tx_failed"]
    assert [one.topic for one in (await desk.figures(7, ["faq"])).topics] == ["other"]
