from __future__ import annotations

import pytest

from bot.guard.signals.spelling import Speller
from bot.guard.signals.text import canonical, words_of

SPELLER = Speller(["anydesk", "verification", "withdraw", "code", "allowed"])


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("anydsek", "anydesk"),
        ("anydeskk", "anydesk"),
        ("anydes", "anydesk"),
        ("verfication", "verification"),
        ("withdrow", "withdraw"),
    ],
)
def test_one_slip_is_read_as_the_listed_word(written, meant):
    assert SPELLER.meant(written) == meant


@pytest.mark.parametrize("written", ["cade", "followed", "windows", "验证码", "anyone", ""])
def test_another_word_stays_what_it_is(written):
    assert SPELLER.meant(written) == written


def test_traditional_full_width_and_other_spellings_become_one():
    same = {"远端": "远程", "注记词": "助记词"}
    assert canonical("遠端 註記詞 ＡＰＫ", same) == "远程 助记词 apk"
    assert words_of(canonical("He's 裝了apk。", same)) == ["hes", "装", "了", "apk", "。"]
