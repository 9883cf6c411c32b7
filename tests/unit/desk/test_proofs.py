from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.content.reference import new_reference
from bot.desk.credentials import SealBroken
from bot.desk.database import migrate, open_database
from bot.desk.models import OpenTicket
from bot.desk.proof import MOST_PER_HOUR, MOST_TRIES
from bot.desk.proofs import AddressInvalid, masked, read_address, read_code
from bot.desk.service import Desk
from bot.keys import Keys

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
KEY = b"k" * 32
ADDRESS = "mira.test@example.org"


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


@pytest.fixture
def proofs(desk):
    return desk.proofs(Keys(KEY))


@pytest.fixture
async def ticket(desk):
    conversation = await desk.create_conversation("en", is_chosen=False)
    return await desk.open_ticket(OpenTicket(conversation.id, "c", "tx_failed", "en", summary="s"))


async def mailed(desk, proofs):
    """Send what waits; gives the last code, or None where nobody was to get one."""
    addressee = None
    while (parcel := await desk.claim_parcel(["mail_code"])) is not None:
        addressee = await proofs.addressee_of_code(parcel.payload["code"])
        await desk.parcel_sent(parcel)
    return addressee


async def confirmed(desk, proofs, ticket):
    await proofs.leave(ticket.reference, ticket.conversation_id, ADDRESS, "en")
    sent = await mailed(desk, proofs)
    assert await proofs.show(ticket.reference, sent.code) is not None


async def test_a_code_that_came_by_mail_confirms_the_address_and_shows_the_ticket(
    desk, proofs, ticket
):
    await proofs.leave(ticket.reference, ticket.conversation_id, ADDRESS, "en")
    sent = await mailed(desk, proofs)
    assert (sent.address, sent.confirms) == (ADDRESS, True)
    assert await proofs.addressee_of_news(ticket.conversation_id, NOW) is None
    shown = await proofs.show(ticket.reference, f" {sent.code[:3]} {sent.code[3:]} ")
    assert shown.reference == ticket.reference
    assert (await proofs.addressee_of_news(ticket.conversation_id, NOW)).address == ADDRESS


async def test_a_code_works_once(desk, proofs, ticket):
    await confirmed(desk, proofs, ticket)
    await proofs.ask_code(ticket.reference)
    code = (await mailed(desk, proofs)).code
    assert await proofs.show(ticket.reference, code) is not None
    assert await proofs.show(ticket.reference, code) is None


async def test_a_code_is_over_after_ten_minutes(desk, proofs, ticket, clock):
    await confirmed(desk, proofs, ticket)
    await proofs.ask_code(ticket.reference)
    code = (await mailed(desk, proofs)).code
    clock.now += timedelta(minutes=10)
    assert await proofs.show(ticket.reference, code) is None


async def test_after_five_wrong_tries_the_right_code_is_no_use(desk, proofs, ticket):
    await confirmed(desk, proofs, ticket)
    await proofs.ask_code(ticket.reference)
    code = (await mailed(desk, proofs)).code
    wrong = "000000" if code != "000000" else "000001"
    for _ in range(MOST_TRIES - 1):
        assert await proofs.show(ticket.reference, wrong) is None
    assert await proofs.show(ticket.reference, wrong) is None
    assert await proofs.show(ticket.reference, code) is None


async def test_four_wrong_tries_leave_the_fifth(desk, proofs, ticket):
    await confirmed(desk, proofs, ticket)
    await proofs.ask_code(ticket.reference)
    code = (await mailed(desk, proofs)).code
    for _ in range(MOST_TRIES - 1):
        await proofs.show(ticket.reference, "000000" if code != "000000" else "000001")
    assert await proofs.show(ticket.reference, code) is not None


async def test_a_newer_code_takes_the_place_of_the_older_one(desk, proofs, ticket, clock):
    await confirmed(desk, proofs, ticket)
    await proofs.ask_code(ticket.reference)
    older = (await mailed(desk, proofs)).code
    clock.now += timedelta(seconds=1)
    await proofs.ask_code(ticket.reference)
    newer = (await mailed(desk, proofs)).code
    assert older == newer or await proofs.show(ticket.reference, older) is None
    assert await proofs.show(ticket.reference, newer) is not None


async def test_a_code_of_one_ticket_opens_no_other(desk, proofs, ticket):
    await confirmed(desk, proofs, ticket)
    other = await desk.create_conversation("en", is_chosen=False)
    second = await desk.open_ticket(OpenTicket(other.id, "c", "tx_failed", "en", summary="s"))
    await proofs.ask_code(ticket.reference)
    code = (await mailed(desk, proofs)).code
    assert await proofs.show(second.reference, code) is None


