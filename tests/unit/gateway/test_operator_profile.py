"""The whole product under a second company's profile: nothing of the neutral one shows through."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from httpx import ASGITransport

from bot.bootstrap import build_gateway
from bot.content import load_content
from bot.content.office_hours import office_hours
from bot.content.profile import load_profile, use_profile
from bot.desk.models import OpenTicket
from bot.gateway.voice import Voice
from bot.guard import review
from bot.settings import ROOT, Settings
from bot.widget.pages import router
from tests.cast import Customer
from tests.smtp import mail_server

PROFILE = Path(__file__).resolve().parents[2] / "profiles" / "bluebird.yml"
OURS = {"zh": "青鸟客服", "en": "Bluebird Care"}
NEUTRAL = ("Seedwarden", "Wallet Support", "钱包客服", "#1c5d56", "#8fd0c4")
PAGES = ("/", "/faq", "/channels", "/fraud", "/verify", "/status")
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


@pytest.fixture
def brand():
    yield use_profile(PROFILE)
    use_profile(None)


@pytest.fixture
async def smtp():
    async with mail_server() as server:
        yield server


@pytest.fixture
def settings(migrated_folder, smtp):
    return Settings(
        var=migrated_folder,
        requests_per_minute=9999,
        public_url="https://bluebird-wallet.example.com",
        mail_server="127.0.0.1",
        mail_port=smtp.port,
        mail_tls="none",
        mail_from="care@bluebird-wallet.example.com",
    )


@pytest.fixture
def app(brand, settings, desk, engine):
    return build_gateway(settings, desk, engine, router(settings))


@pytest.fixture
async def http(app):
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=ASGITransport(app), base_url="https://care.test") as client,
    ):
        yield client


def nothing_neutral(text):
    return not [name for name in NEUTRAL if name in text]


@LANGUAGES
async def test_the_greeting_names_the_company_alone(http, language):
    customer = await Customer(http).begin(language)
    greeting = customer.greeting[0]["text"]
    assert OURS[language] in greeting
    assert nothing_neutral(greeting)


@LANGUAGES
async def test_every_page_is_the_companys(http, language):
    for path in PAGES:
        page = await http.get(path, params={"lang": language})
        assert page.status_code == 200, path
        assert OURS[language] in page.text, path
        assert nothing_neutral(page.text), path
        for own in ("/brand/logo", "/brand/colours.css", "help.bluebird-wallet.example.com"):
            assert own in page.text, (path, own)
        assert "style-src 'self'" in page.headers["content-security-policy"]
        assert "style=" not in page.text
    legal = {"zh": "/zh/privacy", "en": "https://bluebird-wallet.example.com/privacy"}
    assert legal[language] in page.text
    assert "bluebird_care_bot" in page.text


async def test_the_desk_is_the_companys(http):
    page = await http.get("/desk/sign-in", params={"lang": "en"})
    assert "Bluebird Care · desk" in page.text
    assert "/brand/logo" in page.text
    assert nothing_neutral(page.text)


async def test_logo_and_colours_are_files_of_the_profile(http):
    logo = await http.get("/brand/logo")
    assert logo.content == PROFILE.with_suffix(".svg").read_bytes()
    assert logo.headers["content-type"] == "image/svg+xml"
    assert "default-src 'none'" in logo.headers["content-security-policy"]
    sheet = await http.get("/brand/colours.css")
    light, dark = sheet.text.splitlines()
    assert light.startswith("@media screen { :root { --accent: #7a1f5c;")
    # "not print and (…)" would turn the whole of it round.
    assert dark.startswith(
        "@media screen and (prefers-color-scheme: dark) { :root { --accent: #f0a6d6;"
    )
    button = await http.get("/widget.js")
    assert "#7a1f5c" in button.text
    assert nothing_neutral(button.text.replace("SeedwardenChat", ""))


@pytest.mark.parametrize(
    ("contact", "verdict", "words"),
    [
        ("https://bluebird-wallet.example.com/help", "official", "our own address"),
        ("care@bluebird-wallet.example.com", "official", "our own address or domain"),
        ("+49 30 23125000", "official", "our own number"),
        ("@bluebird_care_bot", "official", "our own account on Telegram"),
        ("https://keyst.one", "official", "our own address (Keystone)"),
        ("https://bluebird-wallet.com", "imitation", "imitates Bluebird Care"),
        ("+49 30 23125001", "unknown", "cannot confirm"),
        ("https://trezor.io", "official", "belongs to Trezor"),
    ],
)
async def test_the_checker_knows_the_companys_own_contacts(http, contact, verdict, words):
    told = (await http.post("/api/v1/verify", json={"contact": contact})).json()
    assert told["verdict"] == verdict
    assert words in told["why"]["en"]


@pytest.mark.parametrize("author", ["bot", "agent"])
def test_bot_and_agents_may_name_our_telephone_and_no_other(brand, author):
    assert review("Our telephone: +49 30 23125000", author=author).allowed
    refused = review("Our telephone: +49 30 23125001", author=author)
    assert "unlisted_contact" in {reason.rule for reason in refused.reasons}


def test_without_the_profile_the_same_telephone_is_unlisted():
    refused = review("Our telephone: +49 30 23125000", author="bot")
    assert "unlisted_contact" in {reason.rule for reason in refused.reasons}


@LANGUAGES
async def test_mails_come_from_the_company(http, desk, smtp, language):
    customer = await Customer(http).begin(language)
    ticket = await desk.open_ticket(
        OpenTicket(customer.id, "c", "tx_failed", language, summary="x")
    )
    body = {"reference": ticket.reference, "proof": customer.token, "address": "a@example.org"}
    language_of = {"accept-language": language}
    answer = await http.post("/api/v1/tickets/mail", json=body, headers=language_of)
    assert answer.status_code == 202
    _, mail = await smtp.next()
    assert mail["From"] == f"{OURS[language]} <care@bluebird-wallet.example.com>"
    assert OURS[language] in mail["Subject"]
    assert nothing_neutral(mail["Subject"] + mail.get_content())


@LANGUAGES
def test_a_messengers_first_words_name_our_accounts_and_the_guard_lets_them_out(brand, language):
    voice = Voice(load_content(ROOT), review)
    (words,), withheld = voice.drafts([{"reply": "door_first"}], language)
    assert not withheld
    assert "bluebird_care_bot" in words.text
    assert nothing_neutral(words.text)


@LANGUAGES
def test_without_accounts_the_first_words_have_no_gap(language):
    (words,), withheld = Voice(load_content(ROOT), review).drafts(
        [{"reply": "door_first"}], language
    )
    assert not withheld
    assert "{" not in words.text
    assert "\n\n" not in words.text


async def test_the_companys_calendar_counts(brand):
    assert office_hours().zone.key == "Europe/Berlin"
    use_profile(None)
    assert office_hours().zone.key == "Asia/Shanghai"


@pytest.fixture
def one_language(tmp_path):
    text = PROFILE.read_text().replace("languages: [zh, en]", "languages: [zh]")
    (tmp_path / "bluebird.svg").write_bytes(PROFILE.with_suffix(".svg").read_bytes())
    (tmp_path / "only.yml").write_text(text)
    yield use_profile(tmp_path / "only.yml")
    use_profile(None)


async def test_a_company_of_one_language_offers_no_other(one_language, settings, desk, engine):
    app = build_gateway(settings, desk, engine, router(settings))
    transport = ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="https://care.test") as http,
    ):
        customer = await Customer(http).begin("en")
        assert OURS["zh"] in customer.greeting[0]["text"]
        assert (await customer.post(choice="language:en")).status_code == 422
        told = await customer.write("My device does not turn on, what can I do?")
        assert told["replies"][0]["language"] == "zh"
        page = (await http.get("/", params={"lang": "en"})).text
        assert '<html lang="zh-Hans">' in page
        assert ">English</a>" not in page
        assert "中文或英文" not in page
        words = (await http.get("/static/widget/words.js")).text.replace(" ", "")
        assert 'LANGUAGES={zh:"中文"}' in words


def test_the_test_company_is_another_one():
    assert load_profile(PROFILE).name.en not in NEUTRAL
