from __future__ import annotations

import re

import pytest

from bot.widget.headers import CONTENT_SECURITY_POLICY

CHINESE = {"accept-language": "zh-CN,zh;q=0.9,en;q=0.5"}
PAGES = ("/", "/verify")


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
    assert headers["vary"] == "Accept-Language"


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
    assert html.count("<h3") == 4
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


async def test_a_pasted_tag_is_shown_as_text(client):
    html = (await client.post("/verify", data={"contact": "<img src=x>"})).text
    assert "&lt;img src=x&gt;" in html
    assert "<img src=x>" not in html


@pytest.mark.parametrize("contact", ["", "   ", "a" * 501, "breaks.example"])
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
