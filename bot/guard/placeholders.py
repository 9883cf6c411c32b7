"""What stands in a safe text where a secret stood; no placeholder is itself found as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.guard.findings import SecretKind

_EN: Final[dict[str, str]] = {
    "seed_phrase": "[recovery phrase removed]",
    "share": "[recovery share removed]",
    "private_key": "[private key removed]",
    "extended_key": "[extended private key removed]",
    "keystore": "[keystore file removed]",
    "pin": "[PIN removed]",
    "password": "[password removed]",
    "one_time_code": "[one-time code removed]",
    "card_number": "[card number removed]",
    "national_id": "[identity number removed]",
}
_ZH: Final[dict[str, str]] = {
    "seed_phrase": "［恢复词已删除］",
    "share": "［恢复分片已删除］",
    "private_key": "［私钥已删除］",
    "extended_key": "［扩展私钥已删除］",
    "keystore": "［密钥文件已删除］",
    "pin": "［PIN 码已删除］",
    "password": "［密码已删除］",
    "one_time_code": "［验证码已删除］",
    "card_number": "［卡号已删除］",
    "national_id": "［证件号码已删除］",
}
UNREADABLE: Final[dict[str, str]] = {"en": "[message removed]", "zh": "［消息已删除］"}
"""For the rare text in which masking one secret uncovers another again and again."""

MIDDLE: Final = "…"
"""For the middle of a number that may be a private key or a transaction's id."""

PLACEHOLDERS: Final[frozenset[str]] = frozenset(
    [*_EN.values(), *_ZH.values(), *UNREADABLE.values()]
)


def placeholder(kind: SecretKind, language: str) -> str:
    """The words that replace a secret of ``kind``; any language but ``zh`` reads English."""
    return (_ZH if language == "zh" else _EN)[kind]
