"""Contacts: what is found in a text, how it is judged, what the layman is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.guard import contacts_in, find_contacts, verify
from bot.guard.contacts import book, judged_mentions

CASES = Path(__file__).parents[2] / "cases" / "contacts"
HONEST_SITES = Path(__file__).parents[3] / "bench" / "honest_sites.txt"
ENTROPY_ZERO = " ".join(["abandon"] * 11 + ["about"])


def table(name):
    return yaml.safe_load((CASES / f"{name}.yml").read_text("utf-8"))


@pytest.mark.parametrize("case", table("extraction"), ids=lambda case: case["text"])
def test_a_contact_is_found_in_every_dress_and_in_nothing_else(case):
    found = [[contact.kind, contact.value] for contact in find_contacts(case["text"])]
    assert found == case["found"]


@pytest.mark.parametrize("case", table("verdicts"), ids=lambda case: case["contact"])
def test_a_contact_gets_its_verdict(case):
    judged = verify(case["contact"])
    assert (judged.verdict, judged.vendor) == (case["verdict"], case.get("vendor"))


def test_a_reported_site_is_named_as_such_with_its_sub_domains():
    extended = book().reported.with_hosts(["reported.example.com  # seen in a chat", "github.io"])
    assert "reported.example.com" in extended
    assert "www.reported.example.com" in extended
    assert "other.example.com" not in extended
    assert "somebody.github.io" not in extended


def test_a_packed_report_is_found_and_a_shared_host_is_not_blocked_whole():
    assert verify("quickhelp-portal.com").verdict == "reported_scam"
    for shared in book().reported.shared:
        assert verify(f"https://{shared}/").verdict == "unknown", shared


@pytest.mark.parametrize("case", table("verdicts"), ids=lambda case: case["contact"])
def test_every_verdict_is_explained_in_both_languages(case):
    why = verify(case["contact"]).why
    assert set(why) == {"zh", "en"}
    assert re.search("[一-鿿]", why["zh"])
    assert not re.search("[一-鿿]", why["en"])
    assert "{" not in why["zh"] + why["en"]


@pytest.mark.parametrize("contact", ["bitpieaaa.com", "lėdger.com", "ledger.help@gmail.com"])
def test_an_imitation_names_the_genuine_contact_beside_it(contact):
    judged = verify(contact)
    sites = [row.value for row in book().channels.of(judged.vendor) if row.kind == "site"]
    assert any(site in judged.why["en"] and site in judged.why["zh"] for site in sites)


def test_a_vendor_without_verified_contact_is_told_so():
    assert "No such contact of e-CNY is verified" in verify("ecny-wallet.com").why["en"]


def test_unknown_never_reads_as_safe():
    safe = re.compile(
        r"\bsafe\b|\bgenuine\b|trustworthy|is official|安全的|可信的|是官方(?!邮箱|账号)"
    )
    for name, words in book().words["reasons"].items():
        if name.startswith("unknown"):
            worded = (words["en"] + words["zh"]).replace("{genuine}", "")
            assert not safe.search(worded), name


def test_a_secret_given_as_a_contact_is_not_repeated():
    judged = verify(ENTROPY_ZERO)
    assert judged.verdict == "unknown"
    assert "abandon" not in judged.value + judged.why["en"] + judged.why["zh"]


def test_no_well_known_honest_site_is_called_bad():
    sites = [line for line in HONEST_SITES.read_text("utf-8").splitlines() if line[0] != "#"]
    bad = [site for site in sites if verify(site).verdict in {"imitation", "reported_scam"}]
    assert len(sites) >= 200
    assert len(bad) <= 0.005 * len(sites), bad


def test_spans_lie_in_the_text_as_given():
    text = "加\u200b微信 wallet_help88，或打开ｌｅｄｇｅｒ点com"
    spans = [text[mention.start : mention.end] for mention, _ in judged_mentions(text)]
    assert spans == ["微信 wallet_help88", "ｌｅｄｇｅｒ点com"]


def test_both_names_of_the_search_are_one_function():
    assert contacts_in is find_contacts


@given(st.text(max_size=300))
def test_no_text_breaks_the_search(text):
    for mention, contact in judged_mentions(text):
        assert 0 <= mention.start < mention.end <= len(text)
        assert contact.verdict in {"official", "retired", "imitation", "reported_scam", "unknown"}


@given(st.text(alphabet="ledgr.com@/:()[]{} dot点。-x0\u200b", max_size=120))
def test_no_contact_like_text_breaks_the_check(text):
    assert verify(text).why["en"]
