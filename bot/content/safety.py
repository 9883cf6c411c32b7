"""Which reply answers which kind of secret; the same whether Rasa is there or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SECRET_REPLIES: Final[Mapping[str, str]] = {
    "seed_phrase": "secret_shared__seed_phrase",
    "share": "secret_shared__seed_phrase",
    "private_key": "secret_shared__private_key",
    "extended_key": "secret_shared__private_key",
    "keystore": "secret_shared__private_key",
    "pin": "secret_shared__code",
    "password": "secret_shared__code",
    "one_time_code": "secret_shared__code",
    "card_number": "secret_shared__identity",
    "national_id": "secret_shared__identity",
}
