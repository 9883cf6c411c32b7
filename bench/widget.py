"""Measure the chat element: how soon it can be used on a slow phone, and what reconnects lose.

    .venv/bin/python bench/widget.py [--rounds 20] [--reconnects 100] [--slower 4] [--far 0]

``--far`` adds so many milliseconds to each request, as a telephone's network does.
Chromium with a processor throttled over CDP, a fresh profile each round; the gateway, its database
and its event streams are the real ones, Rasa alone is a stand-in (the first message of the bot
comes from the gateway). Prints a table; ``bench/widget.md`` has what was seen.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import platform
import statistics
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bot.desk.database import migrate
from bot.settings import Settings
from tests.browser.support import Support

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = os.environ.get("SEEDWARDEN_TEST_CHROMIUM", "/usr/bin/chromium")
SWITCHES = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
PATIENCE = 60_000  # ms
# From the click, as the page's own clock has it: the field can be written in, and the first
# message of the bot stands there.
WATCH = """() => {
  const chat = document.querySelector("seedwarden-chat").shadowRoot;
  const seen = {};
  let done;
  window.seen = new Promise((resolve) => (done = resolve));
  const look = (begun) => {
    const field = chat.querySelector("dialog[open] textarea:not(:disabled)");
    if (field?.checkVisibility()) seen.usable ??= performance.now() - begun;
    if (chat.querySelector("li.bot .text")) seen.first ??= performance.now() - begun;
    if (seen.usable && seen.first) done(seen);
    else requestAnimationFrame(() => look(begun));
  };
  chat.querySelector(".launcher").addEventListener("click", () => look(performance.now()));
}"""


def opened(browser: Browser, address: str, slower: int, far: int) -> dict[str, float]:
    """Open the chat once on a slowed phone; milliseconds to each sign of life."""
    context = browser.new_context(locale="zh-CN", **PHONE)
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    cdp = context.new_cdp_session(page)
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    if far:
        cdp.send("Network.enable")
        network = {"offline": False, "latency": far, "downloadThroughput": -1}
        cdp.send("Network.emulateNetworkConditions", network | {"uploadThroughput": -1})
    page.evaluate(WATCH)
    page.locator("seedwarden-chat .launcher").dispatch_event("click")
    seen: dict[str, float] = page.evaluate("window.seen")
    context.close()
    return seen


def reconnected(page: Page, support: Any, times: int) -> dict[str, int]:
    """Cut the wire as often; each time something is said that only the next stream can bring."""
    page.locator("seedwarden-chat .launcher").click()
    heard = page.locator("seedwarden-chat li.bot .text")
    heard.first.wait_for(timeout=PATIENCE)
    field = page.locator("seedwarden-chat textarea")
    field.fill("Ledger")
    field.press("Enter")
    heard.nth(1).wait_for(timeout=PATIENCE)
    session = page.evaluate("JSON.parse(localStorage.getItem('seedwarden-chat')).id")
    before = support.wire.opened
    for number in range(times):
        support.cut()
        support.say(session, f"number {number}")
        heard.nth(number + 2).wait_for(timeout=PATIENCE)
    texts = heard.all_text_contents()[2:]
    wanted = [f"number {number}" for number in range(times)]
    return {
        "messages": times,
        "connections": support.wire.opened - before,
        "lost": len(set(wanted) - set(texts)),
        "doubled": len(texts) - len(set(texts)),
        "out of order": sum(a != b for a, b in zip(texts, wanted, strict=False)),
    }


def started(folder: Path) -> Any:
    """A gateway of its own, with nobody else on it."""
    settings = Settings(
        var=folder,
        messages_per_minute=1000,
        conversations_per_hour=10_000,
        requests_per_minute=100_000,
    )
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(migrate(settings.desk_url))).result()
    return Support(settings).start()


def shown(name: str, values: list[float]) -> str:
    """One line of the table: median, the slowest but one in twenty, and the slowest."""
    late = statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]
    figures = (statistics.median(values), late, max(values))
    return f"| {name} | " + " | ".join(f"{value:,.0f}" for value in figures) + " |"


def measure(browser: Browser, support: Any, asked: argparse.Namespace) -> None:
    """Both measurements, printed as they come."""
    opened(browser, support.address, 1, 0)  # the first request reads what later ones find read
    where = (support.address, asked.slower, asked.far)
    rounds = [opened(browser, *where) for _ in range(asked.rounds)]
    print("| ms from the click | median | p95 | slowest |")
    print("| --- | ---: | ---: | ---: |")
    print(shown("the field can be written in", [one["usable"] for one in rounds]))
    print(shown("first message of the bot", [one["first"] for one in rounds]))
    print(f"load {os.getloadavg()[0]:.1f}", flush=True)
    page = browser.new_context().new_page()
    page.goto(support.address)
    print(reconnected(page, support, asked.reconnects))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--reconnects", type=int, default=100)
    parser.add_argument("--slower", type=int, default=4)
    parser.add_argument("--far", type=int, default=0)
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start"
    )
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        support = started(Path(folder))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        try:
            measure(browser, support, asked)
        finally:
            browser.close()
            support.stop()
    print(f"load {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
