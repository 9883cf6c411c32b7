"""The recognisers, one a file; each is a function from a ``Reading`` to findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.guard.secrets import (
    card_number,
    extended_key,
    hex_key,
    key_parts,
    keystore,
    national_id,
    one_time_code,
    password,
    pin,
    private_key,
    word_numbers,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.guard.findings import Finding
    from bot.guard.normalise import Reading

    Recogniser = Callable[[Reading], list[Finding]]

RECOGNISERS: Final[dict[str, Recogniser]] = {
    module.NAME: module.find
    for module in (
        private_key,
        extended_key,
        hex_key,
        key_parts,
        keystore,
        word_numbers,
        pin,
        one_time_code,
        password,
        card_number,
        national_id,
    )
}
"""All recognisers but ``phrase``, which also needs the memory of the conversation."""
