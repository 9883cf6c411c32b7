"""Whole conversations against the pure casework; one behaviour a file, named as a sentence.

Each turn says what the customer writes (``say``) or clicks (``click``), which replies come
back (``hear``), and, where it matters, how the form goes on (``next``), what is asked
(``asks``), and which intent Rasa saw. Every reply is worded and passed by the outbound guard.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import yaml

from actions.casework import CaseState, Heard, resume, start, turn
from actions.casework.heard import entities_of
from bot.content import load_content
from bot.guard import review

ROOT = Path(__file__).resolve().parents[2]
TABLES = sorted(Path(__file__).parent.glob("*/*.yml"))
CASES = [
    pytest.param(path, language, id=f"{path.parent.name}/{path.stem}[{language}]")
    for path in TABLES
    for language in ("zh", "en")
]
AT = datetime.fromisoformat("2026-11-23T10:00:00+08:00")


@pytest.fixture(scope="module")
def content():
    return load_content(ROOT)


def heard_from(line, number, default_intent):
    if "click" in line:
        choice = line["click"]
        return Heard(
            f"m{number}", f'/choose{{"choice": "{choice}"}}', "choose", 1.0, (), choice, AT
        )
    text = line["say"]
    entities = entities_of(text) if not text.startswith("/") else ()
    sure = line.get("confidence", 1.0 if text.startswith("/") else 0.95)
    return Heard(f"m{number}", text, line.get("intent", default_intent), sure, entities, "", AT)


def check_wording(content, says, language):
    for say in says:
        rendered = content.message(say.payload(), language)
        verdict = review(rendered.text, author="bot", language=language)
        assert verdict.allowed, (say.reply, verdict.reasons)


@pytest.mark.parametrize(("path", "language"), CASES)
def test_the_conversation_goes_as_told(content, path, language):
    table = yaml.safe_load(path.read_text(encoding="utf-8"))
    script = table[language]
    state = None
    for number, line in enumerate(script["turns"]):
        default = table["topic"] if state is None else "nlu_fallback"
        if line.get("resume"):
            outcome = resume(content, state)
        elif state is None:
            outcome = start(content, table["topic"], "case", heard_from(line, number, default))
        elif line.get("again"):
            outcome = turn(content, state, heard_from(line, number - 1, default))
        else:
            outcome = turn(content, state, heard_from(line, number, default))
        where = f"turn {number}: {line}"
        state = CaseState.from_dict(outcome.state.to_dict())
        assert [say.reply for say in outcome.says] == line.get("hear", []), where
        assert outcome.next == line.get("next", "go_on"), where
        if "asks" in line:
            assert state.pending == line["asks"], where
        check_wording(content, outcome.says, language)
    told = {name: fact.value for name, fact in state.facts.items()}
    for name, value in ({**table.get("facts", {}), **script.get("facts", {})}).items():
        assert told.get(name) == value, name
    assert state.note == script.get("note", state.note)
    for name in table.get("left_out", []):
        assert name in state.left_out


def test_every_topic_has_conversations(content):
    assert {path.parent.name for path in TABLES} == set(content.playbooks)
