from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.desk.database import migrate, open_database
from bot.desk.life import MOVES, ParcelInvalid
from bot.desk.models import Field, OpenTicket, Parcel
from bot.desk.service import Desk
from bot.desk.tickets import Wanted
from bot.errors import MoveRefused, NotFound

MONDAY_NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)  # 12:00 in Beijing


class Clock:
    """A clock that tests turn on."""

    def __init__(self):
        self.now = MONDAY_NOON

    def __call__(self):
        return self.now

    def later(self, **span):
        self.now += timedelta(**span)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def desk(database_url, clock):
    await migrate(database_url)
    desk = Desk(open_database(database_url), clock)
    yield desk
    await desk.close()


@pytest.fixture
async def conversation(desk):
    return (await desk.create_conversation("en", is_chosen=False)).id


def order(conversation, case="case-1", topic="tx_failed", **more):
    return OpenTicket(conversation, case, topic, "en", **more)


def transfer(conversation, case, transaction, **more):
    fields = [Field("transaction_id", "transaction_id", transaction)]
    return order(conversation, case, fields=fields, **more)


async def test_a_ticket_is_due_by_its_priority_in_working_hours(desk, conversation):
    normal = await desk.open_ticket(order(conversation))
    urgent = await desk.open_ticket(order(conversation, "b", "funds_stolen", priority="urgent"))
    assert urgent.due_at == MONDAY_NOON + timedelta(hours=2)
    assert normal.due_at == MONDAY_NOON + timedelta(days=2)  # two working days of nine hours


async def test_every_change_is_in_the_history_with_who_and_when(desk, conversation, clock):
    ticket = await desk.open_ticket(order(conversation))
    clock.later(hours=1)
    await desk.move_ticket(ticket.reference, "in_progress", "lin")
    clock.later(hours=1)
    moved = await desk.move_ticket(ticket.reference.lower(), "solved", "kai")
    assert [(e.actor, e.kind, e.detail) for e in moved.history] == [
        ("bot", "opened", "tx_failed"),
        ("lin", "status", "new → in_progress"),
        ("kai", "status", "in_progress → solved"),
    ]
    assert moved.history[-1].at == moved.updated_at == MONDAY_NOON + timedelta(hours=2)


async def test_a_move_that_there_is_not_is_refused_and_changes_nothing(desk, conversation):
    ticket = await desk.open_ticket(order(conversation))
    await desk.move_ticket(ticket.reference, "closed", "lin")
    with pytest.raises(MoveRefused, match="A ticket that is closed cannot become solved"):
        await desk.move_ticket(ticket.reference, "solved", "lin")
    after = await desk.ticket(ticket.reference)
    assert (after.status, len(after.history)) == ("closed", 2)


async def test_every_status_leads_on_and_none_to_itself():
    assert all(MOVES[status] for status in MOVES)
    assert all(status not in following for status, following in MOVES.items())
    assert {to for following in MOVES.values() for to in following} == set(MOVES)


async def test_the_clock_stands_while_the_customer_is_asked_and_starts_anew_after(
    desk, conversation, clock
):
    ticket = await desk.open_ticket(order(conversation))
    taken = await desk.move_ticket(ticket.reference, "in_progress", "lin")
    assert taken.due_at == ticket.due_at
    asked = await desk.move_ticket(ticket.reference, "waiting_for_customer", "lin")
    assert asked.due_at is None
    clock.later(days=7)
    back = await desk.move_ticket(ticket.reference, "in_progress", "lin")
    assert back.due_at == clock.now + timedelta(days=2)


async def test_a_reopened_ticket_is_new_again_and_due_again(desk, conversation, clock):
    ticket = await desk.open_ticket(order(conversation))
    await desk.move_ticket(ticket.reference, "solved", "lin")
    clock.later(days=1)
    reopened = await desk.move_ticket(ticket.reference, "new", "lin")
    assert reopened.status == "new"
    assert reopened.due_at is not None
    assert reopened.history[-1].kind == "reopened"


async def test_overdue_is_what_nobody_answered_in_time(desk, conversation, clock):
    late = await desk.open_ticket(order(conversation, priority="urgent"))
    answered = await desk.open_ticket(order(conversation, "b", "complaint", priority="urgent"))
    await desk.move_ticket(answered.reference, "solved", "lin")
    assert await desk.overdue_tickets() == []
    clock.later(hours=3)
    assert [one.reference for one in await desk.overdue_tickets()] == [late.reference]


async def test_a_higher_priority_brings_the_due_time_nearer(desk, conversation):
    ticket = await desk.open_ticket(order(conversation))
    raised = await desk.change_priority(ticket.reference, "urgent", "lin")
    assert raised.due_at == MONDAY_NOON + timedelta(hours=2)
    assert raised.history[-1].detail == "normal → urgent"


async def test_the_same_case_of_another_transaction_is_another_ticket(desk, conversation):
    first = await desk.open_ticket(transfer(conversation, "a", "11" * 32, vendor="okx"))
    second = await desk.open_ticket(transfer(conversation, "b", "22" * 32, vendor="okx"))
    assert second.reference != first.reference
    assert second.joined_as is None


