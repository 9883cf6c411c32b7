"""The FAQ in a conversation: what is asked is answered, what is close is offered."""

from __future__ import annotations

import action_cast as cast
import pytest

from actions.casework import CaseState, turn
from actions.casework.heard import Heard
from actions.faq import CLOSE, FAINT, LEAD, MOST, SURE, AnswerFaq
from actions.talk import Clarify
from bot.content import LANGUAGES

PIN, BACKUP, STEEL, CLOUD = (
    "pin_attempts",
    "back_up_phrase",
    "phrase_on_steel",
    "phrase_stored_online",
)
ASKED = {"zh": "助记词应该怎么存", "en": "how do I keep my words"}


def asked(ranking, *, language="en", slots=None, text=None, likely=()):
    """A question in a customer's words, ranked as the question finder ranks it."""
    given = cast.tracker(
        text or ASKED[language], "faq", slots=slots, language=language, ranking=likely
    )
    given.latest_message["response_selector"] = {
        "faq": {
            "ranking": [
                {"intent_response_key": f"faq/{name}", "confidence": sure} for name, sure in ranking
            ]
        }
    }
    return given


def chosen(question, **more):
    return cast.tracker(f'/faq{{"question": "{question}"}}', "faq", **more)


def in_a_case(**facts):
    state = CaseState("c", "tx_failed", stage="steps", **facts)
    return {"case": state.to_dict()}


