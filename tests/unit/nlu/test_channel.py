import asyncio
import json
from types import SimpleNamespace

import pytest
from sanic import Sanic

from bot.nlu import channel, turn
from bot.nlu.choke_point import CANARY

TOKEN = "token-of-this-test"


@pytest.fixture
def ask(agent, monkeypatch):
    """Sends one body to the webhook of a loaded agent; gives status and answer."""
    monkeypatch.setenv(channel.TOKEN_VARIABLE, TOKEN)
    webhook = channel._answering(channel._webhook(agent.handle_message))

    def send(body, token=TOKEN, agent=agent):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = SimpleNamespace(
            headers={channel.TOKEN_HEADER: token},
            body=raw,
            app=SimpleNamespace(ctx=SimpleNamespace(agent=agent)),
        )
        answer = asyncio.run(webhook(request))
        return answer.status, json.loads(answer.body)

    return send


def body(message="hello there", **changes):
    return {"sender": "conversation-1", "message": message, "metadata": {}} | changes


def test_a_message_is_answered_by_names_of_replies_and_its_intent(ask):
    status, answer = ask(body())
    assert status == 200
    assert answer["replies"] == [{"reply": "action_small_talk", "params": {"answers": 0}}]
    assert answer["intent"]["name"] == "greet"
    assert 0 < answer["intent"]["confidence"] <= 1


def test_a_payload_of_the_gateway_names_its_intent(ask):
    assert ask(body('/secret_shared{"kind": "seed_phrase"}'))[1]["intent"] == {
        "name": "secret_shared",
        "confidence": 1.0,
    }


@pytest.mark.parametrize("token", ["", "another", TOKEN + "x"])
def test_a_wrong_token_is_refused(ask, token):
    assert ask(body(), token=token) == (401, {"error": "unauthorised"})


def test_without_a_token_set_nobody_is_answered(ask, monkeypatch):
    monkeypatch.delenv(channel.TOKEN_VARIABLE)
    assert ask(body(), token="") == (401, {"error": "unauthorised"})


@pytest.mark.parametrize(
    ("given", "status", "word"),
    [
        (b"{", 400, "not_json"),
        (b"[]", 422, "not_an_object"),
        (body(sender="a b"), 422, "sender_refused"),
        (body(sender="a" * 65), 422, "sender_refused"),
        (body(sender=None), 422, "sender_refused"),
        (body(sender="\ud800"), 422, "sender_refused"),
        (body(message=7), 422, "message_refused"),
        (body(message="  "), 422, "message_refused"),
        (body(message="a" * 2_001), 413, "too_long"),
        (body(metadata=[1]), 422, "metadata_refused"),
        (body(metadata={"a": "b" * 2_001}), 422, "metadata_refused"),
        (b"x" * (channel.BODY_LIMIT + 1), 413, "too_long"),
        (b"[" * 16_000, 400, "not_json"),
    ],
)
def test_what_the_gateway_would_not_send_is_refused_in_one_word(ask, given, status, word):
    assert ask(given) == (status, {"error": word})


def test_a_lone_surrogate_in_the_message_hurts_nobody(ask):
    assert ask(body("hello \ud800 there"))[0] == 200


def test_a_failing_tracker_is_told_and_the_reply_is_kept_back(ask, store, monkeypatch, capsys):
    def broken(*_):
        raise OSError("disk full: my aunt Zenobia")

    monkeypatch.setattr(store, "_write", broken)
    assert ask(body()) == (503, {"error": "tracker_unavailable"})
    assert "Zenobia" not in "".join(capsys.readouterr())


def test_a_failing_action_server_is_told_and_nothing_is_kept(ask, actions, store):
    ask(body())
    before = store._read("conversation-1")
    actions.broken = ValueError("my aunt Zenobia")
    assert ask(body("thank you so much my ledger does not turn on"))[0] == 502
    assert store._read("conversation-1") == before
    actions.broken = None
    assert ask(body())[0] == 200


def test_an_unforeseen_failure_shows_neither_text_nor_locals(ask, agent, monkeypatch, capsys):
    async def broken(*_):
        raise KeyError("my aunt Zenobia")

    monkeypatch.setattr(agent.processor, "_run_prediction_loop", broken)
    assert ask(body("Zenobia is here")) == (500, {"error": "engine_failed"})
    assert "Zenobia" not in "".join(capsys.readouterr())


def test_before_the_model_is_loaded_the_gateway_is_told_to_wait(ask):
    assert ask(body(), agent=None) == (503, {"error": "starting"})


def test_another_tracker_store_than_ours_is_refused(ask, agent, monkeypatch):
    monkeypatch.setattr(channel, "store_behind", lambda _: None)
    assert ask(body()) == (503, {"error": "tracker_unavailable"})


def test_a_phrase_that_got_this_far_is_kept_nowhere(ask, store, actions):
    ask(body(CANARY, metadata={"note": CANARY}))
    assert "abandon" not in store._read("conversation-1")[0]
    assert "abandon" not in repr(actions.payloads)


def test_health_says_what_is_loaded(agent):
    request = SimpleNamespace(app=SimpleNamespace(ctx=SimpleNamespace(agent=agent)))
    answer = asyncio.run(channel._health(request))
    state = json.loads(answer.body)
    assert answer.status == 200
    assert state["tracker_store"] == "SeedwardenTrackerStore"
    assert state["choke_point"]
    assert state["model"].endswith(".tar.gz")


def test_health_is_bad_while_the_tracker_cannot_be_reached(agent, store, monkeypatch):
    monkeypatch.setattr(store, "is_reachable", lambda: False)
    request = SimpleNamespace(app=SimpleNamespace(ctx=SimpleNamespace(agent=agent)))
    assert asyncio.run(channel._health(request)).status == 503


def test_the_routes_fit_into_rasas_server():
    app = Sanic("test_routes", configure_logging=False)
    app.blueprint(channel.GatewayInput().blueprint(None), url_prefix="/webhooks/gateway")
    app.router.finalize()
    assert {route.path for route in app.router.routes} == {
        "webhooks/gateway/webhook",
        "webhooks/gateway/health",
        "webhooks/gateway/model",
        "webhooks/gateway/conversations/<sender:str>",
    }


def test_a_failed_turn_is_no_ordinary_exception():
    assert not issubclass(turn.TurnFailed, Exception)


def test_one_message_that_comes_twice_at_once_is_one_turn(ask, agent, actions, monkeypatch):
    monkeypatch.setenv(channel.TOKEN_VARIABLE, TOKEN)
    webhook = channel._answering(channel._webhook(agent.handle_message))
    app = SimpleNamespace(ctx=SimpleNamespace(agent=agent))
    raw = json.dumps(body(id="m1")).encode()
    request = SimpleNamespace(headers={channel.TOKEN_HEADER: TOKEN}, body=raw, app=app)

    async def both():
        return await asyncio.gather(webhook(request), webhook(request))

    first, second = asyncio.run(both())
    assert json.loads(first.body)["replies"] == json.loads(second.body)["replies"]
    assert len(actions.payloads) == 1
