import asyncio
import json
import sqlite3
from pathlib import Path
from types import SimpleNamespace

import pytest
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.events import SlotSet, UserUttered

from bot.nlu import turn
from bot.nlu.choke_point import CANARY
from bot.nlu.tracker_store import SeedwardenTrackerStore, store_behind


def say(agent, *texts, sender="conversation-1"):
    """What the bot answered to the last of ``texts``."""
    for text in texts:
        collector = CollectingOutputChannel()
        asyncio.run(
            agent.handle_message(
                UserMessage(text, collector, sender, input_channel="gateway", metadata={})
            )
        )
    return [message["custom"] for message in collector.messages]


def kept(store, sender="conversation-1"):
    return json.loads(store._read(sender)[0])


def on_disk(store):
    folder = Path(store._engine.url.database).parent
    return b"".join(path.read_bytes() for path in folder.iterdir())


def test_a_conversation_goes_on_after_a_restart(agent, store):
    say(agent, "my ledger does not turn on", "since monday")
    again = SeedwardenTrackerStore(agent.domain, host=str(store._engine.url))
    tracker = asyncio.run(again.retrieve("conversation-1"))
    assert tracker.active_loop_name == "case_form"
    assert tracker.get_slot("case") == {"answers": 2}


def test_an_unknown_conversation_is_none(store):
    assert asyncio.run(store.retrieve("nobody")) is None


def test_an_event_that_went_round_the_choke_point_is_scrubbed_before_it_is_kept(store, agent):
    tracker = asyncio.run(store.get_or_create_tracker("conversation-1"))
    tracker.update(UserUttered(CANARY, {"name": "greet", "confidence": 1.0}))
    tracker.update(SlotSet("case", {"said": [CANARY]}))
    asyncio.run(store.save(tracker))
    assert b"abandon abandon" not in on_disk(store)


def test_a_broker_sees_scrubbed_events_and_each_once(agent, store):
    published = []
    store.event_broker = SimpleNamespace(publish=published.append)
    tracker = asyncio.run(store.get_or_create_tracker("conversation-1"))
    tracker.update(UserUttered(CANARY, {"name": "greet", "confidence": 1.0}))
    asyncio.run(store.save(tracker))
    again = asyncio.run(store.retrieve("conversation-1"))
    asyncio.run(store.save(again))
    said = [event for event in published if event["event"] == "user"]
    assert len(said) == 1
    assert "abandon" not in repr(said)


@pytest.mark.parametrize("sender", ["\ud800", "a\x00b", "a" * 65, "", "a b", "ä", None])
def test_a_bad_sender_is_refused_and_the_process_lives(agent, store, sender):
    with pytest.raises(turn.SenderRefused):
        asyncio.run(agent.tracker_store.retrieve(sender))


def test_a_failing_database_ends_the_turn_instead_of_filling_the_memory(agent, store, monkeypatch):
    say(agent, "hello there")

    def broken(*_):
        raise sqlite3.OperationalError("disk I/O error: " + CANARY)

    monkeypatch.setattr(store, "_write", lambda *_: broken())
    monkeypatch.setattr("bot.nlu.tracker_store.SQLAlchemyError", sqlite3.OperationalError)
    with pytest.raises(turn.TrackerUnavailable) as failure:
        say(agent, "thank you so much")
    assert "abandon" not in str(failure.value)
    assert isinstance(agent.tracker_store, FailSafeTrackerStore)
    assert agent.tracker_store._fallback_tracker_store is None


def test_an_unreachable_database_is_told_and_not_hidden(tmp_path):
    (tmp_path / "file").write_text("no database", encoding="utf-8")
    store = SeedwardenTrackerStore(host=f"sqlite:///{tmp_path / 'file'}")
    assert not store.is_reachable()
    with pytest.raises(turn.TrackerUnavailable):
        asyncio.run(store.retrieve("conversation-1"))


def test_an_erased_conversation_is_gone_from_the_disk(agent, store):
    say(agent, "my ledger does not turn on, my aunt Zenobia says")
    assert b"Zenobia" in on_disk(store)
    store.delete("conversation-1")
    assert b"Zenobia" not in on_disk(store)
    assert asyncio.run(store.retrieve("conversation-1")) is None


def test_an_idle_conversation_is_purged_and_a_fresh_one_stays(agent, store):
    say(agent, "hello there")
    assert store.purge(idle_seconds=3600) == 0
    assert store.purge(idle_seconds=-1) == 1


def test_our_store_is_found_behind_the_one_rasa_wraps_it_in(agent, store):
    assert store_behind(agent) is store


def test_a_long_conversation_stays_short_in_the_store(agent, store):
    say(agent, *["hello there", "thank you so much"] * 30)
    assert len(kept(store)) <= 60


def test_a_form_goes_on_after_compaction_as_if_nothing_had_happened(agent, actions, store):
    texts = ["hello there", "my ledger does not turn on", *[f"answer {n}" for n in range(40)]]
    for text in texts:
        compacted = say(agent, text)
    assert compacted[-1]["params"] == {"answers": 40}
    assert len(kept(store)) <= 60
    assert say(agent, "stop")[-1]["reply"] == "action_open_ticket"
    assert [reply["reply"] for reply in say(agent, "good morning")] == ["action_small_talk"]


def test_every_reply_is_the_same_with_and_without_compaction(agent, monkeypatch):
    case = ["my ledger does not turn on", *["an answer"] * 14, "stop", "谢谢你"]
    texts = ["hello there", *case, "我的Ledger屏幕不亮了", "不知道", "stop", *case]
    short = [say(agent, text) for text in texts]
    monkeypatch.setattr("bot.nlu.tracker_store.compact", lambda _, events, __: list(events))
    long = [say(agent, text, sender="conversation-2") for text in texts]
    assert short == long


def test_the_action_server_gets_few_events_however_long_the_conversation(agent, actions):
    say(agent, "my ledger does not turn on", *["an answer"] * 60)
    assert len(actions.payloads[-1]["tracker"]["events"]) < 80


def test_what_another_process_kept_meanwhile_is_not_overwritten(store, agent):
    say(agent, "hello there")
    ours = asyncio.run(store.retrieve("conversation-1"))
    theirs = asyncio.run(store.retrieve("conversation-1"))
    asyncio.run(store.save(theirs))
    before = store._read("conversation-1")
    with pytest.raises(turn.TrackerUnavailable, match="overtaken"):
        asyncio.run(store.save(ours))
    assert store._read("conversation-1") == before


def test_a_tracker_may_be_kept_again_by_who_kept_it(store, agent):
    say(agent, "hello there")
    tracker = asyncio.run(store.retrieve("conversation-1"))
    asyncio.run(store.save(tracker))
    asyncio.run(store.save(tracker))
