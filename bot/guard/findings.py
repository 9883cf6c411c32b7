"""What the guard says about a text: spans with a kind, never the words themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from bot.guard.safetext import SafeText

SecretKind = Literal[
    "seed_phrase",
    "private_key",
    "extended_key",
    "keystore",
    "share",
    "one_time_code",
    "password",
    "pin",
    "card_number",
    "national_id",
]
Certainty = Literal["proven", "likely", "partial"]
Expected = Literal["transaction_id"]
ContactKind = Literal["site", "email", "phone", "handle", "app", "repository"]
ContactVerdict = Literal["official", "retired", "imitation", "reported_scam", "unknown"]
Severity = Literal["notice", "warning", "emergency"]

SECRET_KINDS: Final[tuple[SecretKind, ...]] = get_args(SecretKind)

KEYS_TO_THE_FUNDS: Final[frozenset[SecretKind]] = frozenset(
    {"seed_phrase", "private_key", "extended_key", "keystore", "share"}
)
"""Kinds that open the wallet: the whole message is replaced, unless ``Finding.is_undecided``."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A secret in a text: characters ``start`` to ``end`` of the text as it was given."""

    kind: SecretKind
    start: int
    end: int
    certainty: Certainty

    @property
    def opens_the_wallet(self) -> bool:
        """True when it gives access to the funds, so that the whole message has to go."""
        return self.kind in KEYS_TO_THE_FUNDS and not self.is_undecided

    @property
    def is_undecided(self) -> bool:
        """True for a number that may be a private key or a transaction's id: its middle goes."""
        return self.kind == "private_key" and self.certainty == "partial"


@dataclass(frozen=True, slots=True)
class Signal:
    """A sign of a robbery under way; ``id`` names it in ``data/knowledge``."""

    id: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact named in a text, and what the registry knows about it."""

    value: str
    kind: ContactKind
    verdict: ContactVerdict
    vendor: str | None


@dataclass(frozen=True, slots=True)
class Inspected:
    """The guard's answer about one message of a customer.

    ``taints`` holds the ids of earlier messages that turned out to be pieces of the same
    secret and have to be redacted where they were stored and shown.
    """

    safe_text: SafeText
    findings: tuple[Finding, ...] = ()
    signals: tuple[Signal, ...] = ()
    contacts: tuple[Contact, ...] = ()
    taints: tuple[str, ...] = ()

    @property
    def opens_the_wallet(self) -> bool:
        """True when a finding gives access to the funds and the message was replaced whole."""
        return any(finding.opens_the_wallet for finding in self.findings)

    @property
    def asks_key_or_transaction(self) -> bool:
        """True when a number was hidden in the middle and its owner should say what it is."""
        return any(finding.is_undecided for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an outgoing text was refused: a rule's name and the span it objects to."""

    rule: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Review:
    """The outbound guard's answer; ``safe_text`` is None exactly when the text is refused."""

    safe_text: SafeText | None
    reasons: tuple[Reason, ...] = ()

    @property
    def allowed(self) -> bool:
        """True when the text may be sent."""
        return self.safe_text is not None
