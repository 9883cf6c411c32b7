import asyncio
import io
import json

import pytest
from rasa.core.channels.channel import UserMessage

from bot.nlu.classify import run
from bot.nlu.scrubbing import safe_json
from tests.unit.nlu.conftest import NLU, ROOT, train_small

QUESTIONS = """
- intent: faq/what_is_gas
  examples: |
    - what is gas
    - why do i pay a network fee
    - 矿工费是什么
    - 为什么要付手续费
- intent: faq/back_up_phrase
  examples: |
    - how do i back up my phrase
    - where should i keep the paper with the words
    - 助记词怎么备份
    - 备份助记词用纸还是钢板
"""


@pytest.fixture(scope="module")
def agent(tmp_path_factory):
    from rasa.core.agent import Agent  # noqa: PLC0415 - only where there is a Rasa

    folder = tmp_path_factory.mktemp("faq")
    return Agent.load(train_small(folder, NLU.rstrip() + QUESTIONS, ROOT / "config.yml"))


def parsed(agent, text, **metadata):
    message = UserMessage(text, metadata=metadata)
    return asyncio.run(agent.processor.parse_message(message))


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("what is this network fee", "faq/what_is_gas"),
        ("矿工费到底是什么", "faq/what_is_gas"),
        ("how should i back up the phrase", "faq/back_up_phrase"),
        ("怎么备份助记词", "faq/back_up_phrase"),
    ],
)
def test_the_likeliest_question_comes_first(agent, text, question):
    ranking = parsed(agent, text)["response_selector"]["faq"]["ranking"]
    assert ranking[0]["intent_response_key"] == question
    assert ranking[0]["confidence"] > ranking[1]["confidence"]


def test_the_classifier_knows_one_intent_for_all_questions(agent):
    names = [rank["name"] for rank in parsed(agent, "what is gas")["intent_ranking"]]
    assert "faq" in names
    assert not any("/" in name for name in names)


def test_every_message_is_ranked_for_who_is_asked_again(agent):
    assert len(parsed(agent, "hello there")["response_selector"]["faq"]["ranking"]) == 2


def test_the_ranking_gets_through_the_choke_point_unchanged(agent):
    found = parsed(agent, "what is gas")
    message = UserMessage("what is gas", parse_data=found)
    assert message.parse_data["response_selector"] == found["response_selector"]


def test_the_ranking_is_in_the_event_that_the_action_server_gets(agent):
    from rasa.shared.core.events import UserUttered, deserialise_events  # noqa: PLC0415

    found = parsed(agent, "what is gas")
    event = UserUttered("what is gas", found["intent"], found["entities"], found)
    (again,) = deserialise_events([safe_json(event.as_dict())])
    assert again.parse_data["response_selector"] == found["response_selector"]


def test_classify_names_the_question_only_where_one_is_asked(agent):
    lines = [
        json.dumps({"id": number, "text": text})
        for number, text in enumerate(["what is gas", "hello there"])
    ]
    target = io.StringIO()
    asyncio.run(run(agent, lines, target))
    asked, greeted = [json.loads(line) for line in target.getvalue().splitlines()]
    assert (asked["intent"], asked["response"]) == ("faq", "faq/what_is_gas")
    assert "response" not in greeted


def test_without_questions_the_finder_stays_silent(tmp_path):
    from rasa.core.agent import Agent  # noqa: PLC0415 - only where there is a Rasa

    agent = Agent.load(train_small(tmp_path, NLU, ROOT / "config.yml"))
    assert "response_selector" not in parsed(agent, "hello there")


@pytest.mark.parametrize(
    ("text", "conversation", "language"),
    [
        ("what does 助记词 mean", "en", "en"),
        ("what does 助记词 mean", "zh", "zh"),
        ("我的u没到账", "en", "zh"),
        ("Ledger", "zh", "zh"),
        ("where is my money", "zh", "en"),
    ],
)
def test_the_language_goes_with_the_message_and_when_mixed_with_the_conversation(
    agent, text, conversation, language
):
    assert parsed(agent, text, language=conversation)["language"] == language


def test_the_fallback_pipeline_trains_and_recognises_without_the_encoder(tmp_path):
    from rasa.core.agent import Agent  # noqa: PLC0415 - only where there is a Rasa

    path = train_small(tmp_path, NLU.rstrip() + QUESTIONS, ROOT / "config.fallback.yml")
    agent = Agent.load(path)
    assert parsed(agent, "thank you so much")["intent_ranking"][0]["name"] == "thank"
    names = [node for node in agent.processor.graph_runner._graph_schema.nodes if "encoder" in node]
    assert names == []
