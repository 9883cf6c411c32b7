"""The tables in tests/cases/secrets: what is found, and what near it is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.guard import Memory, inspect

CASES = Path(__file__).parents[2] / "cases" / "secrets"


def table(part: str) -> list:
    rows = []
    for path in sorted(CASES.glob("*.yml")):
        for number, case in enumerate(yaml.safe_load(path.read_text("utf-8")).get(part, [])):
            rows.append(pytest.param(case, id=f"{path.stem}-{part}-{number}"))
    return rows


def visible_after(messages: list[str]) -> tuple[list[str], bool]:
    memory = Memory()
    shown, found = {}, False
    for number, text in enumerate(messages):
        result = inspect(text, memory, message_id=str(number))
        shown[str(number)] = result.safe_text
        shown.update(dict.fromkeys(result.taints, ""))
        found = found or bool(result.findings)
    return [text for text in shown.values() if text in messages], found


@pytest.mark.parametrize("case", table("cases"))
def test_a_secret_is_found_by_its_kind_and_its_near_double_is_left_alone(case):
    text = case.get("text", case.get("near"))
    result = inspect(text)
    kinds = {finding.kind for finding in result.findings}
    if "kind" in case:
        assert case["kind"] in kinds
        assert result.safe_text != text
    else:
        assert kinds == set()
        assert result.safe_text == text


@pytest.mark.parametrize("case", table("spread"))
def test_a_phrase_over_several_messages_leaves_only_the_chat_visible(case):
    messages = case.get("found", case.get("near"))
    visible, found = visible_after(messages)
    assert found == ("found" in case)
    if "near" in case:
        assert visible == messages
    else:
        assert {"jelly better achieve collect", "jelly", "枪疫霉尝", "枪"}.isdisjoint(visible)
        assert len(visible) <= 2
