"""Transaction ids, addresses, explorer links and ticket references: forms and checksums.

Sources: Base58Check and BIP-173/BIP-350 for Bitcoin-like networks, EIP-55 (form only) for
Ethereum-like ones, https://www.crockford.com/base32.html for references.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from bot.content.lexicon import lexicon
from bot.content.reference import read_reference

if TYPE_CHECKING:
    from collections.abc import Iterator

_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_B58: Final = "[1-9A-HJ-NP-Za-km-z]"
_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

_FORMS: Final = {
    "hex64": re.compile(r"[0-9a-fA-F]{64}"),
    "0xhex64": re.compile(r"0[xX][0-9a-fA-F]{64}"),
    "base58_64": re.compile(_B58 + "{86,88}"),
    "base58_32": re.compile(_B58 + "{42,44}"),
    "base64_32": re.compile(r"[0-9A-Za-z_+/-]{43}="),
}
_FREE_FORMS: Final = ("hex64", "0xhex64", "base58_64", "base64_32")
"""Forms that are a transaction id wherever they stand; 32 bytes of base58 may be an address."""

_ADDRESSES: Final = (
    re.compile(r"0[xX][0-9a-fA-F]{40}"),  # Ethereum and its like
    re.compile(f"[13]{_B58}{{25,34}}"),  # Bitcoin, old forms
    re.compile(r"(?:bc|ltc)1[02-9ac-hj-np-z]{11,71}|(?:BC|LTC)1[02-9AC-HJ-NP-Z]{11,71}"),
    re.compile(f"T{_B58}{{33}}"),  # Tron
    re.compile(f"[LMD]{_B58}{{32,33}}"),  # Litecoin, Dogecoin
    re.compile(f"r{_B58}{{24,34}}"),  # XRP
    re.compile(r"G[A-Z2-7]{55}"),  # Stellar
    re.compile(r"(?:addr|stake|cosmos|osmo)1[02-9ac-hj-np-z]{38,110}"),
    re.compile(r"[EU]Q[0-9A-Za-z_-]{46}"),  # TON
    re.compile(f"[48]{_B58}{{94}}"),  # Monero
    re.compile(f"{_B58}{{43,44}}"),  # Solana: 32 bytes
    re.compile(f"1{_B58}{{46,47}}"),  # Polkadot
)
_LOWER_ONLY: Final = re.compile(r"(?:bc|ltc|addr|stake|cosmos|osmo)1", re.IGNORECASE)
_CHECKED: Final = re.compile(f"(?:[13]{_B58}{{25,34}}|[TLMD]{_B58}{{32,33}})")
_LONG: Final = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z_-]{25,120}=?")
_LINK: Final = re.compile(
    r"(?<![0-9A-Za-z.@/-])(?i:https?://)?(?:[0-9A-Za-z-]{1,40}\.){1,4}[A-Za-z]{2,12}/"
    r"[^\s<>\"'，。；、（）】》]{8,300}"
)
_ID_IN_LINK: Final = re.compile(r"[0-9A-Za-z_-]{16,128}=?")
_REFERENCE: Final = re.compile(
    r"(?<![0-9A-Za-z-])[0-9A-Za-z]{5}[ -]?[0-9A-Za-z]{5}[ -]?[0-9A-Za-z](?![0-9A-Za-z-])"
)


def is_transaction_id(text: str, chain: str | None = None) -> bool:
    """True when ``text`` has the form of a transaction id of ``chain`` (of any, when unknown)."""
    text = text.strip()
    known = lexicon().chains.get(chain or "")
    return any(_has_form(text, form) for form in (known.transaction if known else _FREE_FORMS))


def is_address(text: str) -> bool:
    """True when ``text`` is an address, checksum included where one is cheap to compute."""
    text = text.strip()
    if not looks_like_address(text):
        return False
    if text[:3].lower() == "bc1" or text[:4].lower() == "ltc1":
        return _bech32_holds(text.lower())
    if _CHECKED.fullmatch(text):
        return _base58check_holds(text)
    return True


def looks_like_address(text: str) -> bool:
    """True for the form of an address alone: one mistyped letter still looks like one."""
    if not any(form.fullmatch(text) for form in _ADDRESSES):
        return False
    if text[:2].lower() == "0x" or _LOWER_ONLY.match(text):
        return True
    mixed = any(c.islower() for c in text) and any(c.isdigit() for c in text)
    return (mixed and any(c.isupper() for c in text)) or len(text) == 56


def transaction_from_link(url: str) -> tuple[str, str] | None:
    """Read (chain id, transaction id) from the link of a known explorer; None for any other."""
    rest = re.sub(r"^https?://", "", url.strip(), flags=re.IGNORECASE)
    host, slash, path = rest.partition("/")
    host = host.lower().removeprefix("www.")
    for prefix, chain in _explorers().get(host, ()):
        if not (slash and path.startswith(prefix)):
            continue
        match = _ID_IN_LINK.match(path, len(prefix))
        if match and is_transaction_id(match[0], chain):
            return chain, normal_transaction_id(match[0])
    return None


def links(text: str) -> Iterator[re.Match[str]]:
    """Find what may be links, with or without ``https://``."""
    return _LINK.finditer(text) if "/" in text else iter(())


