from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
import yaml

from bot.nlu.classify import load_agent
from bot.nlu.requests import requests_in

ROOT = Path(__file__).resolve().parents[3]
CASES = yaml.safe_load((ROOT / "tests/cases/requests/two_requests.yml").read_text("utf-8"))


@pytest.fixture(scope="module")
def real_agent():
    """The product's own model; `make test` trains it when it is missing."""
    return load_agent(ROOT / "models")


def asked(agent, text):
    return asyncio.run(requests_in(agent.parse_message, text))


def test_nine_in_ten_messages_with_two_requests_are_heard_as_two(real_agent):
    two = [case for case in CASES if case["asks"]]
    wrong = [case["text"] for case in two if asked(real_agent, case["text"]) != case["asks"]]
    assert len(wrong) <= len(two) / 10, wrong


def test_one_request_is_hardly_ever_heard_as_two(real_agent):
    one = [case for case in CASES if not case["asks"]]
    wrong = [case["text"] for case in one if asked(real_agent, case["text"])]
    assert len(wrong) <= 1, wrong


def test_a_message_without_joints_is_parsed_no_further():
    async def parse(_text):
        raise AssertionError("parsed without need")

    assert asyncio.run(requests_in(parse, "我的设备连不上")) == []