async def test_for_a_ticket_that_is_nobodys_the_same_rows_are_written(desk, proofs, ticket):
    async def counted():
        async with desk._session() as session:
            tables = ("mail_code", "outbox")
            return [
                await session.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608 - ours
                for table in tables
            ]

    await confirmed(desk, proofs, ticket)
    before = await counted()
    await proofs.ask_code(ticket.reference)
    known = await counted()
    await mailed(desk, proofs)
    for reference in (new_reference(), "nonsense", ""):
        earlier = await counted()
        await proofs.ask_code(reference)
        assert [b - a for a, b in zip(earlier, await counted(), strict=True)] == [1, 1]
        assert await mailed(desk, proofs) is None
    assert [b - a for a, b in zip(before, known, strict=True)] == [1, 1]


async def test_an_address_is_left_only_with_the_tickets_own_conversation(desk, proofs, ticket):
    stranger = await desk.create_conversation("en", is_chosen=False)
    for conversation_id in (stranger.id, "", "f" * 32):
        await proofs.leave(ticket.reference, conversation_id, ADDRESS, "en")
        assert await mailed(desk, proofs) is None
    assert not await proofs.has_address(ticket.conversation_id)
    assert not await proofs.has_address(stranger.id)


async def test_another_address_has_to_be_confirmed_anew_and_the_old_code_is_void(
    desk, proofs, ticket
):
    await proofs.leave(ticket.reference, ticket.conversation_id, ADDRESS, "en")
    first = await mailed(desk, proofs)
    await proofs.leave(ticket.reference, ticket.conversation_id, "other@example.org", "en")
    assert await proofs.show(ticket.reference, first.code) is None
    assert await proofs.addressee_of_news(ticket.conversation_id, NOW) is None


async def test_one_mailbox_gets_so_many_codes_an_hour_and_no_more(desk, proofs, ticket, clock):
    await confirmed(desk, proofs, ticket)
    sent = 1
    for _ in range(MOST_PER_HOUR):
        await proofs.ask_code(ticket.reference)
        sent += await mailed(desk, proofs) is not None
    assert sent == MOST_PER_HOUR
    clock.now += timedelta(hours=1, seconds=1)
    await proofs.ask_code(ticket.reference)
    assert await mailed(desk, proofs) is not None


async def test_neither_address_nor_code_lies_readable_in_the_database(desk, proofs, ticket):
    await proofs.leave(ticket.reference, ticket.conversation_id, ADDRESS, "en")
    code = (await mailed(desk, proofs)).code
    async with desk._session() as session:
        for table in ("mail_address", "mail_code", "outbox", "audit", "message"):
            for row in await session.execute(text(f"SELECT * FROM {table}")):  # noqa: S608 - ours
                found = " ".join(str(value) for value in row)
                assert "example.org" not in found
                assert code not in {str(value) for value in row}


async def test_an_address_sealed_under_another_key_is_not_guessed(desk, proofs, ticket):
    await confirmed(desk, proofs, ticket)
    with pytest.raises(SealBroken):
        await desk.proofs(Keys(b"x" * 32)).addressee_of_news(ticket.conversation_id, NOW)


async def test_erasing_takes_address_and_codes_along(desk, proofs, ticket):
    await confirmed(desk, proofs, ticket)
    await desk.erase(ticket.conversation_id, "customer")
    async with desk._session() as session:
        for table in ("mail_address", "mail_code", "rating_ask"):
            assert await session.scalar(text(f"SELECT count(*) FROM {table}")) == 0  # noqa: S608


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "mira",
        "mira@",
        "@example.org",
        "a b@example.org",
        "a@b",
        "a@example.org\nBcc: b@c.de",
        "a..b@example.org",
        f"{'a' * 250}@example.org",
        "a@exa_mple.org",
    ],
)
def test_what_is_no_address_is_refused(wrong):
    with pytest.raises(AddressInvalid):
        read_address(wrong)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Mira.Test@Example.ORG ", "Mira.Test@example.org"),
        ("mira＠example.org", "mira@example.org"),
        ("mira+ticket@mail.example.org", "mira+ticket@mail.example.org"),
    ],
)
def test_an_address_is_read_as_people_type_it(typed, kept):
    assert read_address(typed) == kept


def test_a_masked_address_tells_its_owner_enough_and_others_nothing():
    assert masked("mira@example.org") == "m•••@•••.org"


@pytest.mark.parametrize("typed", ["123456", "123 456", "１２３４５６", "123-456"])
def test_a_code_is_read_as_people_type_it(typed):
    assert read_code(typed) == "123456"


@pytest.mark.parametrize("typed", ["12345", "1234567", "12345a", "", "eyJhbGciOi.x.y"])
def test_what_is_no_code_is_none(typed):
    assert read_code(typed) is None
