from __future__ import annotations

import hashlib
import re

import pytest
from sqlalchemy import select

from bot.content.reference import new_reference
from bot.desk.credentials import Seal
from bot.desk.database import open_database
from bot.desk.models import OpenTicket
from bot.desk.outbox_tables import OutboxRow
from bot.desk.service import Desk
from bot.guard import inspect, signals_in
from bot.settings import Settings
from tests.cast import Customer
from tests.smtp import mail_server
from tests.unit.gateway.desk_cast import Agent, Clock

ADDRESS = "mira.test@example.org"
SENDERS = {"zh": "钱包客服", "en": "Wallet Support"}
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


@pytest.fixture(scope="module", autouse=True)
def warm():
    """The first message reads lists and weights: on a busy machine longer than a client waits."""
    signals_in("hello")
    inspect("hello")


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def smtp():
    async with mail_server() as server:
        yield server


@pytest.fixture
def settings(migrated_folder, smtp):
    return Settings(
        var=migrated_folder,
        requests_per_minute=9999,
        public_url="https://help.example",
        mail_server="127.0.0.1",
        mail_port=smtp.port,
        mail_tls="none",
        mail_from="support@help.example",
    )


@pytest.fixture
async def desk(settings, clock):
    return Desk(open_database(settings.desk_url), clock)


@pytest.fixture
async def customer(http, desk):
    customer = await Customer(http).begin()
    ticket = await desk.open_ticket(
        OpenTicket(customer.id, "c", "tx_failed", "en", summary="a secret story")
    )
    customer.ticket = ticket.reference
    return customer


def code_in(mail):
    return re.search(r"\b(\d{6})\b", mail.get_content())[1]


async def left(customer, address=ADDRESS):
    body = {"reference": customer.ticket, "proof": customer.token, "address": address}
    return await customer.http.post("/api/v1/tickets/mail", json=body)


async def look(customer, proof, reference=None):
    body = {"reference": reference or customer.ticket, "proof": proof}
    return await customer.http.post("/api/v1/tickets/lookup", json=body)


async def confirmed(customer, smtp):
    assert (await left(customer)).status_code == 202
    _, mail = await smtp.next()
    assert (await look(customer, code_in(mail))).status_code == 200


async def submitted(http, do, language="en", **fields):
    answer = await http.post(f"/status?lang={language}", data={"do": do, **fields})
    assert answer.status_code == 200, answer.text
    return answer.text


@LANGUAGES
async def test_on_the_page_an_address_is_left_confirmed_and_used(http, customer, smtp, language):
    page = await submitted(
        http, "leave", language, reference=customer.ticket, proof=customer.token, address=ADDRESS
    )
    assert "m•••@•••.org" in page
    assert ADDRESS not in page
    to, mail = await smtp.next()
    assert to == [ADDRESS]
    assert mail["From"] == f"{SENDERS[language]} <support@help.example>"
    assert "help.example/status" in mail.get_content()
    assert {"zh": "骗子", "en": "thief"}[language] in mail.get_content()
    page = await submitted(http, "look", language, reference=customer.ticket, code=code_in(mail))
    assert 'class="ticket"' in page
    assert "a secret story" not in page
    await submitted(http, "code", language, reference=customer.ticket)
    _, mail = await smtp.next()
    page = await submitted(http, "look", language, reference=customer.ticket, code=code_in(mail))
    assert 'class="ticket"' in page
    record = await customer.get("transcript", format="json")
    assert ADDRESS not in record.text


async def test_by_api_a_code_opens_the_ticket_once(customer, smtp):
    await confirmed(customer, smtp)
    answer = await customer.http.post("/api/v1/tickets/code", json={"reference": customer.ticket})
    assert (answer.status_code, answer.json()) == (202, {"valid_minutes": 10})
    _, mail = await smtp.next()
    first, second = [await look(customer, code_in(mail)) for _ in range(2)]
    assert (first.status_code, second.status_code) == (200, 404)
    assert first.json()["status"] == "new"


async def test_unknown_foreign_and_unconfirmed_look_the_same(http, customer, desk):
    stranger = await Customer(http).begin()
    foreign = await desk.open_ticket(OpenTicket(stranger.id, "c", "tx_failed", "en", summary="s"))
    references = [new_reference(), foreign.reference, customer.ticket]

    def told(page):
        return page.split('id="result"')[1].split("</div>")[0]

    asked = {told(await submitted(http, "code", reference=one)) for one in references}
    wrong = {
        told(await submitted(http, "look", reference=one, code="123456")) for one in references
    }
    given = {"proof": customer.token, "address": ADDRESS}
    kept = {told(await submitted(http, "leave", reference=one, **given)) for one in references}
    assert (len(asked), len(wrong), len(kept)) == (1, 1, 1)
    answers = [await look(customer, "123456", one) for one in references]
    assert {(one.status_code, one.text) for one in answers} == {(404, answers[0].text)}


async def test_a_mails_name_is_its_own_and_holds_neither_code_nor_row(customer, smtp):
    names = []
    for number in range(1, 3):
        await left(customer)
        _, mail = await smtp.next()
        names.append(mail["Message-ID"].strip("<>").partition("@")[0])
        guesses = {
            hashlib.sha256(f"outbox:{row}:{code_in(mail)}".encode()).hexdigest()[:32]
            for row in range(number + 1)
        }
        assert names[-1] not in guesses
    assert len({*names}) == 2


