from __future__ import annotations

import re

import pytest

from bot.widget.headers import CONTENT_SECURITY_POLICY

CHINESE = {"accept-language": "zh-CN,zh;q=0.9,en;q=0.5"}
PAGES = (
    "/",
    "/topics/tx_failed",
    "/faq",
    "/faq/pin_attempts",
    "/channels",
    "/fraud",
    "/search",
    "/verify",
)
TOPICS = ("funds_stolen", "device_broken", "tx_failed", "forgot_pin", "report_scam")


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_speaks_the_browsers_language(client, path):
    assert '<html lang="zh-Hans">' in (await client.get(path, headers=CHINESE)).text
    assert '<html lang="en">' in (await client.get(path, headers={"accept-language": "de"})).text


@pytest.mark.parametrize("path", PAGES)
async def test_the_address_has_the_last_word_about_the_language(client, path):
    assert '<html lang="en">' in (await client.get(f"{path}?lang=en", headers=CHINESE)).text
    assert '<html lang="zh-Hans">' in (await client.get(f"{path}?lang=zh")).text
    assert '<html lang="en">' in (await client.get(f"{path}?lang=%3Cb%3E")).text


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_forbids_nearly_everything(client, path):
    headers = (await client.get(path)).headers
    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["vary"] == "Accept-Language, Accept-Encoding"


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("path", PAGES)
async def test_a_page_has_no_inline_script_or_style_and_asks_nobody_else(client, path, lang):
    html = (await client.get(f"{path}?lang={lang}")).text
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html)
    assert all('src="' in tag for tag in re.findall(r"<script[^>]*>", html))
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', html)


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_the_support_page_holds_topics_and_five_signs_without_script(client, lang):
    html = (await client.get(f"/?lang={lang}")).text
    assert all(f'href="/topics/{topic}?lang={lang}"' in html for topic in TOPICS)
    assert html.split("<ol>")[1].split("</ol>")[0].count("<li>") == 5
    assert f'href="/verify?lang={lang}"' in html
    assert "<seedwarden-chat" in html
    assert all(" hidden" in tag for tag in re.findall(r"<button[^>]*data-say[^>]*>", html))


@pytest.mark.parametrize(
    ("contact", "verdict"),
    [
        ("ledger.com", "official"),
        ("ledger.com.wallet-check.top", "imitation"),
        ("ledqer.example", "unknown"),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_the_checker_answers_without_script(client, contact, verdict, lang):
    html = (await client.post(f"/verify?lang={lang}", data={"contact": f"  {contact} "})).text
    shown = html.split('id="result"')[1].split("<template")[0]
    assert f'class="verdict {verdict}"' in shown
    assert f'<p class="value">{contact}</p>' in shown


# A published test vector of BIP-39, and the Bitcoin wiki's example of a key.
PHRASE = "legal winner thank year wave sausage worth useful legal winner thank yellow"
KEY = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"
MESSAGE = {
    "en": "Dear customer, log in at ledger.com or at https://ledger.com.wallet-check.top/fix today",
    "zh": "尊敬的客户，请登录 ledger.com 或者 https://ledger.com.wallet-check.top/fix 处理",
}
ROBBERY = {
    "en": "the support guy on whatsapp wants me to share my screen so he can fix my wallet",
    "zh": "有个客服正在电话里让我装 AnyDesk 远程控制我的电脑，说要帮我修钱包",
}


def result_of(answer):
    return answer.text.split('id="result"')[1].split("<template")[0]


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_every_contact_of_a_message_gets_a_verdict(client, lang):
    shown = result_of(await client.post(f"/verify?lang={lang}", data={"contact": MESSAGE[lang]}))
    assert shown.count('class="verdict ') == 2
    assert 'class="verdict official"' in shown


@pytest.mark.parametrize("secret", [PHRASE, KEY, f"is this real? {PHRASE} write to ledger.com"])
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_a_secret_is_named_and_nothing_of_it_is_shown(client, lang, secret):
    answer = await client.post(f"/verify?lang={lang}", data={"contact": secret})
    shown = result_of(answer)
    assert {"zh": "没有保存", "en": "keep nothing"}[lang] in shown
    assert 'class="verdict' not in shown
    assert "sausage" not in answer.text
    assert KEY not in answer.text


async def test_a_told_code_is_left_out_and_the_contact_is_still_judged(client):
    answer = await client.post("/verify", data={"contact": "my pin is 4821, ok for ledger.com ?"})
    shown = result_of(answer)
    assert "a PIN" in shown
    assert 'class="verdict official"' in shown
    assert "4821" not in answer.text


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_a_told_robbery_gets_its_advice_first(client, lang):
    shown = result_of(await client.post(f"/verify?lang={lang}", data={"contact": ROBBERY[lang]}))
    assert 'class="robbery"' in shown
    assert {"zh": "请马上停下", "en": "Please stop now"}[lang] in shown


async def test_a_question_about_a_trick_gets_no_alarm(client):
    text = "is it normal that support asks for remote access?"
    assert "robbery" not in result_of(await client.post("/verify", data={"contact": text}))


async def test_a_script_gets_the_same_answer_as_data(client):
    wish = {"accept": "application/json"}
    files = {"contact": (None, MESSAGE["en"])}
    found = (await client.post("/verify?lang=en", files=files, headers=wish)).json()
    assert [one["verdict"] for one in found["judgements"]][:1] == ["official"]
    assert (found["note"], found["advice"], found["secrets"]) == (None, [], [])


async def test_a_pasted_tag_is_shown_as_text(client):
    html = (await client.post("/verify", data={"contact": "<img src=x>"})).text
    assert "&lt;img src=x&gt;" in html
    assert "<img src=x>" not in html


@pytest.mark.parametrize("contact", ["", "   ", "a" * 2001, "breaks.example"])
async def test_a_check_that_cannot_be_made_is_no_verdict(client, contact):
    answer = await client.post("/verify", data={"contact": contact})
    shown = answer.text.split('id="result"')[1].split("<template")[0]
    assert answer.status_code == 200
    assert 'class="note"' in shown
    assert "verdict" not in shown


@pytest.mark.parametrize("body", [b"\xff\xfe=1", b"contact=%ff%fe", b"x" * 20_000, b"a&" * 50])
async def test_a_form_that_is_none_breaks_nothing(client, body):
    assert (await client.post("/verify", content=body)).status_code == 200


async def test_the_contact_is_not_taken_from_the_address_where_logs_would_keep_it(client):
    assert "ledger.example" not in (await client.get("/verify?contact=ledger.example")).text


async def test_head_is_answered_without_a_body(client):
    answer = await client.head("/")
    assert answer.status_code == 200
    assert answer.content == b""
