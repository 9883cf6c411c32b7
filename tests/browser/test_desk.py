"""The desk in a real browser: set up, sign in, claim, answer; the customer's page shows it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time

import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from bot.content.office_hours import office_hours
from bot.desk.canned import NewCannedReply
from bot.desk.credentials import Seal
from bot.desk.handoff_models import CallPerson, CaseBrief
from bot.desk.models import Field, OpenTicket
from bot.desk.people_models import NewAgent, Role
from bot.gateway.desk_session import COOKIE
from bot.guard import authored
from tests.browser.conftest import LOCALES
from tests.browser.visitor import Visitor

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
PASSWORD = "four quiet harbour lamps"
WORDS = {
    "zh": {"claim": "接入", "continue": "继续", "confirm": "确认", "in": "登录", "send": "发送"},
    "en": {
        "claim": "Claim",
        "continue": "Continue",
        "confirm": "Confirm",
        "in": "Sign in",
        "send": "Send",
    },
}


class Colleague(Visitor):
    """A person at the desk."""

    def __init__(self, page, address, support, lang):
        super().__init__(page, address)
        self.support = support
        self.words = WORDS[lang]

    def invited(self, login, role: Role = "agent", name="Lin"):
        staff = self.support.desk.staff(Seal(self.support.settings.keys()))
        setup = self.support.run(staff.add(NewAgent(login, name, role), "test"))
        self.login = login
        return self.visit(f"/desk/setup?token={setup.token}")

    def sets_up(self):
        page = self.page
        page.locator("#password").fill(PASSWORD)
        page.locator("#again").fill(PASSWORD)
        page.get_by_role("button", name=self.words["continue"]).click()
        self.secret = page.locator("code.secret").inner_text()
        page.locator("#code").fill(pyotp.TOTP(self.secret).now())
        page.get_by_role("button", name=self.words["confirm"]).click()
        expect(page.locator(".codes li")).to_have_count(10)
        self.codes = page.locator(".codes code").all_inner_texts()
        return self

    def signs_in(self):
        """With a recovery code: the app's was just used."""
        page = self.visit("/desk/sign-in").page
        page.locator("#login").fill(self.login)
        page.locator("#password").fill(PASSWORD)
        page.get_by_role("button", name=self.words["continue"]).click()
        page.locator("#code").fill(self.codes.pop())
        page.get_by_role("button", name=self.words["in"]).click()
        expect(page.locator("#queue")).to_be_visible()
        return self

    def seated(self, login, role: Role = "agent", name="Lin"):
        """Signed in already: the way there has its own tests, and is limited by the minute."""
        self.support.run(self._session(login, role, name))
        address = self.address.replace("http://", "https://")
        cookie = {"name": COOKIE, "value": self.token, "url": address, "secure": True}
        self.page.context.add_cookies([{**cookie, "httpOnly": True, "sameSite": "Strict"}])
        return self.visit("/desk")

    async def _session(self, login, role, name):
        staff = self.support.desk.staff(Seal(self.support.settings.keys()))
        setup = await staff.add(NewAgent(login, name, role), "test")
        secret = (await staff.choose_password(setup.token, PASSWORD)).secret
        codes = await staff.finish_setup(setup.token, pyotp.TOTP(secret).now())
        half = await staff.sign_in(login, PASSWORD)
        self.token = (await staff.second_step(half.token, codes[0])).token

    def objections(self):
        """What axe finds in both colour schemes."""
        found = []
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found += Axe().run(self.page, options=RULES).response["violations"]
        return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]


@pytest.fixture(autouse=True)
def office_is_open(support, monkeypatch):
    """Outside office hours nobody waits: whoever is called gets a ticket instead."""
    whole_day = ((time(0), time(23, 59, 59, 999999)),)
    always = replace(office_hours(), weekly=dict.fromkeys(range(7), whole_day), days={})
    monkeypatch.setattr(support.desk, "office", always)


