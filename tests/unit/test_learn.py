"""What `seedwarden learn` lists, from a desk's real tables; the model's answers are given."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import yaml
from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands.learn import Lesson, _asking_again, as_yaml, lessons
from bot.desk.credentials import Seal
from bot.desk.database import migrate, open_database
from bot.desk.lessons import Heard, heard_since
from bot.desk.models import Choice, Draft, Incoming, TurnEnd
from bot.desk.people_models import NewAgent
from bot.desk.service import Desk
from bot.guard.safetext import seal
from bot.keys import Keys

CLARIFY = "I did not quite understand. Is it one of these? You can also say it in other words."
STUCK = Choice("topic_transfer", "Transfer stuck or missing", "tx_failed")


def answer(intent, confidence=0.4, nearest="tx_failed"):
    ranking = [{"intent": nearest, "confidence": confidence}]
    if intent == "nlu_fallback":
        ranking.insert(0, {"intent": intent, "confidence": 0.5})
    return {"intent": intent, "ranking": ranking}


@pytest.fixture
async def engine(tmp_path):
    url = f"sqlite+aiosqlite:///{tmp_path}/desk.db"
    await migrate(url)
    engine = open_database(url)
    yield engine
    await engine.dispose()


async def talked(engine, *turns, findings=()):
    desk = Desk(engine)
    conversation = await desk.create_conversation("en", is_chosen=False)
    for number, (text, intent, reply, choices) in enumerate(turns):
        identity = f"m{number}"
        message = Incoming(identity, identity, seal(text), "en", findings)
        await desk.accept(conversation.id, message)
        end = TurnEnd(identity, 0, "answered", intent, 5)
        await desk.answer(conversation.id, [Draft(seal(reply), "en", choices=choices)], end)


async def heard(engine, days=1):
    async with AsyncSession(engine) as session:
        return await heard_since(session, datetime.now(UTC) - timedelta(days=days), 100)


async def test_what_was_taken_next_among_the_choices_is_told(engine):
    await talked(
        engine,
        ("it sits halfway", "nlu_fallback", CLARIFY, (STUCK,)),
        (STUCK.label, "tx_failed", "Which wallet?", ()),
    )
    _, first = await heard(engine)
    assert first == Heard("it sits halfway", "en", "nlu_fallback", (CLARIFY,), "tx_failed")


async def test_who_goes_on_in_words_has_chosen_nothing(engine):
    await talked(
        engine,
        ("it sits halfway", "nlu_fallback", CLARIFY, (STUCK,)),
        ("the transfer I mean", "tx_failed", "Which wallet?", ()),
    )
    assert [item.chosen for item in await heard(engine)] == ["", ""]


async def test_a_message_that_held_a_secret_is_never_listed(engine):
    await talked(engine, ("[removed]", "nlu_fallback", CLARIFY, ()), findings=("pin",))
    assert await heard(engine) == []


async def test_what_is_older_than_asked_for_is_left_out(engine):
    await talked(engine, ("it sits halfway", "nlu_fallback", CLARIFY, ()))
    assert await heard(engine, days=-1) == []


@pytest.fixture
async def mei(engine):
    setup = await Desk(engine).staff(Seal(Keys(b"k"))).add(NewAgent("mei", "Mei", "agent"), "cli")
    return setup.agent


async def test_what_the_desk_corrected_comes_first_with_what_it_should_have_been(engine, mei):
    await talked(
        engine,
        ("it sits halfway", "device_broken", "Which device?", ()),
        ("no, the transfer", "nlu_fallback", CLARIFY, ()),
    )
    await Desk(engine).correct(mei, "m0", "tx_failed")
    first, second = await heard(engine)
    assert (first.text, first.intent, first.corrected) == (
        ("it sits halfway", "device_broken", "tx_failed")
    )
    assert second.corrected == ""
    given = [answer("device_broken", 0.95, "device_broken"), answer("tx_failed", 0.95)]
    (lesson,) = lessons([first, second], given, frozenset())
    assert (lesson.text, lesson.corrected) == ("it sits halfway", "tx_failed")
    (group,) = yaml.safe_load(as_yaml([lesson]))
    assert group["corrected to"] == "tx_failed"


async def test_a_message_that_only_a_person_answered_is_listed_once_it_is_corrected(engine, mei):
    desk = Desk(engine)
    conversation = await desk.create_conversation("en", is_chosen=False)
    message = Incoming("m9", "m9", seal("the coins never came"), "en", ())
    await desk.accept(conversation.id, message)
    assert await heard(engine) == []
    await desk.correct(mei, "m9", "tx_failed")
    assert [(one.intent, one.corrected) for one in await heard(engine)] == [("", "tx_failed")]


async def test_a_correction_that_was_taken_back_teaches_nothing(engine, mei):
    await talked(engine, ("it sits halfway", "device_broken", "Which device?", ()))
    await Desk(engine).correct(mei, "m0", "tx_failed")
    await Desk(engine).correct(mei, "m0", "")
    assert [one.corrected for one in await heard(engine)] == [""]


async def test_a_corrected_message_that_held_a_secret_is_not_listed(engine, mei):
    await talked(engine, ("[removed]", "greet", "Hello.", ()), findings=("pin",))
    await Desk(engine).correct(mei, "m0", "secret_shared")
    assert await heard(engine) == []


def test_the_replies_that_ask_again_are_known_in_both_languages():
    assert CLARIFY in _asking_again()
    assert len(_asking_again()) == 4


def one(intent, replies=(CLARIFY,), text="it sits halfway"):
    return Heard(text, "en", intent, tuple(replies), "")


def test_a_message_that_was_asked_again_is_listed_by_its_nearest_intent():
    (lesson,) = lessons([one("nlu_fallback")], [answer("nlu_fallback")], frozenset({CLARIFY}))
    assert (lesson.why, lesson.nearest) == ("asked again", "tx_failed")


def test_an_answer_inside_a_case_is_no_misunderstanding():
    assert lessons([one("nlu_fallback", ["When?"])], [answer("nlu_fallback")], frozenset()) == []


@pytest.mark.parametrize(("confidence", "listed"), [(0.59, 1), (0.61, 0)])
def test_a_topic_that_the_model_of_today_is_unsure_of_is_listed(confidence, listed):
    given = [one("device_broken", ["Which wallet?"])]
    assert len(lessons(given, [answer("tx_failed", confidence)], frozenset())) == listed


def test_a_click_is_not_listed():
    assert lessons([one("choose")], [answer("tx_failed")], frozenset({CLARIFY})) == []


def test_the_file_groups_by_intent_counts_repeats_and_leaves_the_label_open():
    again = Lesson("it sits halfway", "en", "asked again", "tx_failed", 0.4, "")
    chosen = Lesson("it sits halfway", "en", "asked again", "tx_failed", 0.4, "tx_failed")
    other = Lesson("盒子黑着", "zh", "asked again", "device_broken", 0.3, "")
    written = as_yaml([again, other, chosen])
    assert "盒子黑着" in written
    first, second = yaml.safe_load(written)
    assert (first["nearest"], second["nearest"]) == ("device_broken", "tx_failed")
    (message,) = second["messages"]
    assert message["times"] == 2
    assert message["chosen next"] == "tx_failed"
    assert message["intent"] is None
