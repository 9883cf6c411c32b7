from __future__ import annotations

import gzip
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from bot.content import load_content
from bot.guard.contacts import book
from bot.settings import ROOT
from bot.widget import site
from bot.widget.prose import blocks_of, without_closing_question

TODAY = datetime.now(UTC).date()
CONTENT = load_content(ROOT)
QUESTIONS = CONTENT.faq.questions
ONE_OF_EACH = (
    *("/", "/topics/tx_failed", "/topics/complaint", "/faq", "/faq/pin_attempts", "/channels"),
    *("/fraud", "/search", "/verify", "/faq/nobody_asks_this"),
)
FOREIGN = {"en": re.compile("[\u3400-\u9fff]"), "zh": re.compile("[a-z]{2,} [a-z]{2,}")}


def text_of(html):
    """What a reader sees of a page's main part, spaces aside."""
    main = html.split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).replace("&#39;", "'").split())


@pytest.fixture(params=["zh", "en"])
def lang(request):
    return request.param


@pytest.mark.parametrize("topic", sorted(CONTENT.playbooks))
async def test_a_topic_has_a_page_with_its_warning_its_steps_and_what_to_prepare(
    client, topic, lang
):
    answer = await client.get(f"/topics/{topic}?lang={lang}")
    playbook = CONTENT.playbooks[topic]
    assert answer.status_code == 200
    assert answer.text.count("<summary>") >= len(playbook.blocks)
    if playbook.opens_ticket:
        asked = [field.label.of(lang) for field in playbook.fields if field.id != "details"]
        assert all(label in text_of(answer.text) for label in asked)
    assert {"zh": "恢复词", "en": "phrase"}[lang] in text_of(answer.text)


async def test_every_topic_is_a_card_on_the_front_page(client, lang):
    html = (await client.get(f"/?lang={lang}")).text
    assert set(re.findall(r"/topics/(\w+)", html)) == set(CONTENT.playbooks)


async def test_a_topics_page_does_not_ask_what_only_the_chat_can_hear(client):
    assert "解决了吗" not in (await client.get("/topics/tx_failed?lang=zh")).text
    assert "Is it solved now" not in (await client.get("/topics/tx_failed?lang=en")).text


async def test_steps_say_for_which_case_they_are(client):
    shown = text_of((await client.get("/topics/forgot_pin?lang=en")).text)
    assert "Ledger · Recovery phrase: Yes, I have it written down" in shown
    assert "Other brands" in shown
    assert "Exchange account or e-CNY" in shown


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
async def test_a_question_has_a_page_with_answer_source_and_month(client, question, lang):
    answer = await client.get(f"/faq/{question.id}?lang={lang}")
    shown = text_of(answer.text)
    assert answer.status_code == 200
    assert " ".join(question.answer.of(lang).split()[:5]) in shown
    assert all(source.of(lang).replace("'", "'") in shown for source in question.sources)
    assert question.month.of(lang) in shown


async def test_every_question_is_on_the_page_of_questions(client, lang):
    html = (await client.get(f"/faq?lang={lang}")).text
    assert set(re.findall(r"/faq/(\w+)\?", html)) == set(QUESTIONS)


async def test_an_answers_next_steps_lead_to_pages_that_are_there(client):
    for question in list(QUESTIONS.values())[::6]:
        html = (await client.get(f"/faq/{question.id}?lang=en")).text
        paths = set(re.findall(r'href="(/(?:topics|faq|channels|verify)[^?"]*)', html))
        for path in paths:
            assert (await client.get(path)).status_code == 200, f"{question.id} leads to {path}"


@pytest.mark.parametrize("path", ["/topics/greet", "/topics/../faq.py", "/faq/nobody_asks_this"])
async def test_what_is_not_there_says_so_and_offers_the_search(client, lang, path):
    answer = await client.get(f"{path}?lang={lang}")
    if answer.headers["content-type"].startswith("text/html"):
        assert 'class="search"' in answer.text
    assert answer.status_code == 404


async def test_every_current_contact_stands_there_with_its_day_and_source(client, lang):
    shown = text_of((await client.get(f"/channels?lang={lang}")).text)
    for channel in book().channels.channels:
        assert channel.value in shown
        assert channel.cited[lang] in shown
    assert {"zh": "2026 年 11 月 22 日核对", "en": "checked 22 November 2026"}[lang] in shown


@pytest.fixture
def registry(monkeypatch):
    """A registry of the rows that a test wants, of a vendor named by its id."""

    def holds(**rows):
        channels = SimpleNamespace(
            vendors=tuple(rows), of=lambda vendor: rows[vendor], facts=lambda _: ()
        )
        monkeypatch.setattr(site, "book", lambda: SimpleNamespace(channels=channels))

    return holds


