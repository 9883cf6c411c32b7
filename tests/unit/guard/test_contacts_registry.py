"""The registry of official channels: complete, dated, in both languages, free of contradictions."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.content.channels import RegistryError, load_channels
from bot.guard.contacts import book, use_reported_lists, verify
from bot.guard.contacts.reported import ReportedListError, load_reported

DATA = Path(__file__).parents[3] / "data"
VENDORS = """
ledger trezor bitbox coldcard keystone onekey safepal metamask trustwallet exodus electrum
bitcoin_core imtoken tokenpocket bitpie okx binance coinbase kraken ecny
""".split()  # noqa: SIM905


@pytest.fixture
def knowledge(tmp_path):
    folder = tmp_path / "knowledge"
    shutil.copytree(DATA / "knowledge", folder)
    return folder


def rewrite(knowledge, old, new):
    path = knowledge / "official_channels.yml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_vendor_is_in_the_registry_with_a_fact(vendor):
    channels = load_channels(DATA)
    assert vendor in channels.vendors
    assert channels.facts(vendor)


def test_every_row_says_where_it_was_seen_and_until_when_it_holds():
    for row in load_channels(DATA).channels:
        assert row.source.startswith(("own: ", "review: "))
        assert row.verified_on < row.valid_until
        assert row.note["zh"]
        assert row.note["en"]


def test_what_was_not_verified_is_not_listed():
    channels = load_channels(DATA)
    assert channels.of("ecny") == ()
    assert {row.kind for row in channels.of("bitpie")} <= {"site", "support_site", "repository"}
    phones = {row.vendor: row for row in channels.channels if row.kind == "phone"}
    assert all(v.startswith("police_") or phones[v].source.startswith("own: ") for v in phones)


def test_an_unknown_vendor_has_no_channel():
    assert load_channels(DATA).of("nobody") == ()
    assert load_channels(DATA).facts("nobody") == ()


def test_current_channels_come_first():
    ledger = [row.current for row in load_channels(DATA).of("ledger")]
    assert ledger == sorted(ledger, reverse=True)


def test_a_lookup_is_by_kind_and_value():
    channels = load_channels(DATA)
    assert channels.find("site", "ledger.com").vendor == "ledger"
    assert channels.find("email_domain", "trezor.io") is None
    assert channels.find("site", "ledger.example.com") is None


def test_rows_that_ran_out_are_told():
    channels = load_channels(DATA)
    assert channels.due(date(2026, 11, 23)) == ()
    assert len(channels.due(date(2030, 1, 1))) == len(channels.channels)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("kind: site, value: ledger.com", "kind: home, value: ledger.com", "home"),
        ("value: ledger.com, source", "value: Ledger.com, source", "small letters"),
        ("superseded_by: ledger.com", "superseded_by: ledger.example.com", "no current site"),
        ("kind: site, value: trezor.io", "kind: site, value: ledger.com", "listed twice"),
        ("verified_on: 2026-11-22", "verified_on: soon", "soon"),
    ],
)
def test_a_registry_that_contradicts_itself_is_not_loaded(knowledge, old, new, told):
    rewrite(knowledge, old, new)
    with pytest.raises(RegistryError, match=told):
        load_channels(knowledge.parent)


def test_a_packed_list_that_was_tampered_with_is_not_loaded(knowledge):
    packed = knowledge / "reported_domains.bin"
    packed.write_bytes(packed.read_bytes()[:-8])
    with pytest.raises(ReportedListError):
        load_reported(knowledge)


def test_every_vendor_of_the_registry_has_a_name_for_the_reader():
    assert set(load_channels(DATA).vendors) <= set(book().words["vendors"])


def test_every_brand_belongs_to_a_vendor_of_the_registry():
    lookalikes = book().lookalikes
    named = {*lookalikes.strong.values(), *lookalikes.word.values(), *lookalikes.short.values()}
    assert named <= set(load_channels(DATA).vendors)


def test_no_official_host_is_on_the_reported_list():
    for row in load_channels(DATA).channels:
        if row.kind in {"site", "support_site"}:
            assert row.value.split("/")[0] not in book().reported


def test_an_operators_own_list_is_judged_by_beside_the_bundled_one(tmp_path):
    own = tmp_path / "hosts.txt"
    own.write_text("# seen by our desk\nquick-relief-desk.com   # 2026-11-20\nnot a host\n")
    assert verify("quick-relief-desk.com").verdict == "unknown"
    try:
        use_reported_lists([own])
        assert verify("https://www.quick-relief-desk.com/x").verdict == "reported_scam"
        assert verify("relief-desk.com").verdict == "unknown"
    finally:
        use_reported_lists([])
    assert verify("quick-relief-desk.com").verdict == "unknown"
