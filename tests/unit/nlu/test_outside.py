import shutil
from pathlib import Path

import numpy as np
import pytest

from bot.nlu.ngrams import normal
from bot.nlu.outside import OUR_KINDS, OutsideError, load_outside, outside, signs

ROOT = Path(__file__).resolve().parents[3]


def kinds(text):
    return {kind for kind, _ in outside().named(normal(text))}


def row(text):
    """What is signalled about a text, by name."""
    names = (*outside().kinds, *OUR_KINDS, "others", "own", "both", "none", "alone", "several")
    return {name for name, value in zip(names, signs([text])[0], strict=True) if value}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("venmo transfer hasn't arrived", "payment"),
        ("MONZO app won't load", "bank"),
        ("招行ａｐｐ打不开", "bank"),
        ("蝦皮買的東西還沒到", "shop"),
        ("my headphones won't pair", "gadget"),
        ("disney+ keeps buffering", "media"),
    ],
)
def test_the_kind_of_a_name_is_found(text, kind):
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "chase my ticket please",
        "the otherwise good device",  # "wise" inside a word
        "pncx",
        "我的Ledger屏幕不亮了",
        "提币两天了还没到账",
        "",
    ],
)
def test_an_everyday_word_or_ours_is_not_the_name_of_another(text):
    assert not kinds(text)


def test_ours_beside_others_is_told_from_others_alone():
    assert {"both", "payment", "vendor"} <= row("paid with paypal for my Trezor")
    assert "both" not in row("paid with paypal for my shoes")
    assert {"alone", "several"} <= row("paypal or venmo")
    assert "none" in row("nothing works")


def test_a_name_never_seen_in_training_looks_like_its_neighbours():
    assert (signs(["monzo app is down"]) == signs(["natwest app is down"])).all()
    assert (signs(["monzo app is down"]) != signs(["spotify app is down"])).any()


def test_no_text_gives_no_row():
    assert signs([]).shape == (0, len(outside().kinds) + len(OUR_KINDS) + 6)
    assert signs(["x"]).dtype == np.float32


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "schema").mkdir()
    for name in ("outside.yml", "schema/outside.schema.json"):
        shutil.copy(ROOT / "data" / "knowledge" / name, tmp_path / name)
    return tmp_path


def test_a_name_under_two_kinds_is_refused(folder):
    path = folder / "outside.yml"
    path.write_text("version: 1\nkinds: {bank: [[acme]], shop: [[Acme]]}\n", encoding="utf-8")
    with pytest.raises(OutsideError, match="two kinds"):
        load_outside(folder)
    path.write_text("version: 1\nkinds: {bank: [[acme]], shop: [[acme shop]]}\n", encoding="utf-8")
    assert load_outside(folder).named("acme shop") == [("shop", "acme shop")]


def test_a_number_without_quotes_is_refused_with_its_place(folder):
    path = folder / "outside.yml"
    path.write_text("version: 1\nkinds: {travel: [[12306]]}\n", encoding="utf-8")
    with pytest.raises(OutsideError, match="kinds/travel/0/0"):
        load_outside(folder)
