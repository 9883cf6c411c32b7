from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.content import ContentError, load_content
from bot.content.check import problems

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def copy(tmp_path):
    """A copy of the content that a test may break."""
    examples = shutil.ignore_patterns("nlu*.yml", "*.bin")

    def ignored(folder, names):
        return set() if Path(folder).name == "faq" else examples(folder, names)

    shutil.copytree(ROOT / "data", tmp_path / "data", ignore=ignored)
    shutil.copytree(ROOT / "actions", tmp_path / "actions")
    for part in ("gateway", "desk"):
        shutil.copytree(ROOT / "bot" / part, tmp_path / "bot" / part)
    shutil.copy(ROOT / "domain.yml", tmp_path)
    return tmp_path


def replace(root, name, old, new):
    path = root / "data" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("shared/replies.yml", "  greet:\n    zh: |-", "  greet:\n    fr: |-"),
        ("shared/replies.yml", "  greet:", "  goodbye:"),
        ("shared/choices.yml", "choices:", "buttons:"),
        ("topics/tx_failed/playbook.yml", "kind: amount", "kind: seed_phrase"),
        ("topics/tx_failed/playbook.yml", "topic: tx_failed", "topic: tx"),
        ("topics/tx_failed/playbook.yml", "before: [wallet_kind, status]", "before: [mood]"),
        ("topics/forgot_pin/playbook.yml", "closing: forgot_pin__closing\n", ""),
        ("shared/answers.yml", "cues:", "cues: ["),
    ],
)
def test_a_broken_file_is_named_and_stops_the_start(copy, name, old, new):
    replace(copy, name, old, new)
    with pytest.raises(ContentError, match=Path(name).name):
        load_content(copy)


def test_the_copy_itself_is_in_order(copy):
    assert problems(copy) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "problem"),
    [
        ("shared/replies.yml", "please keep it.\n", "please keep {it}.\n", "placeholders differ"),
        ("shared/replies.yml", "  greet:\n", "  greeted:\n", "reply greeted is never said"),
        ("shared/replies.yml", "[in_chinese, in_english]", "[in_french]", "no such choice"),
        ("shared/choices.yml", "send: forgot_pin", "send: forgot", "no intent of the domain"),
        ("topics/tx_failed/playbook.yml", "reply: tx_failed__failed", "reply: tx_gone", "tx_gone"),
        ("topics/tx_failed/playbook.yml", "{status: [failed]", "{status: [sad]", "never sad"),
        ("topics/tx_failed/playbook.yml", "{status: [failed]", "{mood: [sad]", "no field"),
        ("topics/tx_failed/replies.yml", "谁也撤不回", "谁也撤不回" * 140, "characters in zh"),
        ("topics/funds_stolen/playbook.yml", "signal: remote", "signal: far", "no advice for"),
        ("topics/tx_failed/playbook.yml", "to: funds_stolen", "to: nobody", "has no playbook"),
        (
            "topics/tx_failed/playbook.yml",
            "to: funds_stolen",
            "to: tx_failed",
            "hands the case back",
        ),
        ("topics/report_scam/playbook.yml", "{how: paid}", "{how: gone}", "told how gone"),
    ],
)
def test_the_check_names_what_does_not_fit(copy, name, old, new, problem):
    replace(copy, name, old, new)
    assert any(problem in line for line in problems(copy))


def test_a_reply_that_the_code_says_must_exist(copy):
    path = copy / "actions" / "safety.py"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('else "scam_in_progress"', 'else "scam_gone"'), encoding="utf-8")
    found = problems(copy)
    assert any("scam_gone is said" in line for line in found)
