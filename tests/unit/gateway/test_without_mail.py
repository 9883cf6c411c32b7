from __future__ import annotations

import re

import pytest

from bot.widget.headers import CONTENT_SECURITY_POLICY

PLAIN = {"zh": "这里不发送邮件", "en": "We send no e-mail here"}


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_without_a_mail_server_the_page_says_so_and_asks_for_no_address(http, language):
    page = (await http.get(f"/status?lang={language}")).text
    assert PLAIN[language] in page
    assert 'type="email"' not in page
    sent = await http.post(
        f"/status?lang={language}", data={"do": "code", "reference": "7KQ2M-XR4TB-3"}
    )
    assert PLAIN[language] in sent.text


async def test_without_a_mail_server_the_api_says_so(http):
    answer = await http.post("/api/v1/tickets/code", json={"reference": "7KQ2M-XR4TB-3"})
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/mail-off")


async def test_the_page_repeats_nothing_that_is_no_reference(http):
    page = (await http.post("/status?lang=en", data={"do": "look", "reference": "<b>legal"})).text
    assert "legal" not in page


async def test_without_a_mail_server_the_page_has_no_field_that_leads_nowhere(http):
    assert "<form" not in (await http.get("/status?lang=en")).text


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_page_forbids_nearly_everything(http, language):
    answer = await http.get(f"/status?lang={language}")
    assert answer.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert answer.headers["cache-control"] == "no-store"
    html = answer.text
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html)
