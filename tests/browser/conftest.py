"""Chromium; ``support``: a gateway without Rasa; ``live_gateway``: the whole product."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import sync_playwright

from bot.desk.database import migrate
from bot.nlu import launch
from bot.settings import ROOT, Settings
from bot.supervisor.parts import rasa_python
from tests.browser.support import Support
from tests.browser.visitor import Visitor
from tests.conftest import missing

CHROMIUM = os.environ.get("SEEDWARDEN_TEST_CHROMIUM", "/usr/bin/chromium")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 300
LOCALES = {"zh": "zh-CN", "en": "en-GB"}


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium():
    if not Path(CHROMIUM).exists():
        missing("browser", f"no Chromium at {CHROMIUM}; SEEDWARDEN_TEST_CHROMIUM names another")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def support_of_the_session(tmp_path_factory):
    settings = Settings(
        var=tmp_path_factory.mktemp("support"),
        messages_per_minute=1000,
        conversations_per_hour=10_000,
        requests_per_minute=100_000,
    )
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(migrate(settings.desk_url))).result()
    support = Support(settings).start()
    warm_up(support)
    yield support
    support.stop()


def warm_up(support):
    """The first message reads the guard's tables; no visitor shall wait for that."""
    with httpx.Client(base_url=f"{support.address}/api/v1/", timeout=60) as http:
        begun = http.post("conversations", json={"language": "en"}).json()
        http.post(
            f"conversations/{begun['id']}/messages",
            json={"client_id": "first", "text": "hello, is https://ledger.com genuine?"},
            headers={"Authorization": f"Bearer {begun['token']}"},
        ).raise_for_status()


@pytest.fixture
def support(support_of_the_session):
    yield support_of_the_session
    engine = support_of_the_session.engine
    engine.answers, engine.fails, engine.gate = {}, None, None
    support_of_the_session.wire.down = False


@pytest.fixture
def meet(chromium, support):
    """Brings a visitor to the page; each has a browser profile of their own."""
    contexts = []

    def met(lang="en", address=support.address, **options):
        options = {"viewport": {"width": 1280, "height": 850}, **options}
        context = chromium.new_context(locale=LOCALES[lang], **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        return Visitor(context.new_page(), address)

    yield met
    for context in contexts:
        context.close()


@pytest.fixture(params=["zh", "en"])
def lang(request):
    return request.param


@pytest.fixture
def visitor(meet, lang):
    """A visitor with the page before them; at the end the browser must have had no complaint."""
    visitor = meet(lang).visit()
    yield visitor
    assert visitor.complaints == []


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_ready(process, address, log):
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            pytest.fail(f"seedwarden run ended with {process.returncode}:\n{log.read_text()}")
        try:
            if httpx.get(f"{address}/readyz", timeout=10).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    pytest.fail(f"seedwarden run was not ready after {START_SECONDS} s:\n{log.read_text()}")


@pytest.fixture(scope="session")
def live_gateway(tmp_path_factory):
    """The whole product's address, Rasa included; SEEDWARDEN_TEST_GATEWAY names a running one."""
    running = os.environ.get("SEEDWARDEN_TEST_GATEWAY")
    if running:
        yield running.rstrip("/")
        return
    if not rasa_python(ROOT).exists() or launch.model_is_stale(ROOT):
        missing("rasa", "make train installs Rasa's environment and trains the model")
    folder = tmp_path_factory.mktemp("live")
    port = free_port()
    environment = os.environ | {
        "SEEDWARDEN_VAR": str(folder),
        "SEEDWARDEN_PORT": str(port),
        "SEEDWARDEN_RASA_PORT": str(free_port()),
        "SEEDWARDEN_ACTION_PORT": str(free_port()),
    }
    log = folder / "run.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(process, address, log)
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)
