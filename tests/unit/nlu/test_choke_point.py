import inspect

import pytest
from rasa.core.channels.channel import UserMessage

from bot.nlu import choke_point
from bot.nlu.choke_point import CANARY
from bot.nlu.scrubbing import DROPPED, LIMIT, TOO_LONG


def everything(message):
    return repr((message.text, message.parse_data, message.metadata))


def test_importing_a_component_installs_it():
    import bot.nlu.tokenizer  # noqa: F401, PLC0415 - the import is the point

    assert choke_point.is_installed()


@pytest.mark.parametrize(
    "fields",
    [
        {"text": CANARY},
        {"text": f'/choose{{"choice": "{CANARY}"}}'},
        {"metadata": {"language": CANARY}},
        {"metadata": {"a": [{"b": CANARY}]}},
        {"metadata": {CANARY: 1}},
        {"parse_data": {"text": CANARY}},
        {"parse_data": {"entities": [{"value": CANARY}]}},
        {"text": {"words": CANARY}},
        {"text": [CANARY]},
    ],
    ids=str,
)  # fmt: skip
def test_a_phrase_does_not_get_into_a_message(fields):
    assert "abandon" not in everything(UserMessage(**fields))


def test_an_ordinary_text_gets_in_as_it_is():
    message = UserMessage("我的Ledger屏幕不亮了", metadata={"language": "zh"})
    assert message.text == "我的Ledger屏幕不亮了"
    assert message.metadata == {"language": "zh"}


def test_a_payload_of_the_gateway_gets_in_as_it_is():
    payload = '/secret_shared{"kind": "seed_phrase"}'
    assert UserMessage(payload).text == payload


def test_what_is_not_a_text_becomes_a_fixed_notice():
    assert UserMessage({"a": 1}).text == choke_point.NOT_TEXT


def test_a_text_too_long_to_judge_is_dropped_whole():
    assert UserMessage("a" * (LIMIT + 1)).text == TOO_LONG


def test_a_broken_guard_drops_the_whole_text(monkeypatch):
    def broken(_):
        raise RuntimeError

    monkeypatch.setattr("bot.guard.scrub", broken)
    message = UserMessage("My dog's name is Rex", metadata={"note": "Rex is here"})
    assert message.text == DROPPED
    assert message.metadata == {"note": DROPPED}


def test_a_guard_that_lets_the_canary_live_stops_the_start(monkeypatch):
    monkeypatch.setattr("bot.guard.scrub", lambda text: text)
    with pytest.raises(choke_point.ChokePointError):
        choke_point.sing()


def test_another_rasa_stops_the_start(monkeypatch):
    monkeypatch.setattr(choke_point, "version", lambda _: "3.7.0")
    with pytest.raises(choke_point.ChokePointError, match=r"3\.7\.0"):
        choke_point.check_contract()


def test_the_constructor_has_the_parameters_we_guard():
    assert tuple(inspect.signature(UserMessage.__init__).parameters) == choke_point.PARAMETERS


async def _parse(agent, text):
    return await agent.parse_message(text)


def test_parsing_a_text_over_the_api_passes_the_choke_point(agent):
    import asyncio  # noqa: PLC0415 - used here only

    parsed = asyncio.run(_parse(agent, CANARY))
    assert "abandon" not in repr(parsed)
    assert asyncio.run(_parse(agent, "hello there"))["intent"]["name"] == "greet"
