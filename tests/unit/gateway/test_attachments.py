"""Files over HTTP, read by the real worker: taken, stopped, refused, shown, erased."""

from __future__ import annotations

import asyncio

import pytest

from bot.desk.credentials import Seal
from bot.desk.database import open_database
from bot.desk.handoff_models import CallPerson
from bot.desk.models import Incoming
from bot.desk.service import Desk
from bot.gateway import limits
from bot.guard import scrub
from bot.guard.placeholders import placeholder
from tests.drawing import PHRASE, WALLET, grid, page, qr, saved
from tests.unit.gateway.desk_cast import Agent, Clock

SCREEN = saved(page(WALLET))
SEED = saved(grid(PHRASE, 3))
KEY = "e8f32e723decf4051aefac8e2c93c9c5b214313817cdb01a1494b917c8436b35"
"""The master key of the first test vector of BIP-32."""


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def desk(settings, clock):
    return Desk(open_database(settings.desk_url), clock)


@pytest.fixture
def staff(desk, settings):
    return desk.staff(Seal(settings.keys()))


async def send(customer, content, name="screen.png", language="en", **fields):
    return await customer.http.post(
        f"/api/v1/conversations/{customer.id}/attachments",
        files={"file": (name, content, "image/png")},
        data=fields,
        headers={**customer.headers, "Accept-Language": language},
        timeout=120,
    )


def kept_files(settings):
    return [path for path in (settings.var_folder / "attachments").rglob("*") if path.is_file()]


async def test_a_picture_is_kept_made_anew_and_said_to_have_come(customer, settings, desk):
    answer = await send(customer, SCREEN, "IMG_0001.png", client_id="f1")
    assert answer.status_code == 201, answer.text
    body = answer.json()
    assert set(body) == {"id", "name", "size", "media_type"}
    assert (body["name"], body["media_type"]) == ("IMG_0001.png", "image/png")
    *_, sent, told = await customer.messages()
    assert (sent["author"], sent["text"]) == ("customer", "[Picture] IMG_0001")
    assert (told["author"], "received" in told["text"]) == ("bot", True)
    assert told["choices"], "what the customer could choose before stays open"

    again = await send(customer, SCREEN, "IMG_0001.png", client_id="f1")
    assert (again.status_code, again.json()) == (201, body)
    assert len(await desk.attachments(customer.id)) == 1
    files = kept_files(settings)
    assert len(files) == 2
    for path in files:
        assert b"PNG" not in path.read_bytes()
        assert b"JFIF" not in path.read_bytes()
        assert path.stat().st_mode & 0o077 == 0


async def test_a_photographed_phrase_is_stopped_like_a_typed_one(customer, settings, desk):
    typed = (await customer.write(" ".join(PHRASE)))["message"]
    answer = await send(customer, SEED, "notes.jpg", client_id="f1")
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == "/problems/secret-in-attachment"
    assert problem["message"]["findings"] == [{"kind": "seed_phrase"}]
    assert problem["message"]["text"] == typed["text"] == placeholder("seed_phrase", "en")
    (told,) = problem["replies"]
    assert "Make a new wallet" in told["text"]
    assert [message["id"] for message in (await customer.messages())[-2:]] == [
        problem["message"]["id"],
        told["id"],
    ]
    assert "winner" not in answer.text
    assert kept_files(settings) == []
    assert await desk.attachments(customer.id) == []

    again = await send(customer, SEED, "notes.jpg", client_id="f1")
    assert (again.status_code, again.json()["message"]) == (422, problem["message"])


async def test_a_stopped_file_that_a_crash_left_without_advice_gets_it_when_it_is_sent_again(
    customer, desk
):
    text = scrub(placeholder("seed_phrase", "en"))
    incoming = Incoming("1" * 32, "attachment/f1", text, "en", ("seed_phrase",))
    await desk.accept(customer.id, incoming)
    for _ in range(2):
        answer = await send(customer, SEED, client_id="f1")
        (told,) = answer.json()["replies"]
        assert "Make a new wallet" in told["text"]
    assert len(await customer.messages()) == 3


async def test_a_key_in_a_files_name_is_stopped_before_the_name_is_cut(customer, desk):
    await send(customer, SCREEN, f"{KEY}.png")
    (file,) = await desk.attachments(customer.id)
    assert KEY[:8] not in file.name
    assert KEY[:8] not in str(await customer.messages())


async def test_a_long_name_without_a_secret_is_only_cut(customer, desk):
    await send(customer, SCREEN, f"{'my screen ' * 8}.png")
    (file,) = await desk.attachments(customer.id)
    assert file.name == ("my screen " * 6).strip()


