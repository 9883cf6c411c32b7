from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.content.signals import SignalsError, expand, load_signals

ROOT = Path(__file__).resolve().parents[3]
FILE = "data/knowledge/scam_signals.yml"


@pytest.fixture
def copied(tmp_path):
    shutil.copytree(ROOT / "data" / "knowledge", tmp_path / "data" / "knowledge")
    return tmp_path


def change(root, old, new, file=FILE):
    path = root / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


STORIES = "data/knowledge/scam_stories.zh.yml"


@pytest.mark.parametrize(("old", "new"), [("version: 1", "version: 2"), ("quiet:", "silent:")])
def test_a_file_of_stories_that_breaks_its_schema_is_refused(copied, old, new):
    change(copied, old, new, STORIES)
    with pytest.raises(SignalsError, match=r"scam_stories\.zh\.yml"):
        load_signals(copied)


def test_a_story_counts_as_an_example_of_its_trick():
    known = load_signals(ROOT)
    assert all(len(lines) >= 60 for one in known.signals.values() for lines in one.yes.values())


def test_a_line_stands_for_all_its_phrases():
    assert list(expand("{my,the,} screen")) == ["my screen", "the screen", "screen"]
    assert list(expand("屏幕")) == ["屏幕"]


def test_all_tricks_of_the_file_are_there_in_both_languages():
    known = load_signals(ROOT)
    assert len(known.signals) == 12
    for signal in known.signals.values():
        assert set(signal.name) == {"zh", "en"}
        assert all(len(lines) >= 12 for lines in (*signal.yes.values(), *signal.no.values()))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("severity: emergency", "severity: dire"),
        ("together: [[stranger, contact]", "together: [[stranger, nowhere]"),
        ("version: 1", "version: 2"),
        ("signals:\n", "signals: ["),
    ],
)
def test_a_file_that_breaks_its_schema_is_refused(copied, old, new):
    change(copied, old, new)
    with pytest.raises(SignalsError, match=r"scam_signals\.yml"):
        load_signals(copied)
