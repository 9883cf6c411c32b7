"""The parts of Chatwoot's webhooks that we read; all else is left alone."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore")


class Person(_Shape):
    """Who did something: ``user`` is an agent, ``contact`` a customer, ``agent_bot`` a bot."""

    id: int
    type: str = ""


class Meta(_Shape):
    """Who a conversation is assigned to."""

    assignee: Person | None = None


class Thread(_Shape):
    """A conversation; ``id`` is the number that agents see."""

    id: int
    status: str = ""
    meta: Meta = Field(default_factory=Meta)


class MessageEvent(_Shape):
    """``message_created``."""

    id: int
    content: str | None = None
    message_type: str | int = ""
    private: bool = False
    sender: Person | None = None
    conversation: Thread
    attachments: list[Any] | None = None


class ThreadEvent(Thread):
    """``conversation_updated``, ``conversation_status_changed``, ``conversation_resolved``.

    ``changed_attributes`` is a list of ``{"name": {"previous_value", "current_value"}}``.
    """

    changed_attributes: list[dict[str, Any]] | None = None

    def has_changed(self, name: str) -> bool:
        """True when an attribute is among those that changed."""
        return any(name in change for change in self.changed_attributes or ())


class TypingEvent(_Shape):
    """``conversation_typing_on``."""

    conversation: Thread
    user: Person | None = None
    is_private: bool = False