async def test_news_are_told_once_and_never_what(customer, smtp, desk, clock):
    await confirmed(customer, smtp)
    await desk.move_ticket(customer.ticket, "in_progress", "mei")
    await desk.move_ticket(customer.ticket, "waiting_for_customer", "mei")
    clock.move(minutes=3)
    to, mail = await smtp.next()
    assert to == [ADDRESS]
    text = mail.get_content()
    assert customer.ticket in text
    assert "story" not in text
    assert "http" not in text
    while await waiting(desk):  # the server has it a moment before we note that it has
        await customer.get("messages")
    assert smtp.inbox.empty()


async def test_an_agents_answer_is_news_unless_the_customer_wrote_since(
    customer, smtp, desk, clock, settings
):
    await confirmed(customer, smtp)
    mei = await Agent(customer.http, desk.staff(Seal(settings.keys())), clock).join(role="lead")
    epoch = (await mei.claims(customer, take_over=True))["epoch"]
    await mei.says(customer, "Please look at this.", epoch, "a1")
    clock.move(minutes=1)
    await customer.write("thank you")
    clock.move(minutes=3)
    while await waiting(desk):
        await customer.get("messages")
    assert smtp.inbox.empty()
    await mei.says(customer, "One more thing.", epoch, "a2")
    clock.move(minutes=3)
    to, _ = await smtp.next()
    assert to == [ADDRESS]


async def test_news_after_the_customers_last_word_are_told_though_older_ones_wait(
    customer, smtp, desk, clock
):
    await confirmed(customer, smtp)
    await desk.move_ticket(customer.ticket, "in_progress", "mei")
    clock.move(seconds=30)
    await customer.write("thank you")
    clock.move(seconds=30)
    await desk.move_ticket(customer.ticket, "waiting_for_customer", "mei")
    clock.move(minutes=3)
    to, _ = await smtp.next()
    assert to == [ADDRESS]


async def test_without_a_confirmed_address_nothing_waits(customer, smtp, desk):
    await left(customer)
    await smtp.next()
    await desk.move_ticket(customer.ticket, "in_progress", "mei")
    assert "ticket_news" not in await waiting(desk)


async def test_what_the_server_refuses_for_now_is_sent_later(customer, smtp, clock):
    smtp.answers = ["451 not now"]
    await left(customer)
    while smtp.answers:
        await customer.get("messages")
    clock.move(minutes=2)
    to, _ = await smtp.next()
    assert to == [ADDRESS]


async def test_what_the_server_refuses_for_good_is_a_dead_letter(customer, smtp, desk):
    smtp.answers = ["550 nobody here"]
    await left(customer)
    while await waiting(desk):
        await customer.get("messages")
    async with desk._session() as session:
        (row,) = await session.scalars(select(OutboxRow).where(OutboxRow.kind == "mail_code"))
    assert (row.state, row.error) == ("dead", "recipient_refused")


async def test_codes_are_counted_by_ticket_and_lookups_by_address(http, customer):
    ask = "/api/v1/tickets/code"
    answers = [await http.post(ask, json={"reference": customer.ticket}) for _ in range(6)]
    assert [one.status_code for one in answers] == [202] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 60
    page = await submitted(http, "code", reference=customer.ticket)
    assert "too often" in page
    statuses = [(await look(customer, "123456", new_reference())).status_code for _ in range(20)]
    assert statuses[0] == 404
    assert statuses[-1] == 429


async def test_one_mailbox_is_counted_whoever_leaves_it(http, desk):
    statuses = []
    for number in range(6):
        customer = await Customer(http).begin()
        order = OpenTicket(customer.id, f"c{number}", "tx_failed", "en", summary="s")
        customer.ticket = (await desk.open_ticket(order)).reference
        statuses.append((await left(customer)).status_code)
    assert statuses == [202] * 5 + [429]


@pytest.mark.parametrize("address", ["mira", "a@b", "a@example.org\nBcc: b@example.org"])
async def test_what_is_no_address_is_told_so_and_not_kept(http, customer, desk, address):
    answer = await left(customer, address)
    assert answer.status_code == 422
    assert await waiting(desk) == []
    fields = {"reference": customer.ticket, "proof": customer.token, "address": address}
    assert "not a valid e-mail address" in await submitted(http, "leave", **fields)


async def waiting(desk):
    async with desk._session() as session:
        statement = select(OutboxRow.kind).where(OutboxRow.state == "waiting")
        return list(await session.scalars(statement))


@LANGUAGES
async def test_every_field_of_the_page_has_its_label(http, language):
    html = (await http.get(f"/status?lang={language}")).text
    fields = set(re.findall(r'<input id="([^"]+)"', html))
    assert {"reference", "code", "address"} <= fields
    assert fields <= set(re.findall(r'<label for="([^"]+)"', html))


async def test_no_search_engine_keeps_what_somebody_looked_up(http):
    told = await http.post("/status?lang=en", data={"do": "look", "reference": new_reference()})
    assert told.headers["x-robots-tag"] == "noindex"
    assert "x-robots-tag" not in (await http.get("/status?lang=en")).headers