@pytest.fixture
def seat(chromium, support):
    """Seats a person at the desk, each in a browser profile of their own."""
    contexts = []

    def seated(lang="en", **options):
        options = {"viewport": {"width": 1280, "height": 850}, **options}
        context = chromium.new_context(locale=LOCALES[lang], **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        return Colleague(context.new_page(), support.address, support, lang)

    yield seated
    for context in contexts:
        context.close()


def called(support, conversation_id, language="en"):
    """A person is called for a conversation with a case."""
    desk = support.desk
    topic = Field("status", "choice", "pending")
    note = Field("contact", "text", "write to mira@example.org")
    brief = CaseBrief(
        conversation_id,
        "tx_failed",
        "ledger",
        "high",
        language,
        "Transfer pending for two days; mail mira@example.org",
        (topic, note),
        ("worried",),
    )
    support.run(desk.keep_brief(brief))
    order = OpenTicket(
        conversation_id,
        "case-1",
        "tx_failed",
        language,
        "ledger",
        "high",
        (topic, note),
        brief.summary,
    )
    reference = support.run(desk.open_ticket(order)).reference
    support.run(desk.call_person(CallPerson(conversation_id, "wish", "high", language, reference)))
    support.tell("queue", "queue")
    support.tell(conversation_id, "owner")
    return reference


PAGES = (
    *("/replies", "/people", "/reports", "/audit", "/figures"),
    *("/bot", "/calendar", "/privacy?count=1"),
)


def conversation_of(visitor):
    """The id of the conversation that the page last began."""
    rows = visitor.page.evaluate(
        "Object.values(localStorage).concat(Object.values(sessionStorage))"
    )
    text = " ".join(map(str, rows))
    return re.search(r"[0-9a-f]{32}", text)[0]


def test_a_person_sets_up_claims_and_answers_and_the_customer_sees_it(seat, meet, support):
    guest = meet("en").visit().open()
    guest.write("My transfer has been stuck for two days <script>alert(1)</script>")
    expect(guest.heard).to_have_count(2)
    conversation_id = conversation_of(guest)

    agent = seat("en").invited("lin-answers").sets_up().signs_in()
    page = agent.page
    before = page.locator("#queue .entry").count()
    called(support, conversation_id)
    expect(page.locator("#queue .entry")).to_have_count(before + 1)  # live, nobody reloaded
    page.locator(f"#claim-{conversation_id}").press("Enter")

    expect(page.locator(".bubble.customer .text").first).to_contain_text(
        "<script>alert(1)</script>"
    )
    expect(page.locator("#standing")).to_contain_text("You have this conversation")
    field = page.locator("#text")
    field.fill("Please send me your recovery phrase.")
    field.press("Control+Enter")
    refusal = page.locator(".refused")
    expect(refusal).to_contain_text("asks for a recovery phrase")
    expect(page.locator("#text")).to_have_value("Please send me your recovery phrase.")

    page.locator("#text").fill("Your transfer waits for its fee. Nothing is lost.")
    page.locator("#text").press("Control+Enter")
    expect(page.locator(".bubble.agent")).to_have_count(1)
    expect(page.locator("#text")).to_have_value("")
    expect(guest.chat.locator("li.agent .text")).to_have_text(
        "Your transfer waits for its fee. Nothing is lost."
    )
    guest.write("Thank you, that helps")
    expect(page.locator(".bubble.customer .text").last).to_have_text("Thank you, that helps")
    assert page.locator(".bubble.agent").count() == 1
    assert agent.complaints == []


def test_the_second_to_claim_is_told_who_was_first(seat, meet, support):
    guest = meet("en").visit().open()
    guest.write("I want a person")
    expect(guest.heard).to_have_count(2)
    conversation_id = conversation_of(guest)
    called(support, conversation_id)
    first = seat("en").seated("wei-first", name="Wei")
    second = seat("en").seated("ana-second", name="Ana")
    expect(second.page.locator(f"#claim-{conversation_id}")).to_be_visible()
    second.page.route("**/desk/queue", lambda route: route.abort())  # an old page
    first.page.locator(f"#claim-{conversation_id}").click()
    expect(first.page.locator("#answer #text")).to_be_visible()
    second.page.locator(f"#claim-{conversation_id}").click()
    expect(second.page.get_by_role("alert").filter(has_text="Wei (badge")).to_be_visible()


def prepared(support, guest, lang):
    guest.write({"zh": "我的转账一直没有到账", "en": "My transfer did not arrive"}[lang])
    expect(guest.heard).to_have_count(2)
    conversation_id = conversation_of(guest)
    reference = called(support, conversation_id, lang)
    canned = NewCannedReply(
        "Fee", authored("您的转账在等待矿工费。"), authored("Your transfer waits for its fee.")
    )
    support.run(support.desk.keep_canned(canned, "test"))
    return conversation_id, reference


def test_the_way_in_is_accessible(seat, lang):
    boss = seat(lang).invited(f"way-{lang}", "admin", "Bo")
    assert boss.objections() == []
    boss.page.locator("#password").fill(PASSWORD)
    boss.page.locator("#again").fill(f"{PASSWORD}!")
    boss.page.get_by_role("button", name=boss.words["continue"]).click()
    expect(boss.page.locator(".notice.danger")).to_be_visible()
    assert boss.objections() == []
    boss.sets_up()
    assert boss.objections() == []
    boss.visit("/desk/sign-in")
    assert boss.objections() == []
    assert boss.complaints == []


def test_every_page_is_accessible(seat, meet, support, lang):
    guest = meet(lang).visit().open()
    conversation_id, reference = prepared(support, guest, lang)
    boss = seat(lang).seated(f"boss-{lang}", "admin", "Bo")
    assert boss.objections() == []
    boss.page.locator(f"#claim-{conversation_id}").click()
    boss.page.locator("#text").fill("Send me your PIN please. 请把您的PIN码发给我。")
    boss.page.get_by_role("button", name=boss.words["send"], exact=True).click()
    expect(boss.page.locator(".refused")).to_be_visible()
    assert boss.objections() == []
    for path in ("/tickets", f"/tickets/{reference}", *PAGES):
        assert boss.visit(f"/desk{path}").objections() == [], path
    assert boss.complaints == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_page_is_wider_than_a_phone(seat, meet, support, lang):
    guest = meet(lang).visit().open()
    conversation_id, reference = prepared(support, guest, lang)
    boss = seat(lang, viewport={"width": 360, "height": 740}).seated(f"phone-{lang}", "admin", "Bo")
    boss.page.locator(f"#claim-{conversation_id}").click()
    here = f"/conversations/{conversation_id}"
    for path in ("", here, "/tickets", f"/tickets/{reference}", *PAGES):
        page = boss.visit(f"/desk{path}").page
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
