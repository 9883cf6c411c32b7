from __future__ import annotations

import pytest

from bot.attachments.codes import Code, codes_in, is_seed_digits, kind_by_form
from bot.attachments.judging import kinds_in
from bot.guard.tables import listed_words
from tests.drawing import PHRASE, page, qr

NUMBERS = {row.word: number for number, row in enumerate(listed_words("en"))}
DIGITS = "".join(f"{NUMBERS[word]:04d}" for word in PHRASE)
# BIP-32, test vector 1: published.
XPRV = (
    "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtR"
    "BeJgk33yuGBxrMPHi"
)
XPUB = (
    "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7"
    "usUDFdp6W1EGMcet8"
)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (" ".join(PHRASE), "seed_phrase"),
        (DIGITS, "seed_phrase"),
        (bytes(range(200, 216)), "seed_phrase"),
        (bytes(range(200, 232)), "seed_phrase"),
        ("otpauth://totp/Example:someone?secret=JBSWY3DPEHPK3PXP&issuer=Example", "one_time_code"),
        ("otpauth-migration://offline?data=CiEKCkhlbGxvId6tvu8SBkNv", "one_time_code"),
        ("ur:crypto-seed/oyadgdaawzwplrbdhdpabgrnvokorolnrtemksayyadmut", "seed_phrase"),
        ("KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnoWn", "private_key"),
        ("0x" + "4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318", "private_key"),
        (XPRV, "extended_key"),
        ("WIFI:T:WPA;S:home;P:not-a-real-one;;", "password"),
    ],
)
def test_a_code_that_holds_a_secret_is_found_on_the_picture(content, kind):
    found = codes_in(qr(content))
    assert len(found) == 1
    assert kinds_in((), found) == (kind,)


@pytest.mark.parametrize(
    "content",
    [
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        "bitcoin:1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa?amount=0.01",
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "https://explorer.example.org/tx/0x" + "ab" * 32,
        "WIFI:T:nopass;S:cafe;;",
        "4006381333931",
        XPUB,
    ],
)
def test_an_address_a_link_or_a_public_key_passes(content):
    found = codes_in(qr(content))
    assert len(found) == 1
    assert kinds_in((), found) == ()


def test_digits_are_a_phrase_only_when_their_checksum_holds():
    assert is_seed_digits(DIGITS)
    assert not is_seed_digits(DIGITS[:-1] + str((int(DIGITS[-1]) + 1) % 10))
    assert not is_seed_digits("2048" * 12)


def test_sixteen_letters_are_no_bare_seed():
    assert kind_by_form(Code("order-4711-33221", b"order-4711-33221")) is None


def test_a_picture_without_a_code_holds_none():
    assert codes_in(page(["nothing here"])) == []
