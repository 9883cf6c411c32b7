from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from bot.content.folding import _TRADITIONAL
from bot.content.identifiers import _explorers
from bot.content.lexicon import LexiconError, lexicon, load_lexicon

ROOT = Path(__file__).parents[3]


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(ROOT / "data" / "knowledge", tmp_path / "data" / "knowledge")
    return tmp_path


def change(root, name, edit):
    path = root / "data" / "knowledge" / f"{name}.yml"
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    edit(raw[name])
    path.write_text(yaml.safe_dump(raw, allow_unicode=True), encoding="utf-8")


def test_the_lexicon_is_read_once():
    assert lexicon() is lexicon()


def test_every_vendor_of_the_channel_registry_has_names():
    registry = yaml.safe_load(
        (ROOT / "data" / "knowledge" / "official_channels.yml").read_text(encoding="utf-8")
    )
    not_vendors = {name for name in registry["vendors"] if name.startswith("police_")}
    assert set(registry["vendors"]) - not_vendors <= set(lexicon().vendors)


def test_who_holds_the_keys_is_told_rightly():
    vendors = lexicon().vendors
    assert vendors["ledger"].custody == "self"
    assert vendors["binance"].custody == "custodial"
    assert vendors["coinbase"].custody == "custodial"
    assert vendors["coinbase_wallet"].custody == "self"
    assert vendors["coinbase_wallet"].part_of == "coinbase"
    assert vendors["ecny"].custody == "custodial"


def test_exchanges_and_the_ecny_hold_the_keys_and_nobody_else_does():
    for vendor in lexicon().vendors.values():
        assert (vendor.custody == "custodial") == (vendor.kind in {"exchange", "ecny"}), vendor.id


def test_a_model_knows_its_maker():
    assert lexicon().models["ledger_nano_x"].vendor == "ledger"


def test_labels_are_given_in_both_languages():
    label = lexicon().label("vendor", "okx")
    assert label is not None
    assert (label.zh, label.en) == ("欧易（OKX）", "OKX")
    assert lexicon().label("vendor", "nobody") is None


def test_an_explorer_prefix_leads_to_one_chain():
    for host, rows in _explorers().items():
        paths = [path for path, _ in rows]
        assert len(paths) == len(set(paths)), host


def test_traditional_characters_come_in_pairs_and_once():
    old = _TRADITIONAL[::2]
    assert len(_TRADITIONAL) % 2 == 0
    assert len(set(old)) == len(old)
    assert not set(old) & set(_TRADITIONAL[1::2])


def test_an_unknown_field_is_refused_by_name_of_the_file(copy):
    change(copy, "vendors", lambda vendors: vendors["ledger"].update(phone="1"))
    with pytest.raises(LexiconError, match=r"data/knowledge/vendors\.yml: at vendors/ledger"):
        load_lexicon(copy)


def test_one_name_for_two_vendors_is_refused(copy):
    change(copy, "vendors", lambda vendors: vendors["okx"]["names"].append("Binance"))
    with pytest.raises(LexiconError, match="names both"):
        load_lexicon(copy)


def test_one_name_for_a_coin_and_its_network_is_fine(copy):
    change(copy, "chains", lambda chains: chains["solana"]["names"].append("sunny sol"))
    change(copy, "assets", lambda assets: assets["sol"]["names"].append("sunny sol"))
    assert load_lexicon(copy).index["su"]


def test_a_coin_of_an_unknown_network_is_refused(copy):
    change(copy, "assets", lambda assets: assets["btc"].update(native_of="nowhere"))
    with pytest.raises(LexiconError, match="unknown chain"):
        load_lexicon(copy)


def test_a_part_of_an_unknown_vendor_is_refused(copy):
    change(copy, "vendors", lambda vendors: vendors["okx_wallet"].update(part_of="nobody"))
    with pytest.raises(LexiconError, match="unknown vendor"):
        load_lexicon(copy)


def test_a_missing_file_is_named(copy):
    (copy / "data" / "knowledge" / "chains.yml").unlink()
    with pytest.raises(LexiconError, match=r"chains\.yml: cannot be read"):
        load_lexicon(copy)
