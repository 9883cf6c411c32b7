from __future__ import annotations

import re
from pathlib import Path

import pytest
import structlog

from bot.content import load_content
from bot.content.yaml_files import read_yaml
from bot.guard import GuardBroken
from bot.settings import ROOT
from bot.widget import checker
from bot.widget.phrasings import phrasings
from bot.widget.searching import Finder, words_of

CASES = read_yaml((Path(__file__).parents[2] / "cases/site/search.yml").read_text("utf-8"))
# A published test vector of BIP-39, and the Bitcoin wiki's example of a key.
PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"
KEY = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"
ROBBERY = {
    "en": "the support guy on whatsapp wants me to share my screen so he can fix my wallet",
    "zh": "有个客服正在电话里让我装 AnyDesk 远程控制我的电脑，说要帮我修钱包",
}


@pytest.fixture(params=["zh", "en"])
def lang(request):
    return request.param


async def results_of(client, text, lang="en"):
    answer = await client.post(f"/search?lang={lang}", data={"q": text})
    assert answer.status_code == 200
    return answer.text.split('<div class="results">')[1].split("<footer")[0]


def hits(shown):
    return re.findall(r'<article class="hit">\s*<h2><a href="/(?:faq/|topics/)?(\w+)', shown)


@pytest.mark.parametrize("word", ["PIN", "pin", "ＰＩＮ"])
async def test_a_single_word_finds_its_questions(client, word, lang):
    assert set(hits(await results_of(client, word, lang))) <= {
        *("pin_attempts", "change_pin", "pin_reset_by_support", "forgot_pin"),
    }
    assert hits(await results_of(client, word, lang))


@pytest.mark.parametrize("word", ["助记词", "助記詞"])
async def test_a_chinese_word_finds_its_question_in_both_scripts_and_on_both_pages(
    client, word, lang
):
    assert "what_is_recovery_phrase" in await results_of(client, word, lang)


async def test_the_answer_stands_there_with_its_source_and_month(client):
    shown = await results_of(client, "How many wrong PINs are allowed?")
    assert hits(shown)[0] == "pin_attempts"
    assert "A Ledger resets itself after 3 wrong PINs" in shown
    assert "support.ledger.com" in shown
    assert "November 2026" in shown


async def test_where_two_are_close_both_are_shown(client):
    shown = await results_of(client, "pin", "zh")
    assert len(hits(shown)) == 2
    assert "有两个答案" in shown


async def test_where_nothing_fits_it_says_so_and_offers_the_chat_and_a_topic(client, lang):
    shown = await results_of(client, {"zh": "红烧肉怎么做", "en": "pizza recipe"}[lang], lang)
    assert {"zh": "没有找到", "en": "found no answer"}[lang] in shown
    assert hits(shown) == []
    assert "data-say" in shown
    assert 'href="/topics/tx_failed' in shown


@pytest.mark.parametrize("secret", [PHRASE, KEY, f"what is this {PHRASE} please"])
async def test_a_secret_is_neither_shown_nor_logged_nor_looked_up(client, lang, secret):
    with structlog.testing.capture_logs() as logs:
        answer = await client.post(f"/search?lang={lang}", data={"q": secret})
    for told in (answer.text, str(logs), str(answer.headers), str(answer.url)):
        assert "sausage" not in told
        assert KEY not in told
    assert {"zh": "没有保存", "en": "keep nothing"}[lang] in answer.text
    assert hits(answer.text) == []


async def test_a_told_code_is_left_out_and_the_rest_is_looked_up(client):
    answer = await client.post("/search?lang=en", data={"q": "my pin is 4821, how to change it"})
    assert "4821" not in answer.text
    assert "a PIN" in answer.text
    assert "change_pin" in answer.text


async def test_an_ordinary_search_stands_in_the_field_again(client):
    answer = await client.post("/search", data={"q": 'fee "<b>'})
    assert 'value="fee &#34;&lt;b&gt;"' in answer.text


async def test_only_a_search_in_which_the_guard_found_nothing_may_be_kept_by_the_browser(client):
    kept = [
        (await client.post("/search", data={"q": text})).headers["cache-control"]
        for text in ("firmware", "my pin is 4821", PHRASE)
    ]
    assert kept == ["private, no-cache", "no-store", "no-store"]


async def test_a_search_is_not_taken_from_the_address_where_logs_would_keep_it(client):
    html = (await client.get("/search?q=firmware")).text
    assert "update_firmware" not in html
    assert "firmware" not in html.split('<form class="search"')[1].split("</form>")[0]


