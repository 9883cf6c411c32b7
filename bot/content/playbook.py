"""Playbooks: per problem, what to try first, what to ask, and how the case ends."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from bot.content.wording import Text, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

Priority = Literal["low", "normal", "high", "urgent"]

FIELD_KINDS: Final = (
    "choice",
    "yes_no",
    "text",
    "transaction_id",
    "address",
    "amount",
    "time",
    "version",
    "serial",
    "model",
)

When = dict[str, tuple[str, ...]]
"""Fact → values, one of which must hold; all facts must hold. ``unknown`` stands for none."""


@dataclass(frozen=True)
class Option:
    """One answer of a choice field.

    ``words`` tell it unasked, in any message; ``answers`` only where the field was asked for.
    A ``vague`` option gives way to any other that a message tells too.
    """

    id: str
    label: Text
    words: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    vague: bool = False


@dataclass(frozen=True)
class Field:
    """One thing to find out: its kind, the reply that asks, the reply that says why.

    ``words`` of a text field tell it unasked: "Windows 11" names a computer wherever it stands.
    """

    id: str
    kind: str
    label: Text
    ask: str
    why: str
    entity: str = ""
    names: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    when: When = field(default_factory=dict)
    skippable: bool = True
    words: tuple[str, ...] = ()

    def option(self, option_id: str) -> Option | None:
        """Find an option by id."""
        return next((option for option in self.options if option.id == option_id), None)


@dataclass(frozen=True)
class Block:
    """Two or three first steps, said together, and when they fit.

    ``name`` is for the ticket ("other cable"), ``title`` for the page ("Try another cable").
    ``solves`` is false where they cannot end the problem: after them only the next follows.
    """

    id: str
    reply: str
    when: When = field(default_factory=dict)
    name: Text | None = None
    solves: bool = True
    title: Text | None = None


@dataclass(frozen=True)
class Alarm:
    """What tells a robbery under way: its advice is said at once, the case becomes urgent."""

    signal: str
    when: When


@dataclass(frozen=True)
class HandOver:
    """What tells that the case belongs to another playbook; known facts go with it.

    ``tells`` names what the new playbook then knows: its field, and the option that holds.
    """

    to: str
    when: When
    tells: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """A question that customers ask in the middle of this problem, and the reply to it."""

    words: tuple[str, ...]
    reply: str


@dataclass(frozen=True)
class Playbook:
    """Everything the dialogue knows about one problem.

    ``before`` names the fields that must be known before first steps can be chosen; ``intro``
    is said before the questions, ``after_ticket`` behind the reference. ``closing`` is said when
    the steps are used up and no ticket is opened: never (``opens_ticket``), or not where one of
    ``no_ticket_when`` holds, because nobody could do anything with it. ``headline`` names the
    fields that a ticket's summary gives first, without their labels; ``telling`` those
    whose options, named in a first message, tell that it is about this problem.
    """

    topic: str
    name: Text
    team: str
    priority: Priority
    opens_ticket: bool
    warnings: tuple[Block, ...]
    before: tuple[str, ...]
    blocks: tuple[Block, ...]
    fields: tuple[Field, ...]
    closing: str = ""
    intro: str = ""
    after_ticket: str = ""
    urgent_when: When = field(default_factory=dict)
    no_ticket_when: tuple[When, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    hands_over: tuple[HandOver, ...] = ()
    asked: tuple[Asked, ...] = ()
    headline: tuple[str, ...] = ()
    telling: tuple[str, ...] = ()

    def field(self, field_id: str) -> Field:
        """Find a field by id.

        Raises:
            KeyError: the playbook has no such field.
        """
        for item in self.fields:
            if item.id == field_id:
                return item
        raise KeyError(field_id)

    @property
    def replies(self) -> frozenset[str]:
        """All reply names that the playbook uses."""
        names = {block.reply for block in (*self.warnings, *self.blocks)}
        names.update(name for item in self.fields for name in (item.ask, item.why))
        names.update({self.closing, self.intro, self.after_ticket})
        names.update(item.reply for item in self.asked)
        return frozenset(names - {""})


def read_playbook(raw: Mapping[str, Any]) -> Playbook:
    """Read a playbook that has passed its schema.

    Raises:
        KeyError: ``before`` or ``headline`` names a field that is not there.
    """
    playbook = Playbook(
        topic=raw["topic"],
        name=text_of(raw["name"]),
        team=raw["team"],
        priority=raw["priority"],
        opens_ticket=raw["opens_ticket"],
        warnings=tuple(_block(item) for item in raw["warnings"]),
        before=tuple(raw.get("before", ())),
        blocks=tuple(_block(item, solves=raw.get("solvable", True)) for item in raw["steps"]),
        fields=tuple(_field(item) for item in raw["fields"]),
        closing=raw.get("closing", ""),
        intro=raw.get("intro", ""),
        after_ticket=raw.get("after_ticket", ""),
        urgent_when=_when(raw.get("urgent_when")),
        no_ticket_when=tuple(_when(item) for item in raw.get("no_ticket_when", ())),
        alarms=tuple(Alarm(item["signal"], _when(item["when"])) for item in raw.get("alarms", ())),
        hands_over=tuple(
            HandOver(item["to"], _when(item["when"]), dict(item.get("tells", {})))
            for item in raw.get("hands_over", ())
        ),
        asked=tuple(Asked(_words(item["words"]), item["reply"]) for item in raw.get("asked", ())),
        headline=tuple(raw.get("headline", ())),
        telling=tuple(raw.get("telling", ())),
    )
    for name in (*playbook.before, *playbook.headline, *playbook.telling):
        playbook.field(name)
    return playbook


def _block(raw: Mapping[str, Any], *, solves: bool = True) -> Block:
    name, title = (text_of(raw[key]) if key in raw else None for key in ("name", "title"))
    return Block(
        id=raw["id"],
        reply=raw["reply"],
        when=_when(raw.get("when")),
        name=name,
        solves=raw.get("solves", solves),
        title=title,
    )


def _field(raw: Mapping[str, Any]) -> Field:
    return Field(
        id=raw["id"],
        kind=raw["kind"],
        label=text_of(raw["label"]),
        ask=raw["ask"],
        why=raw["why"],
        entity=raw.get("entity", ""),
        names=_words(raw.get("names")),
        options=tuple(
            Option(
                id=item["id"],
                label=text_of(item),
                words=_words(item.get("words")),
                answers=_words(item.get("answers")),
                vague=item.get("vague", False),
            )
            for item in raw.get("options", ())
        ),
        when=_when(raw.get("when")),
        skippable=raw.get("skippable", True),
        words=_words(raw.get("words")),
    )


def _when(raw: Mapping[str, Any] | None) -> When:
    return {key: tuple(str(value) for value in values) for key, values in (raw or {}).items()}


def _words(raw: Mapping[str, Any] | None) -> tuple[str, ...]:
    return tuple(str(word) for words in (raw or {}).values() for word in words)
