"""How the ids of transactions look, chain by chain, and how explorers link to them."""

from __future__ import annotations

import re
from typing import Final

_HEX: Final = re.compile(r"^[0-9a-fA-F]{64}$")
_EVM: Final = re.compile(r"^(?:0[xX])?[0-9a-fA-F]{64}$")
_BASE58: Final = re.compile(r"^[1-9A-HJ-NP-Za-km-z]{86,88}$")

_EVM_CHAINS: Final = frozenset(
    {"ethereum", "bsc", "polygon", "arbitrum", "optimism", "base", "avalanche", "linea", "zksync"}
)
_HEX_CHAINS: Final = frozenset(
    {"bitcoin", "litecoin", "dogecoin", "bitcoin_cash", "zcash", "monero", "cardano", "tron"}
)

_CANDIDATE: Final = re.compile(
    r"(?<![0-9A-Za-z])(?:0[xX][0-9a-fA-F]{64}|[0-9A-Za-z]{64}|[1-9A-HJ-NP-Za-km-z]{86,88})(?![0-9A-Za-z])"
)
_EXPLORERS: Final = (
    ("etherscan.io", "ethereum"),
    ("bscscan.com", "bsc"),
    ("polygonscan.com", "polygon"),
    ("arbiscan.io", "arbitrum"),
    ("tronscan.", "tron"),
    ("solscan.io", "solana"),
    ("mempool.space", "bitcoin"),
    ("blockstream.info", "bitcoin"),
)
_LINK: Final = re.compile(
    r"https?://(?:[a-z0-9-]+\.)*?([a-z0-9-]+\.[a-z]{2,})(?:/|$)", re.IGNORECASE
)


def fits(transaction_id: str, chain: str) -> bool:
    """True when an id has the form used on a chain; an unknown chain takes every form."""
    if chain in _EVM_CHAINS:
        return bool(_EVM.match(transaction_id))
    if chain in _HEX_CHAINS:
        return bool(_HEX.match(transaction_id))
    if chain == "solana":
        return bool(_BASE58.match(transaction_id))
    return bool(_EVM.match(transaction_id) or _BASE58.match(transaction_id))


def find_transaction_id(text: str, chain: str = "") -> str:
    """Take the id out of a text or an explorer's link; empty where there is none that fits."""
    found = [match for match in _CANDIDATE.findall(text) if fits(match, "")]
    fitting = [match for match in found if fits(match, chain)]
    return _written(fitting[0], chain) if fitting else ""


def chain_of_link(text: str) -> str:
    """The chain whose explorer a link leads to; empty where it is not a known one."""
    for match in _LINK.finditer(text):
        host = match[1].lower()
        for explorer, chain in _EXPLORERS:
            if host == explorer or host.startswith(explorer):
                return chain
    return ""


def _written(transaction_id: str, chain: str) -> str:
    is_hex = bool(_EVM.match(transaction_id))
    if chain in _EVM_CHAINS and not transaction_id.lower().startswith("0x"):
        return f"0x{transaction_id.lower()}"
    return transaction_id.lower() if is_hex else transaction_id
