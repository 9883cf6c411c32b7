"""Contact data in free text are hidden; what support needs to read stays."""

from __future__ import annotations

import pytest

from bot.desk.masking import mask


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("my name is mira lopez and it is gone", "my name is m••• and it is gone"),
        ("This is Mira speaking", "This is M••• speaking"),
        ("Regards,\nMira Lopez", "Regards,\nM•••"),
        ("我叫王小明我的转账没到", "我叫王•••我的转账没到"),
        ("收件人：李娜", "收件人：李•••"),
        ("I live at 12 Main Street, Springfield", "I live at •••"),
        ("Send it to Musterstraße 12, 10115 Berlin", "Send it to •••"),
        ("寄到北京市朝阳区建国路88号3号楼1502室", "•••"),
        ("邮编 100020", "邮编 1•••"),
    ],
)
def test_a_name_or_an_address_that_was_given_is_hidden(text, shown):
    assert mask(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "My name is not on the list",
        "I am Locked out",
        "我叫了客服",
        "我的地址是 0x52908400098527886E0F7030069857D2E4169EE7",
        "my recipient: bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
        "转账走的是以太坊网络，2号转的",
        "2 usb flash drive",
        "I have 2 wallets on the road",
    ],
)
def test_what_only_looks_like_one_stays(text):
    assert mask(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see mira@example.org.png", "see m•••.org.png"),
        ("（mira.lopez@mail.example.org.JPEG）", "（m•••.org.JPEG）"),
        ("截图mira@example.org.pdf发给你了", "截图m•••.org.pdf发给你了"),
    ],
)
def test_a_mail_address_in_a_files_name_is_hidden(text, shown):
    assert mask(text) == shown


@pytest.mark.parametrize(
    "text", ["logo@2x.png", "icon@3x.min.png", "see support@ledger.com.png", "photo.mira.org.png"]
)
def test_a_files_name_that_holds_no_customers_address_stays(text):
    assert mask(text) == text
