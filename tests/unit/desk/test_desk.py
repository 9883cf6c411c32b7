from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from bot.desk.copies import Pieces
from bot.desk.handoff_models import CaseBrief
from bot.desk.models import Choice, Draft, Field, Incoming, OpenTicket, TurnEnd
from bot.desk.outbox import Order
from bot.desk.outbox_tables import OutboxRow
from bot.desk.tickets import Wanted
from bot.errors import NotFound, Overtaken
from bot.guard.safetext import seal


def incoming(client_id="c1", text="my screen is black", message_id=None, findings=()):
    return Incoming(
        id=message_id or f"m-{client_id}",
        client_id=client_id,
        text=seal(text),
        language="en",
        findings=findings,
    )


def shows_pieces():
    return incoming(client_id="last", text="[removed]", findings=("seed_phrase",))


def end(message, epoch=0, outcome="answered"):
    return TurnEnd(message.id, epoch, outcome, "device_broken", 12)


async def started(desk):
    return await desk.create_conversation("en", is_chosen=False)


async def test_a_message_gets_the_next_number_and_its_replies_follow(desk):
    conversation = await started(desk)
    accepted = await desk.accept(conversation.id, incoming())
    replies = await desk.answer(
        conversation.id,
        [Draft(seal("first"), "en"), Draft(seal("second"), "en")],
        end(accepted.message),
    )
    assert [message.seq for message in (accepted.message, *replies)] == [1, 2, 3]
    listed = await desk.messages(conversation.id)
    assert [message.text for message in listed] == ["my screen is black", "first", "second"]


async def test_the_same_client_id_stores_nothing_twice_and_gives_the_same_answer(desk):
    conversation = await started(desk)
    first = await desk.accept(conversation.id, incoming())
    replies = await desk.answer(conversation.id, [Draft(seal("ok"), "en")], end(first.message))
    again = await desk.accept(conversation.id, incoming(message_id="other"))
    assert not again.is_new
    assert again.message == first.message
    assert list(again.replies) == replies
    assert len(await desk.messages(conversation.id)) == 2


async def test_the_same_client_id_in_another_conversation_is_another_message(desk):
    one, two = await started(desk), await started(desk)
    assert (await desk.accept(one.id, incoming(message_id="a"))).is_new
    assert (await desk.accept(two.id, incoming(message_id="b"))).is_new


async def test_an_unfinished_turn_is_told_apart_from_an_answered_one(desk):
    conversation = await started(desk)
    await desk.accept(conversation.id, incoming())
    assert (await desk.accept(conversation.id, incoming())).replies is None


async def test_a_late_reply_is_dropped_when_the_epoch_moved_on(desk):
    conversation = await started(desk)
    accepted = await desk.accept(conversation.id, incoming())
    said = await desk.answer(
        conversation.id, [Draft(seal("late"), "en")], end(accepted.message, epoch=7)
    )
    assert said is None
    assert [message.text for message in await desk.messages(conversation.id)] == [
        "my screen is black"
    ]


async def test_twenty_messages_at_once_get_twenty_numbers_without_gap(desk):
    conversation = await started(desk)
    await asyncio.gather(
        *(desk.accept(conversation.id, incoming(f"c{number}")) for number in range(20))
    )
    numbers = [message.seq for message in await desk.messages(conversation.id)]
    assert numbers == list(range(1, 21))


async def test_twenty_copies_of_one_message_at_once_are_stored_once(desk):
    conversation = await started(desk)
    results = await asyncio.gather(
        *(desk.accept(conversation.id, incoming(message_id=f"m{n}")) for n in range(20))
    )
    assert sum(result.is_new for result in results) == 1
    assert len(await desk.messages(conversation.id)) == 1


async def test_only_choices_since_the_customer_last_wrote_are_offered(desk):
    conversation = await started(desk)
    old = Choice("old", "Old", "affirm")
    new = Choice("new", "New", "deny")
    await desk.say(conversation.id, [Draft(seal("hello"), "en", choices=(old,))])
    assert await desk.offered_choices(conversation.id) == [old]
    accepted = await desk.accept(conversation.id, incoming())
    assert await desk.offered_choices(conversation.id) == []
    await desk.answer(
        conversation.id, [Draft(seal("so?"), "en", choices=(new,))], end(accepted.message)
    )
    assert await desk.offered_choices(conversation.id) == [new]


