from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.desk.database import migrate, open_database
from bot.desk.outbox import LEASE, Order
from bot.desk.outbox_tables import OutboxRow
from bot.desk.service import Desk

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)


class Clock:
    def __init__(self):
        self.now = NOW

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


async def rows(desk):
    async with desk._session() as session:
        return list(await session.scalars(select(OutboxRow).order_by(OutboxRow.id)))


async def test_of_many_who_ask_at_once_one_gets_a_row(desk):
    for number in range(3):
        await desk.send_later(Order("a", NOW, key=f"k{number}"))
    claims = [one for _ in range(4) for one in await asyncio.gather(*_asked(desk, 4))]
    got = [claim.id for claim in claims if claim is not None]
    assert sorted(got) == sorted({row.id for row in await rows(desk)})


def _asked(desk, count):
    return [desk.claim_parcel(["a"]) for _ in range(count)]


async def test_a_row_of_a_process_that_died_is_taken_up_when_its_lease_is_over(desk, clock):
    await desk.send_later(Order("a", NOW))
    dead = await desk.claim_parcel(["a"])
    clock.now += LEASE - timedelta(seconds=1)
    assert await desk.claim_parcel(["a"]) is None
    clock.now += timedelta(seconds=2)
    alive = await desk.claim_parcel(["a"])
    assert (alive.id, alive.attempts) == (dead.id, 2)
    assert not await desk.parcel_sent(dead), "who lost the lease ends nothing"
    assert await desk.parcel_sent(alive)
    assert await desk.claim_parcel(["a"]) is None


async def test_a_row_that_is_not_due_or_of_another_kind_waits(desk, clock):
    await desk.send_later(Order("a", NOW + timedelta(minutes=1)))
    await desk.send_later(Order("b", NOW))
    assert await desk.claim_parcel(["a"]) is None
    clock.now += timedelta(minutes=1)
    assert (await desk.claim_parcel(["a"])).kind == "a"


async def test_two_of_the_same_do_not_wait_side_by_side_but_follow_each_other(desk):
    await desk.send_later(Order("a", NOW, key="same"))
    await desk.send_later(Order("a", NOW, key="same"))
    assert len(await rows(desk)) == 1
    await desk.parcel_sent(await desk.claim_parcel(["a"]))
    await desk.send_later(Order("a", NOW, key="same"))
    assert len(await rows(desk)) == 2


async def test_a_second_one_that_waits_is_told_with_what_it_knows_unless_the_first_is_being_sent(
    desk,
):
    for at in ("first", "second"):
        await desk.send_later(Order("a", NOW, key="same", payload={"at": at}))
    await desk.send_later(Order("a", NOW, key="other", payload={"at": "other"}))
    assert [row.payload["at"] for row in await rows(desk)] == ["second", "other"]
    assert (await desk.claim_parcel(["a"])).payload == {"at": "second"}
    await desk.send_later(Order("a", NOW, key="same", payload={"at": "third"}))
    assert [row.payload["at"] for row in await rows(desk)] == ["second", "other"]


async def test_orders_without_a_key_wait_side_by_side(desk):
    for _ in range(2):
        await desk.send_later(Order("a", NOW))
    assert len(await rows(desk)) == 2


async def test_an_ended_row_forgets_to_whom_and_what(desk):
    await desk.send_later(Order("a", NOW, recipient="sealed", payload={"code": "x"}))
    await desk.parcel_dead(await desk.claim_parcel(["a"]), "refused")
    (row,) = await rows(desk)
    assert (row.state, row.error, row.recipient, row.payload) == ("dead", "refused", None, {})


async def test_what_is_owed_is_ended_up_to_a_row_and_the_later_ones_wait(desk):
    ours, theirs = [await desk.create_conversation("en", is_chosen=False) for _ in range(2)]
    first, second, third = [await desk.owe("a", ours.id, timedelta()) for _ in range(3)]
    assert first < second < third
    await desk.owe("a", theirs.id, timedelta())
    await desk.owe("b", ours.id, timedelta())
    under_way = await desk.claim_parcel(["a"])
    await desk.settled("a", ours.id, second)
    assert [row.state for row in await rows(desk)] == ["sent", "sent", *["waiting"] * 3]
    assert (under_way.id, await desk.is_owed(under_way)) == (first, False)
    assert not await desk.parcel_sent(under_way), "it is ended already"
    assert await desk.is_owed(await desk.claim_parcel(["a"]))


async def test_nothing_is_owed_to_a_conversation_that_is_not_there(desk):
    assert await desk.owe("a", "c-that-never-was", timedelta()) is None
    assert await rows(desk) == []


async def test_an_order_tells_its_row_and_none_while_the_one_before_it_is_being_sent(desk):
    first = await desk.send_later(Order("a", NOW, key="same"))
    assert await desk.send_later(Order("a", NOW, key="same")) == first
    await desk.claim_parcel(["a"])
    assert await desk.send_later(Order("a", NOW, key="same")) is None


async def test_what_was_only_too_early_is_no_failure(desk, clock):
    await desk.send_later(Order("a", NOW))
    await desk.parcel_later(
        await desk.claim_parcel(["a"]), timedelta(minutes=5), "too_early", counts=False
    )
    assert await desk.claim_parcel(["a"]) is None
    clock.now += timedelta(minutes=5)
    assert (await desk.claim_parcel(["a"])).attempts == 1


async def test_erasing_a_conversation_empties_its_outbox_and_no_other(desk):
    gone = await desk.create_conversation("en", is_chosen=False)
    kept = await desk.create_conversation("en", is_chosen=False)
    for one in (gone, kept):
        await desk.send_later(Order("a", NOW, one.id, recipient="sealed"))
    await desk.erase(gone.id, "customer")
    assert [row.conversation_id for row in await rows(desk)] == [kept.id]


CLAIMS_AND_HANGS = """
import asyncio, sys
from bot.desk.database import open_database
from bot.desk.service import Desk

async def main():
    desk = Desk(open_database(sys.argv[1]))
    await desk.claim_parcel(["a"])
    print("claimed", flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


async def test_what_a_killed_process_was_sending_is_sent_by_the_next_one(desk, clock, database_url):
    clock.now = datetime.now(UTC)
    await desk.send_later(Order("a", clock.now, payload={"id": "kept"}))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CLAIMS_AND_HANGS, database_url, stdout=asyncio.subprocess.PIPE
    )
    assert await process.stdout.readline() == b"claimed\n"
    process.kill()
    await process.wait()
    assert await desk.claim_parcel(["a"]) is None
    clock.now = datetime.now(UTC) + LEASE
    parcel = await desk.claim_parcel(["a"])
    assert (parcel.payload, parcel.attempts) == ({"id": "kept"}, 2)
