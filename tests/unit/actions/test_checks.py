from __future__ import annotations

from datetime import datetime

import action_cast as cast
import pytest
import yaml

from actions.casework import CaseState, Fact, Heard
from actions.casework.checks import check
from actions.casework.heard import entities_of
from bot.content import Field, Text

TABLE = yaml.safe_load((cast.ROOT / "tests/cases/answers.yml").read_text(encoding="utf-8"))
AT = datetime.fromisoformat("2026-11-23T10:00:00+08:00")


def checked(kind, row):
    told = {name: Fact(row[name]) for name in ("chain", "asset") if name in row}
    state = CaseState("c", "tx_failed", facts=told)
    entity = "" if kind in {"yes_no", "text"} else kind
    field = Field("f", kind, Text("甲", "A"), "ask", "why", entity=entity)
    heard = Heard("m", row["say"], entities=entities_of(row["say"]), at=AT)
    return check(cast.CONTENT, state, field, heard)


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        pytest.param(kind, row, id=f"{kind}-{row['say'][:24]}")
        for kind, rows in TABLE.items()
        for row in rows
    ],
)
def test_an_answer_is_taken_or_not(kind, row):
    fact = checked(kind, row)
    assert (fact.value if fact else None) == row["value"]


def test_a_text_longer_than_its_limit_is_not_taken():
    assert checked("text", {"say": "x" * 501}) is None
    assert checked("text", {"say": "x" * 500}) is not None


def test_a_click_is_never_read_as_text():
    field = Field("f", "text", Text("甲", "A"), "ask", "why")
    heard = Heard("m", "/affirm", "affirm", 1.0)
    assert check(cast.CONTENT, CaseState("c", "tx_failed"), field, heard) is None


def test_a_case_survives_the_slot():
    state = CaseState("c", "tx_failed", stage="fields", asked=("a",), failures={"a": 1})
    state = state.with_fact("amount", Fact("1 ETH", {"zh": "1", "en": "1"}, "said"))
    assert CaseState.from_dict(state.to_dict()) == state