async def test_the_same_topic_and_vendor_joins_and_both_references_work(desk, conversation):
    first = await desk.open_ticket(
        order(conversation, fields=[Field("asset", "asset", "usdt")], summary="stuck", vendor="okx")
    )
    fields = [Field("asset", "asset", "btc"), Field("amount", "amount", "0.5")]
    second = await desk.open_ticket(
        order(conversation, "b", vendor="okx", fields=fields, summary="still stuck")
    )
    assert second.reference == first.reference
    found = await desk.ticket(second.joined_as)
    assert found.reference == first.reference
    assert found.also == (second.joined_as,)
    facts = {field.name: field.value for field in found.fields}
    assert facts == {"asset": "usdt", "asset_2": "btc", "amount": "0.5"}
    assert found.summary == "stuck\nstill stuck"
    assert len(await desk.tickets()) == 1


async def test_the_same_transaction_joins_whatever_the_vendor_is_called(desk, conversation):
    first = await desk.open_ticket(transfer(conversation, "a", "11" * 32, vendor="okx"))
    second = await desk.open_ticket(transfer(conversation, "b", "11" * 32, vendor="metamask"))
    assert second.reference == first.reference


async def test_joining_twice_gives_the_same_second_reference(desk, conversation):
    await desk.open_ticket(order(conversation))
    once = await desk.open_ticket(order(conversation, "b"))
    again = await desk.open_ticket(order(conversation, "b"))
    assert once.joined_as == again.joined_as is not None


async def test_another_conversation_about_the_same_thing_joins_nothing(desk, conversation):
    other = (await desk.create_conversation("en", is_chosen=False)).id
    first = await desk.open_ticket(transfer(conversation, "a", "11" * 32))
    second = await desk.open_ticket(transfer(other, "b", "11" * 32))
    assert first.reference != second.reference


async def test_a_solved_ticket_is_joined_by_nothing(desk, conversation):
    first = await desk.open_ticket(order(conversation))
    await desk.move_ticket(first.reference, "solved", "lin")
    assert (await desk.open_ticket(order(conversation, "b"))).reference != first.reference


async def test_an_emergency_does_not_disappear_in_a_lesser_ticket(desk, conversation):
    await desk.open_ticket(transfer(conversation, "a", "11" * 32))
    stolen = OpenTicket(
        conversation,
        "b",
        "funds_stolen",
        "en",
        priority="urgent",
        fields=[Field("transaction_id", "transaction_id", "11" * 32)],
    )
    ticket = await desk.open_ticket(stolen)
    assert (ticket.topic, ticket.priority, ticket.joined_as) == ("funds_stolen", "urgent", None)


async def test_a_robbery_in_the_second_case_makes_the_joined_ticket_urgent(desk, conversation):
    await desk.open_ticket(order(conversation))
    joined = await desk.open_ticket(order(conversation, "b", priority="urgent"))
    assert joined.priority == "urgent"
    assert joined.due_at == MONDAY_NOON + timedelta(hours=2)


async def test_joining_is_the_answer_that_was_waited_for(desk, conversation):
    first = await desk.open_ticket(order(conversation))
    await desk.move_ticket(first.reference, "waiting_for_customer", "lin")
    joined = await desk.open_ticket(order(conversation, "b"))
    assert joined.status == "in_progress"
    assert joined.due_at is not None


async def test_a_parcel_is_noted_piece_by_piece(desk, conversation):
    ticket = await desk.open_ticket(order(conversation, topic="warranty_return"))
    await desk.note_parcel(ticket.reference, Parcel(carrier="DHL Express"), "lin")
    noted = await desk.note_parcel(
        ticket.reference, Parcel(tracking_number="JD01 4600-11", progress="received"), "lin"
    )
    assert noted.parcel == Parcel("DHL Express", "JD01 4600-11", "received")
    assert [event.kind for event in noted.history[1:]] == ["carrier", "tracking_number", "progress"]


async def test_a_parcel_takes_no_free_text(desk, conversation):
    ticket = await desk.open_ticket(order(conversation))
    for parcel in (Parcel(carrier="DHL\nsend 5 BTC"), Parcel(tracking_number="call +1 (555)")):
        with pytest.raises(ParcelInvalid):
            await desk.note_parcel(ticket.reference, parcel, "lin")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("转账没到", True),
        ("到账", True),
        ("账", True),
        ("okx", True),
        ("OKX 转账", True),
        ("ok", False),
        ("ok*", False),
        ("okx*", True),
        ("repair*", True),
        ("repair", False),
        ("ledg", False),
        ("账到", False),
        ("转账 okx missing", False),
        ("0x1234abcd", True),
        ("0x12", True),
        ("34ab", False),
        ("' OR 1=1 --", False),
        ("% _", False),
    ],
)
async def test_tickets_are_found_by_chinese_and_latin_words(desk, conversation, words, found):
    fields = [Field("transaction_id", "transaction_id", "0x1234abcd")]
    await desk.open_ticket(
        order(conversation, vendor="okx", summary="转账没到账，等了两天, repaired", fields=fields)
    )
    listed = await desk.find_tickets(Wanted(words=words))
    assert bool(listed) is found


async def test_a_ticket_is_found_by_either_reference(desk, conversation):
    first = await desk.open_ticket(order(conversation))
    second = await desk.open_ticket(order(conversation, "b"))
    for reference in (first.reference, second.joined_as):
        assert len(await desk.find_tickets(Wanted(words=reference))) == 1


async def test_an_unknown_reference_moves_nothing(desk):
    with pytest.raises(NotFound):
        await desk.move_ticket("nonsense", "solved", "lin")
