"""The one error tree: each child is named by its situation and carries the facts, never text."""

from __future__ import annotations


class SeedwardenError(Exception):
    """Something this product foresaw; the message tells what happened and what to do."""


class SettingInvalid(SeedwardenError):
    """A setting stops the start: its name, and what it must look like."""

    def __init__(self, name: str, expected: str) -> None:
        super().__init__(f"{name} is not usable: {expected}.")
        self.name = name


class NotFound(SeedwardenError):
    """There is no such thing, or it is not yours to see: both look the same on purpose."""


class TokenInvalid(SeedwardenError):
    """The access token is missing, forged, expired or belongs to another conversation."""


class ChoiceUnknown(SeedwardenError):
    """The choice is not among those the customer was last offered."""


class ConversationClosed(SeedwardenError):
    """The conversation has ended and takes no more messages."""


class MoveRefused(SeedwardenError):
    """A ticket cannot go from its status to the one that was asked for."""

    def __init__(self, status: str, wanted: str) -> None:
        super().__init__(f"A ticket that is {status} cannot become {wanted}.")
        self.status = status
        self.wanted = wanted


class TooManyWaiting(SeedwardenError):
    """A customer's earlier messages are still being answered and the queue is full."""

    def __init__(self, retry_after: int) -> None:
        super().__init__("Earlier messages of this conversation are still being answered.")
        self.retry_after = retry_after


class Overtaken(SeedwardenError):
    """Another process stored a message of this customer while one was being read: read it anew."""


class DeskUnavailable(SeedwardenError):
    """The desk's database did not do what was asked; ``reason`` is the driver's kind of error."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The desk's database does not answer: {reason}. Nothing was changed.")
        self.reason = reason


class EngineUnavailable(SeedwardenError):
    """Rasa or the action server gave no usable answer; ``reason`` is one word for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"The dialogue engine gave no usable answer: {reason}.")
        self.reason = reason
