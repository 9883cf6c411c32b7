"""Who may open which page and do what: the server decides, page by page."""

from __future__ import annotations

import pytest

from bot.console.pages import PAGES
from bot.desk.people_models import ROLES

OPEN = [page for page in PAGES if page.roles is not None]


def address(page, conversation_id="0" * 32):
    path = page.path.replace("{id}", conversation_id).replace("{ref}", "8798V-41YBZ-5")
    return path.replace("{login}", "nobody").replace("{number}", "1")


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_is_refused_exactly_what_the_table_does_not_give_it(sits, role):
    person = await sits(role)
    for page in OPEN:
        if page.path.startswith("/desk/sign-out"):
            continue
        send = person.get if page.method == "GET" else person.post
        answer = await send(address(page))
        assert (answer.status_code == 403) is (role not in page.roles), page


async def test_an_agent_cannot_open_people_and_sees_no_way_there(sits):
    agent = await sits("agent")
    answer = await agent.get("/desk/people")
    assert answer.status_code == 403
    assert 'href="/desk/people"' not in (await agent.get("/desk")).text
    admin = await sits("admin")
    assert (await admin.get("/desk/people")).status_code == 200


async def test_an_auditor_reads_but_cannot_claim_answer_or_change(sits, desk, waiting):
    auditor = await sits("auditor")
    page = await auditor.get(f"/desk/conversations/{waiting}")
    assert page.status_code == 200
    assert 'id="claim"' not in page.text
    assert 'id="text"' not in page.text
    for deed in ("claim", "say", "notes", "transfer", "return", "close"):
        answer = await auditor.post(f"/desk/conversations/{waiting}/{deed}", {"text": "hello"})
        assert answer.status_code == 403, deed
    assert (await desk.conversation(waiting)).owner == "queue"


@pytest.mark.parametrize("text", ["", "x" * 5000], ids=["empty", "long"])
async def test_words_that_are_not_sent_show_no_page_that_could_not_be_opened(
    sits, desk, waiting, text
):
    path = f"/desk/conversations/{waiting}/say"
    agent, other = await sits("agent", "wei"), await sits("agent", "ana")
    await agent.post(f"/desk/conversations/{waiting}/claim")
    shut = await other.post(path, {"text": text})
    assert shut.status_code == 404
    assert 'id="text"' not in shut.text
    assert (await agent.post(path, {"text": text})).status_code == 422
    (line,) = await desk.audit(about=waiting, actions=["conversation_read"])
    assert line.actor == "wei"


async def test_agents_take_no_figures_along_and_leads_do(sits, desk):
    assert (await (await sits("agent")).get("/desk/figures.csv")).status_code == 403
    lead = await sits("lead")
    answer = await lead.get("/desk/figures.csv?days=7")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/csv")
    assert "figures_exported" in {line.action for line in await desk.audit()}


@pytest.mark.parametrize("page", [p for p in OPEN if p.method == "GET"], ids=lambda p: p.path)
async def test_a_stranger_is_sent_to_the_sign_in(stranger, page):
    answer = await stranger.get(address(page))
    assert answer.status_code == 303
    assert answer.headers["location"] == "/desk/sign-in"


async def test_a_change_without_the_pages_token_is_refused(sits, desk, waiting):
    agent = await sits("agent")
    path = f"/desk/conversations/{waiting}/claim"
    assert (await agent.http.post(path)).status_code == 403
    assert (await agent.http.post(path, data={"csrf": "0" * 64})).status_code == 403
    assert (await desk.conversation(waiting)).owner == "queue"
    assert (await agent.post(path)).status_code == 303
    assert (await desk.conversation(waiting)).owner == "human"


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
    ],
)
async def test_another_site_cannot_even_sign_somebody_in(stranger, headers):
    form = {"login": "lin", "password": "whatever it is"}
    assert (await stranger.post("/desk/sign-in", form, headers=headers)).status_code == 403
    own = {"sec-fetch-site": "same-origin", "origin": "null"}
    assert (await stranger.post("/desk/sign-in", form, headers=own)).status_code == 401
