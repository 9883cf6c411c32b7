"""The chat on a page of another origin, and on a page that only looks like ours."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from bot.commands.widget import tag_lines
from bot.desk.database import migrate
from bot.settings import Settings
from tests.browser.support import Support

POLICY = (
    "default-src 'none'; script-src {help} 'self'; connect-src {help}; "
    "require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'"
)
PAGE = "<!doctype html><html lang={lang}><title>Shop</title><h1>Shop</h1>{tag}</html>"


class Shop:
    """A web site of somebody else: ``localhost`` on a port of its own."""

    def __init__(self):
        self.html = self.policy = ""
        shop = self

        class Counter(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", shop.policy)
                self.end_headers()
                self.wfile.write(shop.html.encode())

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Counter)
        self.origin = f"http://localhost:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def ends(self):
        self.server.shutdown()
        self.server.server_close()

    def shows(self, lines, address, lang="en"):
        """Put the tag into the page; the policy allows us and nobody else."""
        self.html = PAGE.format(lang=lang, tag="\n".join(lines))
        self.policy = POLICY.format(help=address)
        return self


@pytest.fixture(scope="module")
def shop():
    shop = Shop()
    yield shop
    shop.ends()


@pytest.fixture(scope="module")
def helps(tmp_path_factory, shop, chromium):
    """A gateway that lets the shop embed its chat; its own name is 127.0.0.1."""
    settings = Settings(
        var=tmp_path_factory.mktemp("helps"),
        public_url="http://127.0.0.1",
        allowed_origins=shop.origin,
        requests_per_minute=100_000,
    )
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(migrate(settings.desk_url))).result()
    support = Support(settings).start()
    yield support
    support.stop()


def tag(helps, **other):
    """What the command prints; the port is known only now."""
    settings = helps.settings.model_copy(update={"public_url": helps.address, **other})
    return tag_lines(settings, None, modules=False)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_another_origin_embeds_the_chat_under_a_strict_policy(meet, shop, helps, lang):
    shop.shows(tag(helps), helps.address, lang)
    visitor = meet(lang, address=shop.origin).visit().open()
    visitor.ask("Ledger")
    expect(visitor.mine).to_have_text(["Ledger"])
    visitor.chat.locator(".menu").click()
    with visitor.page.expect_download() as coming:
        visitor.chat.locator(".card .row button").first.click()
    assert coming.value.suggested_filename == "record.md"
    assert visitor.complaints == []


def test_events_reach_a_page_of_another_origin(meet, shop, helps):
    shop.shows(tag(helps), helps.address)
    visitor = meet("en", address=shop.origin).visit().open()
    visitor.ask("Ledger")
    helps.joins(visitor.session()["id"], "Maya Lin")
    expect(visitor.who).to_contain_text("Maya Lin", timeout=20_000)


def test_a_script_whose_hash_is_another_is_not_run(meet, shop, helps):
    # The names of our hosts are part of the script, so another address is another hash.
    shop.shows(tag(helps, public_url="http://other.example"), helps.address)
    shop.html = shop.html.replace("http://other.example", helps.address)
    visitor = meet("en", address=shop.origin).visit()
    visitor.page.wait_for_load_state("networkidle")
    assert visitor.page.evaluate("customElements.get('seedwarden-chat') === undefined")
    assert any("integrity" in complaint for complaint in visitor.complaints)


def test_an_origin_that_is_not_allowed_gets_neither_script_nor_api(meet, shop, helps):
    stranger = Shop().shows(tag(helps), helps.address)
    visitor = meet("en", address=stranger.origin).visit()
    visitor.page.wait_for_load_state("networkidle")
    assert visitor.page.evaluate("customElements.get('seedwarden-chat') === undefined")
    reached = visitor.page.evaluate(
        """async (url) => fetch(url, {method: "POST", body: "{}",
             headers: {"Content-Type": "application/json"}}).then(() => true, () => false)""",
        f"{helps.address}/api/v1/conversations",
    )
    assert reached is False
    stranger.ends()


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_copy_of_our_page_under_another_name_warns_and_cannot_be_opened(meet, helps, lang):
    copied = helps.address.replace("127.0.0.1", "localhost.example")
    visitor = meet(lang, address=copied)

    def pass_through(route):
        url = route.request.url.replace("localhost.example", "127.0.0.1")
        route.fulfill(response=visitor.page.context.request.fetch(url))

    visitor.page.route("**/*", pass_through)
    visitor.visit()
    warning = visitor.chat.get_by_role("alert")
    expect(warning).to_contain_text("This page is a copy and not ours")
    expect(warning).to_contain_text("这个网页是仿冒的")
    expect(warning).to_contain_text("127.0.0.1")
    expect(visitor.launcher).to_have_count(0)
    visitor.page.locator("button[data-say]").first.evaluate("button => button.click()")
    visitor.page.wait_for_timeout(300)
    expect(visitor.panel).to_have_count(0)


def test_our_own_page_does_not_warn(meet, helps):
    visitor = meet("en", address=helps.address).visit()
    expect(visitor.chat.get_by_role("alert")).to_have_count(0)
    visitor.open()
