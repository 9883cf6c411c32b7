"""Another model in a running Rasa: it answers from the next turn on, or nothing changes."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.nlu import channel, loading
from bot.nlu.tracker_store import store_behind

TOKEN = "token-of-this-test"


@pytest.fixture
def app(agent):
    return SimpleNamespace(ctx=SimpleNamespace(agent=agent))


@pytest.fixture
def put(app, monkeypatch, tmp_path, model):
    """Asks for a model of a folder that holds one good and one broken archive."""
    monkeypatch.setenv(channel.TOKEN_VARIABLE, TOKEN)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "seedwarden.tar.gz").write_bytes(Path(model).read_bytes())
    (tmp_path / "models" / "broken.tar.gz").write_bytes(b"no archive")

    def send(body=b"{}", token=TOKEN):
        request = SimpleNamespace(headers={channel.TOKEN_HEADER: token}, body=body, app=app)
        answer = asyncio.run(channel._answering(channel._load)(request))
        return answer.status, json.loads(answer.body)

    return send


def test_a_model_takes_the_place_of_the_one_before_it_and_conversations_go_on(put, app, agent):
    assert last_action(agent, "my ledger does not turn on") == "validate_case_form"
    status, answer = put()
    assert status == 200
    assert app.ctx.agent is not agent
    assert answer["model_id"] == agent.model_id
    assert last_action(app.ctx.agent, "stop") == "action_open_ticket"


def last_action(agent, text):
    """The last action that a message led to."""
    collector = channel.CollectingOutputChannel()
    message = channel.UserMessage(text, collector, "conversation-1")
    asyncio.run(agent.handle_message(message))
    return collector.messages[-1]["custom"]["reply"]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b'{"model": "broken"}', "model_refused"),
        (b'{"model": "missing"}', "no_such_model"),
        (b'{"model": "../../etc/passwd"}', "name_refused"),
        (b'{"model": ["a"]}', "name_refused"),
        (b"{", "not_json"),
    ],
)
def test_what_is_no_model_of_ours_is_refused_and_the_old_one_goes_on(put, app, agent, body, word):
    assert put(body) == (422, {"error": word})
    assert app.ctx.agent is agent
    assert agent.tracker_store.domain is agent.domain


def standing(agent):
    """What answers: the agent, and the domains its parts go by."""
    return {
        "model": agent.model_id,
        "domain": id(agent.domain),
        "store": id(agent.tracker_store.domain),
        "processor": id(agent.processor.domain),
        "its store": id(agent.processor.tracker_store.domain),
        "responses": id(agent.nlg.responses),
    }


def test_a_candidate_that_loads_and_understands_nothing_leaves_the_one_before_it_as_it_was(
    put, app, agent, monkeypatch
):
    monkeypatch.setattr(loading, "_SAMPLE", "")  # nobody names an intent of nothing
    before = standing(agent)
    assert put() == (422, {"error": "model_refused"})
    assert app.ctx.agent is agent
    assert standing(agent) == before
    assert last_action(agent, "my ledger does not turn on") == "validate_case_form"


def test_a_candidate_that_is_good_has_a_domain_of_its_own_and_the_turns_before_it_keep_theirs(
    put, app, agent
):
    before = standing(agent)
    assert put()[0] == 200
    assert standing(agent) == before
    after = standing(app.ctx.agent)
    assert after["store"] == after["domain"] == after["its store"] != before["domain"]
    assert store_behind(app.ctx.agent)._engine is store_behind(agent)._engine


def test_without_the_token_nothing_is_loaded(put, app, agent):
    assert put(token="another") == (401, {"error": "unauthorised"})
    assert app.ctx.agent is agent


def test_one_model_is_loaded_at_a_time(put, app):
    app.ctx.seedwarden_loading = True
    assert put() == (409, {"error": "loading"})


def test_the_root_is_a_folder_of_models_only():
    assert loading.file_of("before", Path("/srv")) == Path("/srv/models/before.tar.gz")