async def test_a_contact_past_its_date_asks_for_another_look(client, registry):
    row = book().channels.of("ledger")[0]
    registry(ledger=(replace(row, valid_until=TODAY + timedelta(days=2)),))
    assert "to be checked again" not in (await client.get("/channels?lang=en")).text
    registry(ledger=(replace(row, valid_until=TODAY - timedelta(days=2)),))
    assert "to be checked again" in (await client.get("/channels?lang=en")).text


async def test_a_former_contact_is_marked_and_its_successor_named(client, registry):
    row = replace(book().channels.of("ledger")[0], status="superseded", superseded_by="new.example")
    registry(ledger=(row,))
    shown = text_of((await client.get("/channels?lang=en")).text)
    assert "no longer in use ( now: new.example )" in shown.replace("(now", "( now").replace(
        "example)", "example )"
    )


async def test_the_operators_own_contacts_come_before_all_others(client, registry):
    row = book().channels.of("ledger")[0]
    registry(ledger=(row,), operator=(replace(row, value="help.example"),))
    shown = text_of((await client.get("/channels?lang=en")).text)
    assert shown.index("help.example") < shown.index(row.value)


async def test_every_trick_is_told_with_examples_and_with_what_to_do(client, lang):
    html = (await client.get(f"/fraud?lang={lang}")).text
    advised = [name for name in CONTENT.replies if name.startswith("scam_in_progress__")]
    assert len(advised) == 12
    for name in advised:
        trick = html.split(f'<details id="{name.partition("__")[2]}">')[1].split("</details>")[0]
        assert trick.count("<blockquote>") == 2
        assert not any(FOREIGN[lang].search(told) for told in trick.split("<blockquote>")[1:])
        assert "<ol>" in trick


@pytest.mark.parametrize("path", ONE_OF_EACH)
async def test_a_page_has_one_heading_of_its_own_and_no_id_twice(client, path, lang):
    html = (await client.get(f"{path}?lang={lang}")).text
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert html.count("<h1") == 1
    assert len(ids) == len(set(ids))


async def test_no_two_pages_have_the_same_title(client, lang):
    titles = [
        re.search("<title>(.*)</title>", (await client.get(f"{path}?lang={lang}")).text)[1]
        for path in ONE_OF_EACH
    ]
    assert len(set(titles)) == len(titles)


@pytest.mark.parametrize("path", ["/", "/faq/pin_attempts", "/verify"])
async def test_a_page_names_its_address_and_that_in_the_other_language(make_client, path):
    async with make_client(public_url="https://help.example/") as client:
        html = (await client.get(f"{path}?lang=zh&utm=x")).text
    assert f'<link rel="canonical" href="https://help.example{path}?lang=zh">' in html
    assert f'hreflang="en" href="https://help.example{path}?lang=en"' in html
    assert f'hreflang="x-default" href="https://help.example{path}"' in html


async def test_a_search_has_no_address_that_a_search_engine_could_keep(client):
    html = (await client.get("/search")).text
    assert "canonical" not in html
    assert '<meta name="robots" content="noindex">' in html


async def test_a_page_is_packed_and_an_answer_to_a_form_is_not(client):
    async with client.stream("GET", "/faq", headers={"accept-encoding": "gzip"}) as answer:
        raw = b"".join([part async for part in answer.aiter_raw()])
    assert answer.headers["content-encoding"] == "gzip"
    assert len(raw) < len(gzip.decompress(raw)) / 3
    told = await client.post("/search", data={"q": "pin"}, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in told.headers


def test_points_and_numbers_become_lists_and_all_else_stays_a_paragraph():
    text = "First:\n· one\n· two\n1. do\n2. then\nIt costs 1.5 %.\n1、3、bc1q 开头"
    assert [(block.shape, block.lines) for block in blocks_of(text)] == [
        ("p", ["First:"]),
        ("ul", ["one", "two"]),
        ("ol", ["do", "then"]),
        ("p", ["It costs 1.5 %."]),
        ("p", ["1、3、bc1q 开头"]),
    ]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Look.\nDid that help?", "Look."),
        ("看一下。\n好了吗？", "看一下。"),
        ("Look.\nThen wait.", "Look.\nThen wait."),
        ("Is it you?", "Is it you?"),
    ],
)
def test_only_a_closing_question_is_left_out(text, left):
    assert without_closing_question(text) == left
