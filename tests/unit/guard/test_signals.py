from __future__ import annotations

import json
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.content.signals import load_signals
from bot.guard import SignalMemory, signals_in
from bot.guard.signals import is_understood, meaning
from bot.guard.signals.judge import WEIGHTS
from bot.guard.signals.train import fingerprint

ROOT = Path(__file__).resolve().parents[3]
KNOWN = load_signals(ROOT)
CASES = yaml.safe_load((ROOT / "tests/cases/signals/scope.yml").read_text("utf-8"))
EACH = 4
"""Every fourth example is asked: there are thousands, and each is weighed by its meaning."""
TABLE = [(signal, language) for signal in KNOWN.signals for language in ("zh", "en")]


@pytest.mark.parametrize(("signal", "language"), TABLE)
def test_the_examples_of_a_trick_are_noticed_under_its_name(signal, language):
    told = [signals_in(text) for text in KNOWN.signals[signal].yes[language][::EACH]]
    noticed = [found for found in told if found]
    assert len(noticed) >= 0.8 * len(told)
    assert sum(found[0].id == signal for found in noticed) >= 0.85 * len(noticed)


@pytest.mark.parametrize(("signal", "language"), TABLE)
def test_what_comes_near_a_trick_raises_no_alarm(signal, language):
    alarmed = [text for text in KNOWN.signals[signal].no[language][::EACH] if signals_in(text)]
    assert len(alarmed) <= 1, alarmed


@pytest.mark.parametrize("language", ["zh", "en"])
def test_ordinary_messages_raise_next_to_no_alarm(language):
    texts = KNOWN.ordinary[language][::EACH]
    alarmed = [text for text in texts if signals_in(text)]
    assert len(alarmed) <= 0.02 * len(texts), alarmed


@pytest.mark.parametrize("pair", CASES["pairs"], ids=lambda pair: pair["yes"][:30])
def test_a_robbery_is_told_apart_from_its_near_no(pair):
    found = signals_in(pair["yes"])
    assert [signal.id for signal in found][:1] == [pair["signal"]]
    assert found[0].severity == KNOWN.signals[pair["signal"]].severity
    assert signals_in(pair["no"]) == ()


@pytest.mark.parametrize("told", CASES["together"], ids=lambda told: told["messages"][0])
def test_signals_add_up_over_the_messages_of_a_conversation(told):
    memory = SignalMemory()
    found = [signal.id for text in told["messages"] for signal in signals_in(text, memory)]
    assert told["signal"] in found


@pytest.mark.parametrize("messages", CASES["quiet"], ids=lambda messages: messages[1])
def test_an_ordinary_conversation_stays_quiet(messages):
    memory = SignalMemory()
    assert not any([signals_in(text, memory) for text in messages])  # noqa: C419 - all are told


def test_a_signal_is_raised_once_a_conversation_and_again_in_another():
    text = "he is asking me now to install AnyDesk"
    memory = SignalMemory()
    assert signals_in(text, memory)
    assert not signals_in(text, memory)
    assert signals_in(text, SignalMemory())


def test_another_trick_is_raised_after_the_first():
    memory = SignalMemory()
    signals_in("he is asking me now to install AnyDesk", memory)
    found = signals_in("客服发了个链接叫我同步钱包，要填助记词，我已经填了一半", memory)
    assert [signal.id for signal in found][:1] == ["validate_wallet"]


def test_the_memory_shows_nothing_and_stays_in_ram():
    memory = SignalMemory()
    signals_in("she is a stranger from telegram", memory)
    assert "stranger" not in repr(memory)
    with pytest.raises(TypeError):
        pickle.dumps(memory)


def test_the_memory_is_bounded():
    memory = SignalMemory()
    for _ in range(50):
        signals_in("the agent said the ticket is open", memory)
    assert len(memory.sentences) <= 20


def test_the_weights_were_learnt_from_the_examples_as_they_stand():
    with np.load(WEIGHTS, allow_pickle=False) as stored:
        assert str(stored["learnt_from"]) == fingerprint(), "run: python -m bot.guard.signals.train"
        assert set(stored["names"].tolist()) == set(KNOWN.signals)


def test_a_robbery_is_noticed_at_the_end_of_a_long_story():
    long = "we have had the device for two years and it always worked well. " * 12
    assert not signals_in(long)
    told = "now support called and he is asking me to install AnyDesk, he is waiting on the phone"
    assert signals_in(f"{long}{told}")


def test_without_the_encoder_the_lists_and_letters_still_tell(monkeypatch):
    monkeypatch.setattr(meaning, "_encoder", lambda: None)
    assert not is_understood()
    assert [one.id for one in signals_in(CASES["pairs"][0]["yes"])][:1] == ["remote_control"]
    assert signals_in(CASES["pairs"][0]["no"]) == ()


def test_an_encoder_that_cannot_be_read_is_no_error(monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(meaning, "load_encoder", missing)
    meaning._encoder.cache_clear()
    try:
        assert meaning.meanings("hello there") is None
    finally:
        meaning._encoder.cache_clear()


def test_asking_for_the_guard_alone_reads_no_spacy():
    code = "import sys, bot.guard, bot.guard.signals; print('spacy' in sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert answer.stdout.strip() == "False"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_no_text_breaks_the_watch(text):
    memory = SignalMemory()
    for _ in range(2):
        json.dumps([signal.id for signal in signals_in(text, memory)])
