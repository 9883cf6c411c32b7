"""The content as it stands: no problems of its own, and nothing the outbound guard refuses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.content import LANGUAGES, load_content
from bot.content.check import problems
from bot.guard import review

ROOT = Path(__file__).resolve().parents[3]
CONTENT = load_content(ROOT)


def test_the_content_has_no_problems():
    assert problems(ROOT) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(CONTENT.replies))
def test_every_reply_passes_the_outbound_guard(name, language):
    text = re.sub(r"\{\w+\}", "", CONTENT.reply(name).text.of(language))
    assert review(text, author="bot", language=language).reasons == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_of_a_choice_is_short_enough_for_a_button(language):
    labels = [choice.label.of(language) for choice in CONTENT.choices.values()]
    labels += [
        option.label.of(language)
        for playbook in CONTENT.playbooks.values()
        for field in playbook.fields
        for option in field.options
    ]
    assert max(map(len, labels)) <= 40


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("topic", sorted(CONTENT.playbooks))
def test_every_answer_that_can_be_clicked_may_be_shown_in_the_review(topic, language):
    held_back = [
        (field.id, option.id)
        for field in CONTENT.playbooks[topic].fields
        for option in field.options
        if review(
            f"· {field.label.of(language)}: {option.label.of(language)}",
            author="bot",
            language=language,
        ).reasons
    ]
    assert held_back == []


def test_no_playbook_asks_for_what_must_never_be_collected():
    never = re.compile(r"\b(pin|password|seed|passport|id_card|identity|code|selfie)\b")
    for playbook in CONTENT.playbooks.values():
        assert [field.id for field in playbook.fields if never.search(field.id)] == []


def test_a_forgotten_pin_opens_no_ticket():
    assert not CONTENT.playbooks["forgot_pin"].opens_ticket
