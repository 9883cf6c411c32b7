from __future__ import annotations

import pytest

from bot.attachments.judging import kinds_in
from tests.drawing import PHRASE, WALLET

# The specimen passport of ICAO Doc 9303, part 4.
ICAO = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
# The first transaction of Ethereum: published.
HASH = "5c504ed432cb51138bcf09aa5e8a410dd4a1e204ef84bfed1be16dfba1b22060"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (" ".join(PHRASE), "seed_phrase"),
        ("\n".join(f"{n}. {word}" for n, word in enumerate(PHRASE, 1)), "seed_phrase"),
        (f"Private key\n{HASH}", "private_key"),
        (HASH, "private_key"),
        # Read with an O for an o, so that no checksum holds.
        ("KwDiBf89QgGbjEhKnhXJuH7LrciVrZi3qYjgd9M7rFU73sVHnOWn", "private_key"),
        (ICAO, "national_id"),
        ("Passport\nSurname SAMPLE\nNationality UTOPIAN\nNo. L8989020", "national_id"),
        ("姓名 样本\n公民身份号码 11010519491231002X", "national_id"),
    ],
)
def test_what_opens_a_wallet_or_is_a_paper_is_found(text, kind):
    assert kinds_in([text])[0] == kind


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(WALLET),
        f"Transaction details\nTransaction hash\n{HASH}\nBlock 17000000",
        f"交易哈希\n{HASH}\n区块 17000000",
        # A published address of Substrate: as long as a key, and it begins like one.
        "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
        "Never show your private key\n0x52908400098527886E0F7030069857D2E4169EE7",
        "Receive\n0x52908400098527886E0F7030069857D2E4169EE7",
        "Verify your identity\nPassport\nNationality\nDate of birth\nContinue",
        "Never share your recovery phrase. Support will never ask you for it.",
        "请在纸上抄写助记词，不要截图，不要发给任何人。",
        "",
    ],
)
def test_what_a_customer_has_to_show_passes(text):
    assert kinds_in([text]) == ()


def test_the_gravest_kind_comes_first():
    text = "card 4242 4242 4242 4242\n" + " ".join(PHRASE)
    assert kinds_in([text])[0] == "seed_phrase"


def test_a_phrase_is_found_wherever_it_stands_in_a_long_text():
    around = "The device was connected and the application showed the same page again. " * 90
    for place in (0, 2500, 3990, 6000):
        text = f"{around[:place]} {' '.join(PHRASE)} {around[place:]}"
        assert kinds_in([text]) == ("seed_phrase",)
