"""The FAQ: every question in both languages, with a source, a date and a way on."""

from __future__ import annotations

import copy
import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from bot.content import LANGUAGES, load_content
from bot.content.channels import load_channels
from bot.content.faq import FEWEST_EXAMPLES, examples, read_faq, unfound

ROOT = Path(__file__).resolve().parents[3]
CONTENT = load_content(ROOT)
QUESTIONS = CONTENT.faq.questions
CHANNELS = load_channels(ROOT)
RAW = yaml.safe_load((ROOT / "data/topics/faq/answers.yml").read_text(encoding="utf-8"))
SENTENCE_END = re.compile(r"[。！？]|[.!?](?=\s|$)")
HAN = re.compile(r"[\u4e00-\u9fff]")


def test_there_are_enough_questions_and_every_area_has_some():
    assert len(QUESTIONS) >= 70
    assert sum(len(CONTENT.faq.of(area)) for area in CONTENT.faq.areas) == len(QUESTIONS)
    assert all(CONTENT.faq.of(area) for area in CONTENT.faq.areas)


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_answer_is_short_in_both_languages_and_has_a_source_and_a_date(name):
    question = QUESTIONS[name]
    for language in LANGUAGES:
        answer = question.answer.of(language)
        assert 2 <= len(SENTENCE_END.findall(answer)) <= 6, answer
        assert len(answer) <= {"zh": 220, "en": 520}[language]
        assert bool(HAN.search(answer)) == (language == "zh")
    assert question.sources
    assert date(2026, 1, 1) <= question.as_of


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_source_is_in_the_registry_of_official_channels(name):
    listed = {channel.value for channel in CHANNELS.channels if channel.current}
    published = {row["name"]["zh"] for row in RAW["sources"].values() if "fact" in row}
    assert {source.zh for source in QUESTIONS[name].sources} <= listed | published


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_last_line_of_an_answer_names_its_source_and_month(language):
    said = CONTENT.reply("faq__ledger_recover").text.of(language).splitlines()
    assert (
        said[-1]
        == {
            "zh": "依据：support.ledger.com，截至2026年11月。",
            "en": "Source: support.ledger.com, as of November 2026.",
        }[language]
    )


def test_every_next_step_is_a_choice_and_no_question_leads_to_itself():
    for question in QUESTIONS.values():
        assert set(question.next) <= set(CONTENT.choices)
        assert question.name not in question.next


def test_no_two_questions_look_the_same_on_a_choice():
    for language in LANGUAGES:
        labels = [question.question.of(language) for question in QUESTIONS.values()]
        assert len(labels) == len(set(labels))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_can_be_asked_in_many_ways_and_no_way_asks_two(language):
    asked = examples(ROOT)[language]
    assert set(asked) == set(QUESTIONS)
    assert min(map(len, asked.values())) >= FEWEST_EXAMPLES
    lines = [re.sub(r"\W", "", line).lower() for ways in asked.values() for line in ways]
    assert len(lines) == len(set(lines))


def broken(change):
    raw = copy.deepcopy(RAW)
    change(raw)
    return raw


def twice(raw):
    raw["questions"].append(raw["questions"][0])


def of_no_area(raw):
    raw["questions"][0]["area"] = "nowhere"


def without_source(raw):
    raw["questions"][0]["source"] = ["hearsay"]


def retired(raw):
    raw["sources"]["ledger_site"]["value"] = "ledgerwallet.com"


def unknown_vendor(raw):
    raw["sources"]["ledger"]["vendor"] = "nobody"


def unknown_fact(raw):
    raw["sources"]["pboc"]["fact"] = "rumour"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (twice, "there twice"),
        (of_no_area, "unknown area"),
        (without_source, "unknown source"),
        (retired, "no current row"),
        (unknown_vendor, "no current row"),
        (unknown_fact, "no fact"),
    ],
)
def test_an_faq_that_contradicts_itself_or_the_registry_is_refused(change, problem):
    with pytest.raises(ValueError, match=problem):
        read_faq(broken(change), CHANNELS)


def test_the_faq_as_it_stands_is_read():
    assert read_faq(broken(lambda raw: None), CHANNELS) == CONTENT.faq


def test_a_question_without_examples_and_examples_without_a_question_are_named(tmp_path):
    folder = tmp_path / "data/topics/faq"
    folder.mkdir(parents=True)
    lines = "".join(f"\n    - way {number}" for number in range(FEWEST_EXAMPLES))
    for language in LANGUAGES:
        text = f"nlu:\n- intent: faq/no_such_question\n  examples: |{lines}\n"
        (folder / f"nlu.{language}.yml").write_text(text, encoding="utf-8")
    found = list(unfound(CONTENT.faq, tmp_path))
    assert "faq/no_such_question has examples in zh, but there is no such question" in found
    assert f"faq/pin_attempts has 0 examples in en, not {FEWEST_EXAMPLES}" in found
    assert list(unfound(CONTENT.faq, ROOT)) == []
