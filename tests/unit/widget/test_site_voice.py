"""How the pages speak: in one voice, in one language, to somebody who has to act now."""

from __future__ import annotations

import re

import pytest

from bot.content import load_content
from bot.content.channels import RegistryError, load_channels
from bot.settings import ROOT
from bot.widget.quoting import linking
from bot.widget.site import Site
from bot.widget.words import load_words

CONTENT = load_content(ROOT)
TOPICS = sorted(CONTENT.playbooks)
FIRST_PERSON = {
    "en": re.compile(r"\b(I|me|my|mine)\b"),
    "zh": re.compile("我(?!们)"),
}


class Renderer:
    """Words without pages."""

    words = load_words()


SITE = Site(CONTENT, ROOT, Renderer())


@pytest.fixture(params=["zh", "en"])
def lang(request):
    return request.param


def said_on_pages(lang):
    """Every authored text of a page, apart from what customers say of themselves."""
    for topic in TOPICS:
        page = SITE.topics.page(topic, lang)
        for part in (*page.first, *page.special, *page.steps):
            yield from (line for block in part.text for line in block.lines)
        yield from (item.why for item in page.prepare if page.opens_ticket)
    for trick in SITE.tricks(lang):
        yield from (line for block in trick.advice for line in block.lines)
    for question in CONTENT.faq.questions.values():
        yield question.answer.of(lang)


def test_a_page_speaks_for_all_of_us_and_never_as_one(lang):
    texts = [re.sub("“[^”]*”", "", text) for text in said_on_pages(lang)]
    assert len(texts) > 500
    assert [text for text in texts if FIRST_PERSON[lang].search(text)] == []


def test_one_voice_would_be_noticed():
    assert FIRST_PERSON["en"].search("Stop and tell me.")
    assert not FIRST_PERSON["en"].search("Stop and tell us.")
    assert FIRST_PERSON["zh"].search("请告诉我。")
    assert not FIRST_PERSON["zh"].search("请告诉我们。")


@pytest.mark.parametrize("topic", TOPICS)
async def test_a_step_tells_what_to_do_and_not_what_was_done(client, topic, lang):
    html = (await client.get(f"/topics/{topic}?lang={lang}")).text.replace("&#39;", "'")
    shown = set(re.findall(r"<summary>[^<]*<span>([^<]*)</span>", html))
    for step in CONTENT.playbooks[topic].blocks:
        assert step.title is not None, step.id
        assert step.title.of(lang) in shown
        assert step.title.en[0].isupper(), step.title.en
        assert step.name is None or step.name.en not in shown


@pytest.mark.parametrize("topic", TOPICS)
def test_no_text_stands_on_a_topics_page_twice(topic, lang):
    page = SITE.topics.page(topic, lang)
    for parts in ([*page.first, *page.special], page.steps):
        texts = [tuple(line for block in part.text for line in block.lines) for part in parts]
        assert len(set(texts)) == len(texts)


@pytest.mark.parametrize(
    ("topic", "case"),
    [
        ("warranty_return", "App, exchange or e-CNY"),
        ("funds_stolen", "Own wallet"),
        ("app_problem", "Ledger · Balance or token missing or wrong"),
        ("forgot_pin", "Hardware wallet · Other brands · Recovery phrase: Yes, I have it"),
    ],
)
def test_a_step_is_for_everybody_only_where_it_is(topic, case):
    cases = [part.case for part in SITE.topics.page(topic, "en").steps]
    assert any(shown.startswith(case) for shown in cases), cases


@pytest.mark.parametrize("topic", ["funds_stolen", "report_scam", "warranty_return"])
async def test_a_button_of_the_chat_is_a_link_on_a_page(client, topic, lang):
    html = (await client.get(f"/topics/{topic}?lang={lang}")).text
    label = CONTENT.choices["official_channel"].label.of(lang)
    assert html.count(f'“<a href="/channels?lang={lang}">{label}</a>”') == html.count(f"{label}")


def test_only_a_quoted_choice_becomes_a_link():
    linked = linking({"Check a contact": "/verify?lang=en"})
    assert linked("Use “Check a contact”.") == (
        'Use “<a href="/verify?lang=en">Check a contact</a>”.'
    )
    assert linked("Check a contact, “unlock fee” <b>") == "Check a contact, “unlock fee” &lt;b&gt;"
    assert linking({})("“Check a contact”") == "“Check a contact”"


@pytest.mark.parametrize("name", [n for n in CONTENT.replies if n.startswith("lost_recovery")])
def test_both_languages_name_the_same_numbers_of_words(name):
    text = CONTENT.replies[name].text
    zh, en = (re.findall(r"(?<!\d)\d{2}(?!\d)", said) for said in (text.zh, text.en))
    assert set(zh) == set(en)


def test_the_numbers_of_words_are_those_of_the_standards():
    plain, shares = {"12", "15", "18", "21", "24"}, {"20", "33"}  # BIP-39, SLIP-39
    said = CONTENT.replies["lost_recovery_phrase__check_device"].text
    assert set(re.findall(r"\d{2}", said.en)) == plain | shares


async def test_a_contacts_source_is_in_the_pages_language(client):
    zh = (await client.get("/channels?lang=zh")).text
    en = (await client.get("/channels?lang=en")).text
    assert "公开评审：Walletbeat 钱包评审（2025 年 10 月到 2026 年 10 月）" in zh
    assert "public review: Walletbeat, October 2025 to October 2026" in en
    assert not re.search(r"\d{4}-\d{2} to|walletbeat", zh + en)


def test_a_source_that_is_no_address_needs_words(tmp_path):
    folder = tmp_path / "knowledge"
    (folder / "schema").mkdir(parents=True)
    whole = (ROOT / "data/knowledge/official_channels.yml").read_text(encoding="utf-8")
    schema = "schema/official_channels.schema.json"
    (folder / schema).write_bytes((ROOT / "data/knowledge" / schema).read_bytes())
    copy = folder / "official_channels.yml"
    copy.write_text(whole, encoding="utf-8")
    assert load_channels(tmp_path).channels
    copy.write_text(whole.replace('"okx.com help centre":', '"okx.com, help":'), encoding="utf-8")
    with pytest.raises(RegistryError, match=r"okx\.com help centre"):
        load_channels(tmp_path)


@pytest.mark.parametrize("topic", TOPICS)
async def test_the_name_of_a_topic_finds_its_page(client, topic, lang):
    name = SITE.topics.name(topic, lang)
    told = (await client.post(f"/search?lang={lang}", data={"q": f" {name.lower()}?"})).text
    hits = re.findall(r'<article class="hit">\s*<h2><a href="([^?"]+)', told)
    assert hits == [f"/topics/{topic}"]
