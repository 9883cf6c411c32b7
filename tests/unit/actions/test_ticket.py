from __future__ import annotations

import action_cast as cast

from actions.casework import CaseState, Fact, draft_ticket, start
from actions.casework.heard import Heard, entities_of


def case(**facts):
    told = {name: Fact(value, shown) for name, (value, shown) in facts.items()}
    return CaseState("c", "device_broken", facts=told)


LEDGER = {
    "vendor": ("ledger", "Ledger"),
    "model": ("ledger_nano_x", "Ledger Nano X"),
    "symptom": ("no_power", {"zh": "开不了机、屏幕不亮", "en": "Does not turn on"}),
    "since": ("last night (2026-11-22T20:00+00:00)", "last night"),
}


def test_the_summary_says_what_with_what_result_and_what_is_missing():
    state = case(**LEDGER).without("serial").noted("it fell into water")
    state = CaseState.from_dict(
        {
            **state.to_dict(),
            "tried": ("ledger_power_1", "ledger_repair"),
            "outcomes": {"ledger_power_1": "no", "ledger_repair": "skipped"},
        }
    )
    draft = draft_ticket(cast.CONTENT, state, "en")
    assert draft.summary == (
        "[hardware wallet not working] Ledger Nano X, Does not turn on · Since when last night"
        " · tried: cable, charging, long press (no help), device repair (skipped)"
        " · missing: Serial number · also said: it fell into water"
    )
    rows = {row.name: row.value for row in draft.rows}
    assert rows["tried"] == "ledger_power_1=no, ledger_repair=skipped"
    assert rows["note"] == "it fell into water"


def test_the_summary_names_nothing_twice():
    heard = Heard("m", "数字人民币转错人了", entities=entities_of("数字人民币转错人了"))
    state = start(cast.CONTENT, "tx_failed", "c", heard).state
    summary = draft_ticket(cast.CONTENT, state, "zh").summary
    assert summary.startswith("[转账问题] 数字人民币、转错了地址或转错了人")


def test_a_note_is_kept_once_and_has_an_end():
    state = CaseState("c", "device_broken").noted("a").noted("b").noted("a")
    assert state.note == "a; b"
    assert state.noted("x" * 600).note == "a; b"