async def test_while_a_person_has_it_the_system_tells_of_a_stopped_code(
    customer, http, desk, staff, clock
):
    agent = await Agent(http, staff, clock).join()
    await desk.call_person(CallPerson(customer.id, "wish", "high", "en", "REF"))
    await agent.claims(customer)
    uri = "otpauth://totp/Example:someone?secret=JBSWY3DPEHPK3PXP&issuer=Example"
    answer = await send(customer, saved(qr(uri)))
    assert answer.status_code == 422
    (told,) = answer.json()["replies"]
    assert (told["author"], told["choices"]) == ("system", [])
    assert answer.json()["message"]["findings"] == [{"kind": "one_time_code"}]


@pytest.mark.parametrize(
    ("content", "name", "problem", "status"),
    [
        (b"<html><script>1</script>", "screen.png", "attachment-type", 415),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "attachment-type", 415),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1", "IMG_1.HEIC", "attachment-heic", 415),
        (SCREEN + b"PK\x05\x06" + bytes(18), "a.png", "attachment-mixed", 415),
        (SCREEN[: len(SCREEN) // 2], "a.png", "attachment-damaged", 422),
        (b"", "a.png", "attachment-form", 422),
    ],
)
async def test_what_is_no_picture_is_refused_in_the_customers_language(
    customer, content, name, problem, status
):
    answer = await send(customer, content, name, language="zh")
    body = answer.json()
    assert (answer.status_code, body["type"]) == (status, f"/problems/{problem}")
    assert "stored" in body["detail"], "the conversation's language counts, not the browser's"


async def test_ten_mebibytes_pass_the_door_and_a_byte_more_does_not(customer):
    room = limits.ATTACHMENT_LIMIT - len(SCREEN)
    assert (await send(customer, SCREEN + bytes(room))).status_code == 201
    answer = await send(customer, SCREEN + bytes(room + 1))
    assert (answer.status_code, answer.json()["type"]) == (413, "/problems/attachment-too-large")
    large = await customer.post(text="x" * 20_000)
    assert large.status_code == 413, "no other route takes more than before"


@pytest.fixture
def narrow(monkeypatch):
    monkeypatch.setattr("bot.gateway.attachments.MOST_ARRIVING", 1)


async def test_while_files_arrive_the_next_one_is_told_to_come_back(narrow, customer):
    begun, rest = asyncio.Event(), asyncio.Event()

    async def slowly():
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
        begun.set()
        await rest.wait()
        yield b"no picture\r\n--x--\r\n"

    path = f"/api/v1/conversations/{customer.id}/attachments"
    headers = {**customer.headers, "Content-Type": "multipart/form-data; boundary=x"}
    first = asyncio.create_task(customer.http.post(path, content=slowly(), headers=headers))
    await begun.wait()
    while (busy := await send(customer, b"no picture")).status_code == 415:
        pass  # the first one was slower to come to the door
    assert (busy.json()["type"], busy.headers["Retry-After"]) == ("/problems/attachment-busy", "20")
    rest.set()
    assert (await first).status_code == 415
    assert (await send(customer, b"no picture")).status_code == 415


async def test_only_the_owner_may_send_a_file(customer, http):
    path = f"/api/v1/conversations/{customer.id}/attachments"
    for headers in ({}, {"Authorization": "Bearer forged"}):
        answer = await http.post(path, files={"file": ("a.png", SCREEN)}, headers=headers)
        assert answer.status_code == 401
    answer = await http.post(path, json={"file": "x"}, headers=customer.headers)
    assert answer.json()["type"] == "/problems/attachment-form"


async def test_agents_see_a_customers_file_and_nobody_else_does(customer, http, desk, staff, clock):
    sent = (await send(customer, SCREEN, "from mira@example.org.png")).json()
    agent = await Agent(http, staff, clock).join()
    assert (await agent.get(f"attachments/{sent['id']}")).status_code == 404, "not theirs yet"
    await desk.call_person(CallPerson(customer.id, "wish", "high", "en", "REF"))
    await agent.claims(customer)
    (listed,) = (await agent.get(f"conversations/{customer.id}/attachments")).json()
    assert listed["id"] == sent["id"]
    assert "mira@example.org" not in listed["name"]
    answer = await agent.get(f"attachments/{sent['id']}")
    assert answer.content.startswith(b"\x89PNG")
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"] == f'inline; filename="file-{sent["id"][:8]}.png"'
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    small = await agent.get(f"attachments/{sent['id']}/thumbnail")
    assert (small.headers["content-type"], small.content[:2]) == ("image/jpeg", b"\xff\xd8")
    opened = await desk.audit(about=customer.id, actions=["attachment_opened"])
    assert [line.actor for line in opened] == ["mei"]

    auditor = await Agent(http, staff, clock).join("ada", "auditor")
    for who, status in ((auditor.headers, 403), ({}, 401), (customer.headers, 401)):
        answer = await http.get(f"/desk/api/attachments/{sent['id']}", headers=who)
        assert answer.status_code == status
    assert (await agent.get(f"attachments/{'0' * 32}")).status_code == 404
