"""Whether the words around a value call it a private key or a transaction."""

from __future__ import annotations

import re
from typing import Final

_BEFORE: Final = 70
_AFTER: Final = 40
_KEY: Final = re.compile(
    r"(?:private|secret|priv|spend|signing)[ _-]{0,2}keys?|privkey|\bsk\b|\bprivate\b|\bkey\b"
    r"|\bpk\b|私钥|私鑰|密钥|密鑰|秘钥|私匙",
    re.IGNORECASE,
)
_NOT_KEY: Final = re.compile(
    r"(?:public|view|api)[ _-]{0,2}key|pubkey|\btx|transaction|transfer|hash|block|signature"
    r"|\bsig\b|address|contract|公钥|公鑰|交易|哈希|转账|轉賬|区块|區塊|签名|簽名|订单|訂單|地址|合约|合約",
    re.IGNORECASE,
)


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