def pieces(desk, *messages):
    owed = Order("forget", desk.now(), messages[0].conversation_id)
    return Pieces(tuple(message.id for message in messages), owed)


async def debts(desk):
    async with desk._session() as session:
        return list(await session.scalars(select(OutboxRow.id).where(OutboxRow.kind == "forget")))


async def test_the_message_that_shows_the_pieces_overwrites_them_in_one_moment(desk):
    conversation = await started(desk)
    first = (await desk.accept(conversation.id, incoming(text="legal winner thank"))).message
    accepted = await desk.accept(conversation.id, shows_pieces(), first.seq, pieces(desk, first))
    stored = await desk.messages(conversation.id)
    assert [message.text for message in stored] == ["[removed]"] * 2
    assert [message.findings for message in stored] == [("seed_phrase",)] * 2
    assert await debts(desk) == [accepted.debt]
    again = await desk.accept(conversation.id, shows_pieces(), None, pieces(desk, first))
    assert (again.is_new, await debts(desk)) == (False, [accepted.debt])


async def test_a_message_that_is_not_stored_overwrites_nothing(desk):
    conversation = await started(desk)
    first = (await desk.accept(conversation.id, incoming(text="legal winner thank"))).message
    await desk.accept(conversation.id, incoming(client_id="c", text="worth useful"))
    with pytest.raises(Overtaken):
        await desk.accept(conversation.id, shows_pieces(), first.seq, pieces(desk, first))
    stored = [message.text for message in await desk.messages(conversation.id)]
    assert stored == ["legal winner thank", "worth useful"]
    assert await debts(desk) == []


async def test_copies_of_earlier_pieces_are_taken_back_too(desk):
    conversation = await started(desk)
    piece = "legal winner thank year wave sausage"
    accepted = await desk.accept(conversation.id, incoming(text=piece))
    fields = [Field("model", "model", "nano-x"), Field("details", "text", piece)]
    await desk.open_ticket(
        OpenTicket(conversation.id, "case-1", "app_problem", "en", None, "normal", fields, piece)
    )
    summary = f"what happened: {piece}"
    await desk.keep_brief(
        CaseBrief(conversation.id, "app_problem", None, "normal", "en", summary, tuple(fields))
    )
    await desk.accept(conversation.id, shows_pieces(), None, pieces(desk, accepted.message))
    assert await desk.brief(conversation.id) is None
    (ticket,) = await desk.tickets()
    assert {field.name: field.value for field in ticket.fields} == {
        "model": "nano-x",
        "details": "[removed]",
    }
    assert ticket.summary == "[removed]"
    assert await desk.find_tickets(Wanted(words="sausage")) == []


async def test_a_conversation_that_is_not_there_is_not_found(desk):
    with pytest.raises(NotFound):
        await desk.conversation("nobody")
    with pytest.raises(NotFound):
        await desk.accept("nobody", incoming())


async def test_a_case_opens_one_ticket_however_often_it_is_asked(desk):
    conversation = await started(desk)
    order = OpenTicket(
        conversation.id,
        "case-1",
        "device_broken",
        "en",
        vendor="ledger",
        fields=[Field("model", "model", "nano-x"), Field("symptom", "text", "black screen")],
    )
    opened = await asyncio.gather(*(desk.open_ticket(order) for _ in range(5)))
    assert len({ticket.reference for ticket in opened}) == 1
    assert len(await desk.tickets()) == 1
    ticket = await desk.ticket(opened[0].reference.lower())
    assert [field.name for field in ticket.fields] == ["model", "symptom"]


async def test_another_case_of_the_same_conversation_opens_another_ticket(desk):
    conversation = await started(desk)
    first = await desk.open_ticket(OpenTicket(conversation.id, "case-1", "tx_failed", "zh"))
    second = await desk.request_handoff(conversation.id, "case-2", "zh", "wish")
    assert first.reference != second.reference
    assert second.priority == "high"


async def test_an_unknown_reference_is_not_found(desk):
    for reference in ("", "nonsense", "00000-00000-0"):
        with pytest.raises(NotFound):
            await desk.ticket(reference)