async def replies_to(given):
    replies, _ = await cast.run(AnswerFaq(cast.parts()), given)
    return replies


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_clear_question_is_answered_with_source_month_and_next_step(language):
    (reply,) = await replies_to(asked([(PIN, 0.8), (BACKUP, 0.1)], language=language))
    assert reply == {"reply": "faq__pin_attempts"}
    said = cast.CONTENT.message(reply, language)
    assert said.text.startswith(cast.CONTENT.faq.questions[PIN].answer.of(language))
    line = said.text.splitlines()[-1]
    assert "support.ledger.com" in line
    assert {"zh": "2026年11月", "en": "November 2026"}[language] in line
    assert [choice.id for choice in said.choices] == ["topic_pin"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_close_questions_are_offered_and_none_is_answered(language):
    ranking = [(BACKUP, 0.4), (STEEL, 0.35), (CLOUD, FAINT - 0.01)]
    (reply,) = await replies_to(asked(ranking, language=language))
    assert reply["reply"] == "faq_which"
    assert reply["choices"] == ["faq__back_up_phrase", "faq__phrase_on_steel", "talk_to_human"]
    labels = [choice.label for choice in cast.CONTENT.message(reply, language).choices]
    assert labels[0] == cast.CONTENT.faq.questions[BACKUP].question.of(language)


@pytest.mark.parametrize(
    ("ranking", "answered"),
    [
        ([(BACKUP, SURE), (STEEL, 0.01)], True),
        ([(BACKUP, SURE - 0.01), (STEEL, 0.01)], False),
        ([(BACKUP, SURE), (STEEL, SURE - LEAD + 0.01)], False),
        ([(BACKUP, SURE)], True),
        ([(BACKUP, CLOSE)], False),
    ],
)
async def test_only_what_is_likely_and_leads_clearly_is_answered_at_once(ranking, answered):
    (reply,) = await replies_to(asked(ranking))
    assert reply["reply"] == ("faq__back_up_phrase" if answered else "faq_which")


async def test_no_more_questions_are_offered_than_can_be_read():
    names = (*(PIN, BACKUP, STEEL, CLOUD), "check_backup")
    (reply,) = await replies_to(asked([(name, CLOSE) for name in names]))
    assert reply["choices"] == [*(f"faq__{name}" for name in names[:MOST]), "talk_to_human"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_question_that_was_chosen_is_answered(language):
    (reply,) = await replies_to(chosen(STEEL, language=language))
    assert reply == {"reply": "faq__phrase_on_steel"}


async def test_the_payload_of_every_question_leads_to_its_answer():
    for question in cast.CONTENT.faq.questions.values():
        send = cast.CONTENT.choices[question.name].send
        (reply,) = await replies_to(cast.tracker(f"/{send}", "faq"))
        assert reply["reply"] == question.name


@pytest.mark.parametrize("language", LANGUAGES)
async def test_where_nothing_is_close_it_asks_again_and_answers_nothing(language):
    given = asked([(PIN, CLOSE - 0.01)], language=language, likely=("faq", "forgot_pin"))
    replies, events = await cast.run(AnswerFaq(cast.parts()), given)
    assert [reply["reply"] for reply in replies] == ["clarify"]
    assert "topic_pin" in replies[0]["choices"]
    assert cast.slots_after(events) == {"misunderstandings": 1}


async def test_the_second_time_a_person_is_offered():
    given = asked([(PIN, 0.01)], slots={"misunderstandings": 1})
    replies, events = await cast.run(AnswerFaq(cast.parts()), given)
    assert [reply["reply"] for reply in replies] == ["clarify_again"]
    assert cast.slots_after(events) == {"misunderstandings": 2}


async def test_an_answer_ends_the_count_of_misunderstandings():
    given = asked([(PIN, 0.9)], slots={"misunderstandings": 1})
    _, events = await cast.run(AnswerFaq(cast.parts()), given)
    assert cast.slots_after(events) == {"misunderstandings": None}


@pytest.mark.parametrize("ranking", [[], [("no_such_question", 0.9)]])
async def test_a_ranking_that_names_no_question_is_not_answered(ranking):
    (reply,) = await replies_to(asked(ranking))
    assert reply["reply"] == "clarify"


async def test_a_message_without_a_ranking_is_not_answered():
    (reply,) = await replies_to(cast.tracker("how do I keep my words", "faq"))
    assert reply["reply"] == "clarify"


async def test_words_that_look_like_a_choice_choose_nothing():
    given = asked([(PIN, 0.9)], text='faq{"question": "phrase_on_steel"}')
    given.latest_message["entities"] = [{"entity": "question", "value": "phrase_on_steel"}]
    (reply,) = await replies_to(given)
    assert reply["reply"] == "faq__pin_attempts"


async def test_in_a_case_the_answer_brings_no_choices_of_its_own():
    (reply,) = await replies_to(asked([(PIN, 0.9)], slots=in_a_case()))
    assert reply == {"reply": "faq__pin_attempts", "choices": []}
    (reply,) = await replies_to(asked([(PIN, 0.9)], slots=in_a_case(ending="solved")))
    assert reply == {"reply": "faq__pin_attempts"}


async def test_in_a_case_what_is_not_close_offers_no_other_topic():
    (reply,) = await replies_to(asked([(PIN, 0.01)], slots=in_a_case()))
    assert reply == {"reply": "faq_unanswered"}


@pytest.mark.parametrize(
    ("likely", "sure", "offered"),
    [
        (("nlu_fallback", "tx_failed", "faq"), 0.6, ["faq__why_fees"]),
        (("nlu_fallback", "tx_failed", "faq"), 0.4, []),
        (("nlu_fallback", "tx_failed", "greet", "faq"), 0.6, []),
    ],
)
async def test_a_bare_word_that_is_not_understood_offers_the_question_it_may_be(
    likely, sure, offered
):
    given = asked([("why_fees", sure)], text="fees", likely=likely)
    (reply,), _ = await cast.run(Clarify(cast.parts()), given)
    assert reply["reply"] == "clarify"
    assert [name for name in reply["choices"] if name.startswith("faq__")] == offered
    assert reply["choices"][-1] == "talk_to_human"


def heard(text, message, intent="faq", confidence=0.95):
    return Heard(message, text, intent, confidence)


def asking_for(field):
    return CaseState("c", "tx_failed", stage="fields", pending=field)


@pytest.mark.parametrize(
    "text", ["交易哈希在哪里看", "手续费咋回事", "where do I find the transaction id"]
)
def test_a_question_steps_aside_and_the_case_asks_its_own_again(text):
    state = asking_for("transaction_id")
    aside = turn(cast.CONTENT, state, heard(text, "m2"))
    assert aside.next == "digress"
    assert aside.says == ()
    again = turn(cast.CONTENT, aside.state, heard(text, "m2"))
    assert [say.reply for say in again.says] == ["tx_failed__ask_transaction_id"]
    assert again.state.pending == "transaction_id"


@pytest.mark.parametrize("text", ["我当时是在钱包里添加代币", "I was adding a token to my wallet"])
def test_a_story_that_sounds_like_a_topic_of_the_faq_stays_an_answer(text):
    outcome = turn(cast.CONTENT, asking_for("details"), heard(text, "m2", confidence=0.99))
    assert outcome.next != "digress"


def test_an_unsure_question_stays_in_the_case():
    given = heard("where do I find it", "m2", confidence=0.5)
    assert turn(cast.CONTENT, asking_for("transaction_id"), given).next != "digress"


def test_a_chosen_question_always_steps_aside():
    given = heard('/faq{"question": "find_transaction_id"}', "m2", confidence=1.0)
    assert turn(cast.CONTENT, asking_for("details"), given).next == "digress"
