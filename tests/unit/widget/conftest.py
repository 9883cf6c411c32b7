"""The pages in an application of their own, with a judge who knows two sites."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import httpx
import pytest
from fastapi import FastAPI

from bot.settings import Settings
from bot.widget.pages import router

KNOWN = {"ledger.com": "official", "ledger.com.wallet-check.top": "imitation"}


def fake_verify(contact):
    if contact == "breaks.example":
        raise RuntimeError("the registry cannot be read")
    verdict = KNOWN.get(contact, "unknown")
    why = {"zh": f"判断：{verdict}", "en": f"Judged {verdict}"}
    return SimpleNamespace(value=contact, kind="site", verdict=verdict, vendor=None, why=why)


@cache
def pages_of(**settings):
    """The pages in an application of their own; they keep nothing, so tests may share them."""
    app = FastAPI()
    app.include_router(router(Settings(**settings), verify=fake_verify))
    return app


@pytest.fixture
def make_client():
    """Makes a client of the pages alone, with settings of its own."""

    def made(**settings):
        transport = httpx.ASGITransport(pages_of(**settings))
        return httpx.AsyncClient(transport=transport, base_url="http://support.example")

    return made


@pytest.fixture
def client(make_client):
    return make_client()
