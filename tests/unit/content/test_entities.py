from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from bot.content.entities import (
    Entity,
    extract,
    is_address,
    is_transaction_id,
    resolve_time,
    transaction_from_link,
)
from bot.content.folding import fold

TABLES = Path(__file__).parents[2] / "cases" / "entities"
NOW = datetime(2026, 11, 23, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


def table(name):
    return yaml.safe_load((TABLES / f"{name}.yml").read_text(encoding="utf-8"))


def cases(name):
    read = table(name)
    only = read.get("only")
    return [pytest.param(c["text"], c["finds"], only, id=c["text"]) for c in read["cases"]]


def found(text, only=None):
    return [f"{e.entity}={e.value}" for e in extract(text) if only is None or e.entity in only]


@pytest.mark.parametrize(
    ("text", "finds", "only"), cases("names") + cases("amounts") + cases("facts")
)
def test_a_message_gives_what_it_names_and_no_more(text, finds, only):
    assert sorted(found(text, only)) == sorted(finds)


@pytest.mark.parametrize("case", table("times")["cases"], ids=lambda case: case["text"])
def test_a_phrase_of_time_is_kept_as_said_and_resolved(case):
    said = [e.value for e in extract(case["text"]) if e.entity == "time"]
    assert said == ([case["said"]] if case["said"] else [])
    if case["said"]:
        at = resolve_time(case["said"], NOW)
        expected = case["at"]
        assert (at and at.isoformat()[:16]) == (expected and str(expected)[:16])


def test_a_resolved_time_is_in_the_time_zone_of_now():
    resolved = resolve_time("昨天下午三点", NOW)
    assert resolved is not None
    assert resolved.utcoffset() == NOW.utcoffset()


@pytest.mark.parametrize(
    "phrase", ["", "hello", "99点", "25:70", "0月0日", "2月30日", "999999 years ago"]
)
def test_a_phrase_that_is_no_time_resolves_to_none(phrase):
    assert resolve_time(phrase, NOW) is None


@pytest.mark.parametrize("address", table("identifiers")["addresses"])
def test_an_address_is_found_and_accepted(address):
    assert is_address(f" {address} ")
    assert f"address={address}" in found(f"我转到{address}了")


@pytest.mark.parametrize("address", table("identifiers")["mistyped"])
def test_a_mistyped_address_is_found_but_not_accepted(address):
    assert not is_address(address)
    assert f"address={address}" in found(f"I sent it to {address}, one letter wrong")


@pytest.mark.parametrize("text", table("identifiers")["not_addresses"])
def test_what_is_no_address_is_neither_found_nor_accepted(text):
    assert not is_address(str(text))
    assert not found(f"so {text} then", {"address"})


@pytest.mark.parametrize("case", table("identifiers")["transactions"])
def test_a_transaction_id_is_accepted_for_its_chain_and_for_an_unknown_one(case):
    assert is_transaction_id(case["id"], case["chain"])
    assert is_transaction_id(case["id"])
    assert is_transaction_id(case["id"], "no_such_chain")
    assert f"transaction_id={case['id']}" in found(f"哈希{case['id']}，没到账")


@pytest.mark.parametrize("case", table("identifiers")["wrong_chain"])
def test_a_transaction_id_of_another_form_is_refused(case):
    assert not is_transaction_id(case["id"], case["chain"])


@pytest.mark.parametrize("case", table("identifiers")["links"], ids=lambda case: case["url"])
def test_only_a_known_explorer_gives_chain_and_transaction(case):
    ids = [row["id"] for row in table("identifiers")["transactions"]]
    url = case["url"].replace("{id}", ids[0]).replace("{eth}", ids[1])
    read = transaction_from_link(url)
    assert (read and read[0]) == case["chain"]
    if read:
        assert read[1] in ids
        assert {f"chain={read[0]}", f"transaction_id={read[1]}"} == set(found(f"查过了 {url} 没到"))


def test_hexadecimal_ids_are_given_in_lower_case():
    upper = table("identifiers")["transactions"][0]["id"].upper()
    assert found(upper) == [f"transaction_id={upper.lower()}"]


def test_a_story_gives_everything_it_tells():
    text = "昨天下午三点从欧易转了500u到小狐狸，走的TRC20，还没到账"
    assert extract(text) == [
        Entity("time", "昨天下午三点", 0, 6),
        Entity("vendor", "okx", 7, 9),
        Entity("amount", "500 USDT", 11, 15),
        Entity("asset", "usdt", 14, 15),
        Entity("vendor", "metamask", 16, 19),
        Entity("chain", "tron", 22, 27),
    ]


def test_spans_point_at_the_words_of_the_text_as_given():
    text = "ＬＥＤＧＥＲ　Nano X，２萬ＵＳＤＴ"
    said = {(e.entity, text[e.start : e.end]) for e in extract(text)}
    assert said == {
        ("vendor", "ＬＥＤＧＥＲ"),
        ("model", "Nano X"),
        ("amount", "２萬ＵＳＤＴ"),
        ("asset", "ＵＳＤＴ"),
    }


@pytest.mark.parametrize(
    "text", ["", " ", "\x00", "\ud800", "ﷺ" * 50, "İI" * 20, "🙂u🙂", "0x", "1" * 2000, "a-" * 1000]
)
def test_strange_text_is_survived_and_spans_stay_inside(text):
    assert all(0 <= e.start < e.end <= len(text) for e in extract(text))


def test_folding_keeps_the_length_of_every_character():
    every = "".join(
        map(chr, [*range(0x20, 0x3000), *range(0x3000, 0xD800), *range(0xE000, 0x10000)])
    )
    assert len(fold(every)) == len(every)