async def test_a_told_robbery_gets_its_advice_before_anything_else(client, lang):
    shown = await results_of(client, ROBBERY[lang], lang)
    assert {"zh": "请马上停下", "en": "Please stop now"}[lang] in shown
    assert shown.index('class="robbery"') < (shown + "<article").index("<article")


async def test_a_question_about_a_trick_gets_no_alarm(client):
    shown = await results_of(client, "is it normal that support asks for remote access?")
    assert 'class="robbery"' not in shown


async def test_a_contact_in_the_search_is_judged_and_a_word_is_none(client):
    shown = await results_of(client, "is https://ledger.com.wallet-check.top the real site")
    assert 'class="verdict ' in shown
    assert 'class="verdict ' not in await results_of(client, "firmware")


async def test_a_named_vendor_leads_to_its_official_contacts(client):
    assert 'href="/channels?lang=en#trezor"' in await results_of(client, "trezor official site")
    assert "/channels" not in await results_of(client, "how do I split my phrase")


@pytest.mark.parametrize(
    ("text", "told"), [("", "enter a word"), ("  ", "enter a word"), ("a" * 2001, "too long")]
)
async def test_what_cannot_be_searched_for_is_told(client, text, told):
    shown = await results_of(client, text)
    assert told in shown
    assert "found no answer" not in shown


async def test_when_the_guard_breaks_nothing_is_looked_up_or_shown(client, monkeypatch):
    def broken(*_, **__):
        raise GuardBroken("RuntimeError")

    monkeypatch.setattr(checker, "inspect", broken)
    answer = await client.post("/search?lang=en", data={"q": "firmware sausage"})
    assert "The search is not working" in answer.text
    assert "sausage" not in answer.text
    assert hits(answer.text) == []


@pytest.mark.parametrize("body", [b"\xff\xfe=1", b"q=%ff%fe", b"x" * 20_000, b"a&" * 50])
async def test_a_form_that_is_none_breaks_nothing(client, body):
    assert (await client.post("/search", content=body)).status_code == 200


# ── how good it is ───────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def finder():
    finder = Finder(load_content(ROOT), ROOT)
    finder.prepare()
    return finder


def test_the_table_names_entries_that_are_there():
    known = set(phrasings(load_content(ROOT), ROOT))
    wanted = {name for rows in CASES.values() for row in rows for name in row.get("any", ())}
    assert wanted <= known


def shares(find, rows):
    """Shares of the searches that are answered by the first entry, and by one of three."""
    ranked = [([one.name for one in find(row["ask"])[:3]], set(row["any"])) for row in rows]
    first = sum(names[0] in wanted for names, wanted in ranked) / len(ranked)
    return first, sum(bool(wanted & set(names)) for names, wanted in ranked) / len(ranked)


@pytest.mark.parametrize(("by_words", "first", "three"), [(False, 0.9, 0.95), (True, 0.8, 0.9)])
def test_the_search_finds_what_people_type(finder, lang, by_words, first, three):
    rows = [row for row in CASES[lang] if "any" in row]
    find = Finder(load_content(ROOT), ROOT).ranked if by_words else finder.ranked
    found = shares(find, rows)
    assert found >= (first, three), f"{lang}: {found}"
    assert found[1] >= three


def test_what_is_none_of_our_business_gets_no_answer(finder, lang):
    strange = [row["ask"] for row in CASES[lang] if "nothing" in row]
    answered = [text for text in strange if finder.find(text).best]
    assert len(answered) <= len(strange) // 10


def test_the_meaning_finds_what_shares_no_word(finder):
    assert "update_and_coins" in finder.find("更新会不会把币弄没").best
    assert "phrase_stored_online" in finder.find("photo of my seed ok?").best


def test_without_the_encoder_the_words_alone_are_weighed(monkeypatch):
    def missing(_):
        raise ImportError

    monkeypatch.setattr("bot.widget.searching.load_encoder", missing)
    finder = Finder(load_content(ROOT), ROOT)
    finder.prepare()
    assert "revoke_approval" in finder.find("取消授权").best


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Fees of PINs", ["fee", "of", "pin"]),
        ("address", ["address"]),
        ("助記詞", ["助记", "记词"]),
        ("币", ["币"]),
        ("USDT手续费", ["usdt", "手续", "续费"]),
    ],
)
def test_words_are_latin_words_and_pairs_of_characters(text, words):
    assert list(words_of(text)) == words
