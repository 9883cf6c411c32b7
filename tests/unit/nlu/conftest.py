"""A small Rasa for the tests of what runs inside it: real components, few examples."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest

HAS_RASA = importlib.util.find_spec("rasa") is not None
collect_ignore = (
    []
    if HAS_RASA
    else [
        path.name
        for path in Path(__file__).parent.glob("test_*.py")
        if path.name not in {"test_launch.py", "test_log.py"}
    ]
)

if HAS_RASA:
    os.environ["OMP_NUM_THREADS"] = "1"
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ["SQLALCHEMY_SILENCE_UBER_WARNING"] = "1"
    from bot.nlu import lean

    lean.install()

ROOT = Path(__file__).resolve().parents[3]

NLU = """
version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello there
    - good morning
    - 你好
    - 早上好
- intent: device_broken
  examples: |
    - my ledger does not turn on
    - the screen of my wallet is black
    - 我的Ledger屏幕不亮了
    - 钱包开不了机
- intent: thank
  examples: |
    - thank you so much
    - thanks for the help
    - 谢谢你
    - 多谢帮忙
"""

DOMAIN = """
version: "3.1"
intents: [greet, device_broken, thank, secret_shared]
entities: [vendor, model, asset, chain, amount, time, kind]
slots:
  case:
    type: any
    mappings: [{type: custom}]
  case_answer:
    type: any
    mappings: [{type: custom}]
forms:
  case_form:
    required_slots: [case_answer]
actions: [action_small_talk, action_start_case, validate_case_form, action_open_ticket]
session_config:
  session_expiration_time: 0
  carry_over_slots_to_new_session: true
"""

RULES = """
version: "3.1"
rules:
- rule: greeting
  steps:
  - intent: greet
  - action: action_small_talk
- rule: start case
  steps:
  - intent: device_broken
  - action: action_start_case
  - action: case_form
  - active_loop: case_form
- rule: submit case
  condition:
  - active_loop: case_form
  steps:
  - action: case_form
  - active_loop: null
  - action: action_open_ticket
- rule: secret
  steps:
  - intent: secret_shared
  - action: action_small_talk
"""


def train_small(folder, nlu, config):
    """The path of a model trained from ``nlu`` with a pipeline of ours."""
    from rasa.model_training import train  # noqa: PLC0415 - only where there is a Rasa

    for name, text in {"nlu.yml": nlu, "domain.yml": DOMAIN, "rules.yml": RULES}.items():
        (folder / name).write_text(text, encoding="utf-8")
    result = train(
        domain=str(folder / "domain.yml"),
        config=str(config),
        training_files=[str(folder / "nlu.yml"), str(folder / "rules.yml")],
        output=str(folder),
        force_training=True,
    )
    return result.model


@pytest.fixture(scope="session")
def model(tmp_path_factory):
    """The path of a model trained with our config.yml on a dozen sentences."""
    return train_small(tmp_path_factory.mktemp("model"), NLU, ROOT / "config.yml")


class FakeActions:
    """An action server that counts a case's answers and opens a ticket at "stop"."""

    def __init__(self):
        self.payloads = []
        self.broken = None

    def answer(self, body):
        if self.broken:
            raise self.broken
        self.payloads.append(body)
        name, slots = body["next_action"], body["tracker"]["slots"]
        count = (slots.get("case") or {"answers": 0})["answers"]
        text = body["tracker"]["latest_message"]["text"]
        return 200, {"events": _events(name, count, text), "responses": _said(name, count)}


def _slot(name, value):
    return {"event": "slot", "name": name, "value": value}


def _events(name, count, text):
    if name == "action_start_case":
        return [_slot("case", {"answers": 0})]
    if name == "action_open_ticket":
        return [_slot("case", None), _slot("case_answer", None)]
    if name != "validate_case_form":
        return []
    if text == "stop":
        return [_slot("case_answer", "done"), _slot("requested_slot", None)]
    return [_slot("case", {"answers": count + 1}), _slot("requested_slot", "case_answer")]


def _said(name, count):
    return [{"custom": {"reply": name, "params": {"answers": count}}}]


@pytest.fixture
def actions():
    return FakeActions()


@pytest.fixture
def store(tmp_path):
    from bot.nlu.tracker_store import SeedwardenTrackerStore  # noqa: PLC0415 - as above

    return SeedwardenTrackerStore(host=f"sqlite:///{tmp_path / 'rasa.db'}")


@pytest.fixture
def agent(model, store, actions):
    """A loaded agent with our store and a fake action server."""
    from rasa.core.agent import Agent  # noqa: PLC0415 - as above

    from bot.nlu import action_endpoint  # noqa: PLC0415 - as above

    class FakeEndpoint(action_endpoint.ActionEndpoint):
        async def _send(self, method, body):
            return actions.answer(body)

    from bot.nlu.lock_store import SeedwardenLockStore  # noqa: PLC0415 - as above

    loaded = Agent.load(model, tracker_store=store, lock_store=SeedwardenLockStore())
    endpoint = FakeEndpoint("http://127.0.0.1:9", {}, {"enable_selective_domain": True})
    loaded.action_endpoint = loaded.processor.action_endpoint = endpoint
    return loaded
