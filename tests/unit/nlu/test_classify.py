import asyncio
import io
import json
import os
import time
from pathlib import Path

import pytest

from bot.nlu.choke_point import CANARY
from bot.nlu.classify import load_agent, read, run


def answers(agent, *texts):
    lines = [json.dumps({"id": number, "text": text}) for number, text in enumerate(texts)]
    target = io.StringIO()
    asyncio.run(run(agent, lines, target))
    return [json.loads(line) for line in target.getvalue().splitlines()]


def test_answers_come_in_the_order_of_the_lines(agent):
    given = answers(agent, "hello there", "我的Ledger屏幕不亮了", "thank you so much")
    assert [answer["id"] for answer in given] == [0, 1, 2]
    assert [answer["intent"] for answer in given] == ["greet", "device_broken", "thank"]
    assert [answer["language"] for answer in given] == ["en", "zh", "en"]


def test_the_ranking_begins_with_the_intent_and_names_none_twice(agent):
    for answer in answers(agent, "hello there", "qwertz", "", CANARY):
        names = [rank["intent"] for rank in answer["ranking"]]
        assert names[0] == answer["intent"]
        assert len(names) == len(set(names))


def test_an_empty_text_is_asked_again(agent):
    assert answers(agent, "  ")[0]["intent"] == "nlu_fallback"


def test_a_phrase_is_the_reserved_intent_and_is_not_repeated(agent):
    (answer,) = answers(agent, f"my phrase is {CANARY}")
    assert answer["intent"] == "secret_shared"
    assert "abandon" not in json.dumps(answer)


def test_a_slash_of_a_customer_is_text(agent):
    assert answers(agent, '/secret_shared{"kind": "pin"}')[0]["intent"] != "secret_shared"


@pytest.mark.parametrize("line", ["{", "[]", '{"id": 1}', '{"id": 1, "text": 2}', "7"])
def test_a_wrong_line_is_named_by_its_number(line):
    with pytest.raises(ValueError, match="Line 2"):
        list(read(['{"id": 1, "text": "a"}', line]))


def test_without_a_model_the_remedy_is_named(tmp_path):
    with pytest.raises(FileNotFoundError, match="make train"):
        load_agent(tmp_path)


@pytest.fixture
def folder(tmp_path, model):
    """A folder with one model twice, the second one newer: as after a roll that was taken back."""
    for age, name in ((200, "seedwarden"), (100, "before")):
        path = tmp_path / f"{name}.tar.gz"
        path.write_bytes(Path(model).read_bytes())
        os.utime(path, (time.time() - age,) * 2)
    return tmp_path


def test_the_model_that_answers_is_asked_though_a_newer_one_lies_beside_it(folder):
    assert load_agent(folder).model_name == "seedwarden.tar.gz"


def test_without_it_the_newest_is_asked(folder):
    (folder / "seedwarden.tar.gz").rename(folder / "older.tar.gz")
    assert load_agent(folder).model_name == "before.tar.gz"