def long_tokens(text: str) -> Iterator[tuple[str, int]]:
    """Give every token that is long enough for an id or an address, with its place."""
    for match in _LONG.finditer(text):
        yield match[0], match.start()
        if "_" in match[0] or "-" in match[0]:
            for part in re.finditer(r"[0-9A-Za-z]{25,120}", match[0]):
                yield part[0], match.start() + part.start()


def normal_transaction_id(text: str) -> str:
    """Hexadecimal ids in lower case; the other forms are case-sensitive and stay."""
    hexadecimal = _FORMS["hex64"].fullmatch(text) or _FORMS["0xhex64"].fullmatch(text)
    return text.lower() if hexadecimal else text


def references(text: str) -> Iterator[tuple[str, int, int]]:
    """Find ticket references whose check character holds: (``XXXXX-XXXXX-X``, start, end)."""
    for match in _REFERENCE.finditer(text):
        written = match[0]
        if "-" not in written and not any(sign.isdigit() for sign in written):
            continue
        reference = read_reference(written)
        if reference:
            yield reference, match.start(), match.end()


@lru_cache(maxsize=1)
def _explorers() -> dict[str, tuple[tuple[str, str], ...]]:
    hosts: dict[str, tuple[tuple[str, str], ...]] = {}
    for chain in lexicon().chains.values():
        for prefix in chain.explorers:
            host, _, path = prefix.partition("/")
            hosts[host] = (*hosts.get(host, ()), (path, chain.id))
    return hosts


def _has_form(text: str, form: str) -> bool:
    if not _FORMS[form].fullmatch(text):
        return False
    if form == "base58_64":
        return _base58_length(text) == 64
    return _base58_length(text) == 32 if form == "base58_32" else True


def _base58_number(text: str) -> int:
    number = 0
    for sign in text:
        number = number * 58 + _BASE58.index(sign)
    return number


def _base58_length(text: str) -> int:
    zeros = len(text) - len(text.lstrip("1"))
    return zeros + (_base58_number(text).bit_length() + 7) // 8


def _base58check_holds(text: str) -> bool:
    """True when the last four of 25 bytes are the double SHA-256 of the first 21."""
    number = _base58_number(text)
    if number.bit_length() > 25 * 8:
        return False
    raw = number.to_bytes(25, "big")
    return hashlib.sha256(hashlib.sha256(raw[:21]).digest()).digest()[:4] == raw[21:]


def _bech32_holds(text: str) -> bool:
    """True for a checksum of BIP-173 (constant 1) or BIP-350 (Bech32m)."""
    human, _, data = text.rpartition("1")
    values = [ord(c) >> 5 for c in human] + [0] + [ord(c) & 31 for c in human]
    values += [_BECH32.index(c) for c in data]
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, mask in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= mask if top >> bit & 1 else 0
    return check in {1, 0x2BC830A3}
