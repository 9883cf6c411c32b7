"""Bill of materials, licences and the list of what is accepted, against the requirement files."""

from __future__ import annotations

import importlib.util
import re
import sys

import pytest
import yaml

from bot.settings import ROOT


@pytest.fixture(scope="module")
def supply():
    spec = importlib.util.spec_from_file_location("supply", ROOT / "scripts/supply.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["supply"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("group", ["service", "rasa"])
def test_every_pinned_package_is_in_the_bill_with_its_hashes(supply, group):
    text = (ROOT / f"requirements/{group}.txt").read_text(encoding="utf-8")
    pinned = re.findall(r"^(\S+)==", text, re.MULTILINE)
    bill = supply.sbom(group, {"click": "BSD-3-Clause"})
    assert len(bill["components"]) == len(pinned)
    assert all(one["properties"] for one in bill["components"])
    hashes = [row["value"] for one in bill["components"] for row in one["properties"]]
    assert set(hashes) == set(re.findall(r"sha256:([0-9a-f]{64})", text))
    assert bill == supply.sbom(group, {"click": "BSD-3-Clause"})


def test_a_licence_is_told_where_it_is_known_and_left_out_where_not(supply):
    bill = {one["name"]: one for one in supply.sbom("service", {"click": "BSD"})["components"]}
    assert bill["click"]["licenses"] == [{"license": {"name": "BSD"}}]
    assert "licenses" not in bill["fastapi"]


def test_the_page_of_licences_names_what_is_pinned(supply):
    page = (ROOT / "docs/licences.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| (\S+) \| (\S+) \|", page, re.MULTILINE)) - {("package", "version")}
    told -= {("---", "---")}
    pinned = {(one.name, one.version) for group in supply.GROUPS for one in supply.packages(group)}
    assert told == pinned, "run: make licences"


def test_what_is_accepted_is_pinned_explained_and_not_in_the_public_process(supply):
    rows = yaml.safe_load((ROOT / "requirements/accepted.yml").read_text(encoding="utf-8"))
    assert rows["service"] == []
    pinned = {one.name for one in supply.packages("rasa")}
    for row in rows["rasa"]:
        assert row["package"] in pinned, f"{row['package']} is gone: take its row out"
        assert len(row["why"]) > 20
    named = re.findall(r"\((tests/\S+)\)", str(rows))
    assert all((ROOT / name).exists() for name in named)


FLAW = {"id": "TEST-1", "fix_versions": ["9.9"], "aliases": []}


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ({"name": "sanic", "version": "1", "vulns": [FLAW]}, []),
        ({"name": "other", "version": "1", "vulns": []}, []),
        (
            {"name": "other", "version": "1", "vulns": [FLAW]},
            ["rasa: other 1: TEST-1, mended in 9.9"],
        ),
        (
            {"name": "other", "skip_reason": "not found"},
            ["rasa: 1 of 1 packages were not looked up (other, …)"],
        ),
    ],
)
def test_a_flaw_that_nobody_accepted_and_a_look_that_never_happened_both_fail(supply, found, told):
    assert list(supply.judged("rasa", [found], {"rasa": {"sanic": "why"}})) == told
