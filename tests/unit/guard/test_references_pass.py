from __future__ import annotations

import pytest

from bot.guard import review

SPELLING = ["NJC3R-TG8HN-8", "XS6CK-P1NRF-Q"]
"""References that were drawn by chance, with "TG…" and "P1N" in them."""


@pytest.mark.parametrize("reference", SPELLING)
@pytest.mark.parametrize(
    "text", ["Your ticket is {}; please keep it.", "已登记，编号 {}，请记下来。"]
)
def test_a_reference_of_ours_is_no_contact_and_asks_for_nothing(text, reference):
    assert review(text.format(reference), author="bot").allowed


@pytest.mark.parametrize("other", ["TG8HN-8", "NJC3R-TG8HN-9", "13912-34567-8"])
def test_what_only_looks_like_a_reference_is_held_back(other):
    assert not review(f"Please write to TG {other}", author="bot").allowed
