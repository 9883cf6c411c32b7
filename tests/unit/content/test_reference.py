from __future__ import annotations

import pytest

from bot.content.reference import new_reference, read_reference


def test_a_new_reference_reads_back_as_itself():
    for _ in range(200):
        reference = new_reference()
        assert read_reference(reference) == reference


def test_references_do_not_repeat():
    assert len({new_reference() for _ in range(1000)}) == 1000


def test_a_reference_is_read_however_it_is_typed():
    reference = "0123A-BCDEF-Q"
    known = read_reference(reference)
    assert known is None or known == reference
    drawn = new_reference()
    assert read_reference(drawn.lower().replace("-", " ")) == drawn
    assert read_reference(drawn.replace("0", "o").replace("1", "l")) == drawn


def test_one_wrong_character_is_noticed():
    drawn = new_reference()
    other = "2" if drawn[0] != "2" else "3"
    assert read_reference(other + drawn[1:]) is None


@pytest.mark.parametrize("text", ["", "12345", "hello there", "UUUUU-UUUUU-U", "订单号 12345"])
def test_what_is_no_reference_is_not_read(text):
    assert read_reference(text) is None
