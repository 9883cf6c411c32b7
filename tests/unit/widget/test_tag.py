"""The lines that an operator puts into another page."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner

from bot.cli import main
from bot.errors import SettingInvalid
from bot.settings import Settings, load_settings
from bot.widget.assets import load_assets

ADDRESS = "https://help.example"


@pytest.fixture
def said(monkeypatch):
    """Calls the command; gives its status and what it says."""
    monkeypatch.setenv("SEEDWARDEN_PUBLIC_URL", ADDRESS)
    monkeypatch.setenv("SEEDWARDEN_ALLOWED_ORIGINS", "https://shop.example:8443")

    def call(*options):
        answer = CliRunner().invoke(main, ["widget-tag", *options])
        return answer.exit_code, answer.output

    return call


async def test_the_tag_names_our_address_and_the_hash_of_what_is_served(said, make_client):
    status, lines = said()
    client = make_client(public_url=ADDRESS, allowed_origins="https://shop.example:8443")
    served = await client.get("/widget.js")
    assets = load_assets(["help.example", "shop.example"])
    assert status == 0
    assert f'src="{ADDRESS}/widget.js"' in lines
    assert assets["widget.js"].integrity in lines
    assert served.content == assets["widget.js"].content


def test_the_import_map_has_the_hash_of_every_other_script(said):
    _, lines = said("--modules")
    hashes = json.loads(re.search(r"importmap\">(.*?)</script>", lines, re.DOTALL)[1])["integrity"]
    scripts = [n for n in load_assets() if n.startswith("widget") and "/" in n and n.endswith("js")]
    assert set(hashes) == {f"{ADDRESS}/static/{name}" for name in scripts}


@pytest.mark.parametrize(("language", "tag"), [("zh", "zh-Hans"), ("en", "en")])
def test_the_language_can_be_fixed(said, language, tag):
    assert f'<seedwarden-chat lang="{tag}">' in said("--language", language)[1]
    assert "<seedwarden-chat>" in said()[1]


def test_without_a_public_address_there_is_no_tag(monkeypatch):
    monkeypatch.delenv("SEEDWARDEN_PUBLIC_URL", raising=False)
    answer = CliRunner().invoke(main, ["widget-tag"])
    assert answer.exit_code == 1
    assert "SEEDWARDEN_PUBLIC_URL" in answer.output


@pytest.mark.parametrize("address", ["help.example", "ftp://help.example", "https://"])
def test_a_public_address_that_is_none_stops_the_start(monkeypatch, address):
    monkeypatch.setenv("SEEDWARDEN_PUBLIC_URL", address)
    with pytest.raises(SettingInvalid, match="PUBLIC_URL"):
        load_settings()


def test_who_does_not_tell_their_address_has_no_names_to_compare_with():
    assert Settings(allowed_origins="https://shop.example").own_hosts == ()
    named = Settings(public_url=ADDRESS, allowed_origins=f"{ADDRESS},https://shop.example")
    assert named.own_hosts == ("help.example", "shop.example")
