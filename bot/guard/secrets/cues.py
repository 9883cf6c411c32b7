"""Whether the words around a value call it a private key or a transaction."""

from __future__ import annotations

import re
from typing import Final

_BEFORE: Final = 70
_AFTER: Final = 40
KEY: Final = (
    r"(?:private|secret|priv|spend|signing)[ _-]{0,2}keys?|privkey|\bkey\b"
    r"|私钥|私鑰|密钥|密鑰|秘钥|私匙"
)
_KEY: Final = re.compile(rf"{KEY}|\bsk\b|\bprivate\b|\bpk\b", re.IGNORECASE)
_NOT_KEY: Final = re.compile(
    r"(?:public|view|api)[ _-]{0,2}key|pubkey|\btx|transaction|transfer|hash|block|signature"
    r"|\bsig\b|address|contract|公钥|公鑰|交易|哈希|转账|轉賬|区块|區塊|签名|簽名|订单|訂單|地址|合约|合約",
    re.IGNORECASE,
)

_TRANSACTION: Final = re.compile(
    r"\btx|trans(?:action|fer)|withdr[ae]w|deposit|explorer|\bhash|block ?(?:chain|height|hash)?\b"
    r"|pending|stuck|\bsent\b|\bsend\b|\bpaid\b|payment|confirm|arriv|receiv|sha-?(?:256|3)|checksum"
    r"|digest|signature|public|order|\bid\b"
    r"|交易|转账|转出|转了|转入|打款|汇款|到账|提币|提现|充币|充值|哈希|哈西|区块|确认|打包|浏览器|订单|流水|单号"
    r"|签名|公钥|摘要|校验|没收到|未收到"
)


def transaction_named(folded: str) -> bool:
    """Whether a folded text is about a transfer, or names another number that is no secret."""
    return _TRANSACTION.search(folded) is not None


def key_announced(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` is called a private key: the nearest cue decides.

    A cue before the value outweighs one behind it; without any cue the answer is no.
    """
    before = text[max(0, start - _BEFORE) : start]
    key, other = _last(_KEY, before), _last(_NOT_KEY, before)
    if key >= 0 or other >= 0:
        return key > other and not _part_of_other(before, key)
    after = text[end : end + _AFTER]
    found, against = _KEY.search(after), _NOT_KEY.search(after)
    if found is None:
        return False
    return against is None or found.start() < against.start()


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.end() for match in pattern.finditer(text)), default=-1)


def _part_of_other(before: str, key: int) -> bool:
    return any(match.start() < key <= match.end() for match in _NOT_KEY.finditer(before))
