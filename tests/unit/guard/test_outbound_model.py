"""The learnt layer of the outbound guard: what it reads, and what it makes of it."""

from __future__ import annotations

import pytest

from bot.guard import review
from bot.guard.grammar import pieces
from bot.guard.outbound_features import features
from bot.guard.outbound_meaning import FILE, weigh
from bot.guard.outbound_model import judge, table
from bot.guard.outbound_words import classify, words_of


def worst(text):
    return max(one.score for one in judge(text))


def test_words_of_one_meaning_become_one_class():
    assert classify(words_of("please send me your seed phrase")) == [
        *("PLEASE", "GIVE", "ME", "YOU", "PHRASE"),
    ]
    assert classify(words_of("请把助记词发给我")) == ["PLEASE", "把", "PHRASE", "GIVE", "ME"]


def test_the_longest_entry_wins():
    assert classify(words_of("recovery phrase")) == ["PHRASE"]
    assert classify(words_of("recovery")) == ["RESTORE"]


def test_secrets_look_alike_to_the_order_of_words():
    pin, code = features("tell me your pin")[0], features("tell me your code")[0]
    assert "GIVE/ME/YOU/SECRET" in pin & code
    assert pin - code


def test_a_sentence_remembers_what_the_one_before_spoke_of():
    _, before = features("you have the card")
    assert "<BACKUP" in features("what is on it?", before)[0]
    assert "<BACKUP" not in features("what is on it?")[0]


@pytest.mark.parametrize(
    ("request_", "honest"),
    [
        ("Great, what does the card say?", "What does the error say?"),
        ("Read me the six digits.", "Read me the error number."),
        ("Half now, half when the bitcoin is back.", "Half of the coins are back."),
        ("那张纸上写的是什么？", "屏幕上写的是什么？"),
        ("短信里是哪六位？念给我。", "短信里的六位不要念给任何人。"),
        ("付2%的办理费，余额就是您的。", "提币费是2%，由交易所扣。"),
    ],
)
def test_a_request_without_its_usual_words_is_told_from_an_honest_sentence(request_, honest):
    assert not review(request_, author="agent").allowed
    assert review(honest, author="agent").allowed


def test_a_warning_scores_lower_than_the_request_in_it():
    assert worst("never send me your recovery phrase") < worst("send me your recovery phrase")


def test_the_reason_of_the_learnt_layer_names_a_rule_and_a_place():
    text = "Thank you. The card is at hand? Then copy it here."
    (reason, *_) = review(text, author="agent").reasons
    assert reason.rule == "ask_phrase"
    assert text[reason.start : reason.end].strip()


def test_a_long_text_is_read_in_short_pieces():
    text = "send me your pin and " * 200
    spans = list(pieces(text))
    assert max(end - start for start, end in spans) <= 240
    assert "".join(text[start:end] for start, end in spans) == text


def test_the_shipped_weights_are_small_and_ordered():
    assert len(table().weights) > 10_000
    assert table().excuse < table().refuse < table().sure
    tables = FILE.parent
    shipped = sum((tables / name).stat().st_size for name in ("outbound.npz", "outbound.txt.z"))
    assert shipped <= 500_000


def test_the_meaning_is_weighed_only_where_asked_and_at_most_sixteen_times():
    texts = ["please send me your recovery phrase", "never send it to anyone"] * 20
    answers = weigh(texts, list(range(30)))
    assert sorted(answers) == list(range(16))
    assert answers[0] > answers[1]
    assert weigh(texts, []) == {}


def test_a_request_is_heard_by_the_words_alone_where_the_encoder_is_missing(monkeypatch):
    monkeypatch.setattr("bot.guard.outbound_meaning.encoder", lambda: None)
    assert not review("Read me the six digits.", author="agent").allowed
    assert review("Read me the error number.", author="agent").allowed


def test_what_is_surely_honest_is_not_encoded(monkeypatch):
    def refuse():
        raise AssertionError

    monkeypatch.setattr("bot.guard.outbound_meaning.encoder", refuse)
    assert review("Scammers ask for it.", author="agent").allowed
    with pytest.raises(AssertionError):
        review("Read me the six digits.", author="agent")
