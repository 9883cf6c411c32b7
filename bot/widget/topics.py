"""A playbook as a page: what to know first, what to try, what to have at hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bot.widget.prose import Block, blocks_of, without_closing_question

if TYPE_CHECKING:
    from bot.content import Block as Step
    from bot.content import Content, Field, Language, Playbook
    from bot.content.faq import Question

# What tells no visitor anything: "any other", "we do not know".
_EVERYBODY: Final = frozenset({"unknown", "other"})
_MOST_NAMES: Final = 2  # a longer list of cases is no heading
_MOST_GROUPS: Final = 3
_MOST_TOLD: Final = 3
_OWN: Final = frozenset({"hardware", "app", "bitcoin_wallet", "self", "unknown"})


@dataclass(frozen=True, slots=True)
class Part:
    """Steps or a warning: for which case, in short what to do, and the text."""

    case: str
    title: str
    text: list[Block]


@dataclass(frozen=True, slots=True)
class Item:
    """Something to have at hand, and why."""

    label: str
    why: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic's page. ``say`` opens the chat about it; ``related`` are questions of the FAQ."""

    id: str
    name: str
    say: str
    first: list[Part]
    special: list[Part]
    steps: list[Part]
    prepare: list[Item]
    opens_ticket: bool
    related: list[Question]


class Topics:
    """The topics that a visitor can choose: every choice that opens a playbook."""

    def __init__(self, content: Content, words: Mapping[Language, Mapping[str, Any]]) -> None:
        self._content = content
        self._words = words

    def ids(self) -> list[str]:
        """Playbooks that a choice leads to, in the order of the choices."""
        chosen = (choice.send for choice in self._content.choices.values())
        return list(dict.fromkeys(send for send in chosen if send in self._content.playbooks))

    def name(self, topic: str, language: Language) -> str:
        """What the choice that leads to a topic is called."""
        for choice in self._content.choices.values():
            if choice.send == topic:
                return choice.label.of(language)
        return self._content.playbooks[topic].name.of(language)

    def page(self, topic: str, language: Language) -> Topic:
        """Put a topic's page together.

        Raises:
            KeyError: there is no such topic.
        """
        playbook = self._content.playbooks[topic]
        writer = _Writer(self._content, playbook, language, self._words[language])
        warnings = [writer.part(step) for step in _once(playbook.warnings)]
        return Topic(
            id=topic,
            name=self.name(topic, language),
            say=self.name(topic, language),
            first=[part for part in warnings if not part.case],
            special=[part for part in warnings if part.case],
            steps=[writer.part(step) for step in _once(playbook.blocks)],
            prepare=list(writer.items()),
            opens_ticket=playbook.opens_ticket,
            related=self._related(topic),
        )

    def _related(self, topic: str) -> list[Question]:
        """Questions that send on to the topic."""
        names = {choice.id for choice in self._content.choices.values() if choice.send == topic}
        questions = self._content.faq.questions.values()
        return [question for question in questions if names & set(question.next)]


def _once(steps: Iterable[Step]) -> Iterator[Step]:
    """Each text under the first case that leads to it; the chat has several ways there."""
    said: set[str] = set()
    for step in steps:
        if step.reply not in said:
            said.add(step.reply)
            yield step


def _of_own_wallets(step: Step) -> bool:
    """True for what can only be done where the customer holds the key."""
    whose = {*step.when.get("custody", ()), *step.when.get("group", ())}
    return bool(whose) and whose <= _OWN


@dataclass(frozen=True, slots=True)
class _Writer:
    """Words one playbook in one language."""

    content: Content
    playbook: Playbook
    language: Language
    words: Mapping[str, Any]

    def part(self, step: Step) -> Part:
        """Word a step or a warning."""
        text = without_closing_question(self.content.reply(step.reply).render(self.language))
        title = step.title.of(self.language) if step.title else ""
        return Part(self._case(step), title, list(blocks_of(text)))

    def items(self) -> Iterator[Item]:
        """What the assistant would ask for, and its reason."""
        for wanted in self.playbook.fields:
            if wanted.id != "details":
                why = self.content.reply(wanted.why).render(self.language)
                yield Item(wanted.label.of(self.language), why)

    def _case(self, step: Step) -> str:
        """For whom a step is; empty where it is for everybody."""
        named = (self._named(fact, values) for fact, values in step.when.items())
        cases = [case for case in named if case]
        if not cases and _of_own_wallets(step):
            cases = [self.words["groups"]["self"]]
        return str(self.words["case_and"]).join(cases)

    def _named(self, fact: str, values: tuple[str, ...]) -> str:
        if fact == "brand":
            return str(self.words["other_brands"]) if "other" in values else ""
        telling = [value for value in values if value not in _EVERYBODY]
        if fact == "custody" and len(telling) < len(values):
            return ""
        if len(telling) > _MOST_TOLD and "unknown" in values and "other" not in values:
            return ""  # nearly everybody
        if fact == "group" and "hardware" in telling:
            return self._devices(telling)
        if fact == "group" and len(telling) > _MOST_GROUPS:
            return str(self.words["groups"]["no_device"])
        # "That is all I know" tells something alone or in front, and nothing behind another case.
        telling = [one for one in telling if one == telling[0] or not self._is_vague(fact, one)]
        names = list(dict.fromkeys(filter(None, (self._label(fact, one) for one in telling))))
        more = self.words["case_more"] if len(names) > _MOST_NAMES else ""
        return str(self.words["case_or"]).join(names[:_MOST_NAMES]) + more

    def _devices(self, telling: list[str]) -> str:
        """Names devices where only they are meant, on a page that is mostly about other things."""
        groups = [step.when["group"] for step in self.playbook.blocks if "group" in step.when]
        own = [group for group in groups if set(group) <= {"hardware", "unknown"}]
        named = telling == ["hardware"] and len(own) * 2 <= len(groups)
        return str(self.words["groups"]["hardware"]) if named else ""

    def _is_vague(self, fact: str, value: str) -> bool:
        options = (item.option(value) for item in self.playbook.fields if item.id == fact)
        return any(option is not None and option.vague for option in options)

    def _label(self, fact: str, value: str) -> str:
        if fact in {"group", "custody"}:
            return str(self.words["groups"][value])
        label = self.content.labels.get(value)
        for field in self.playbook.fields:
            if field.id == fact:
                return self._option(field, value) or (label.of(self.language) if label else "")
        return label.of(self.language) if label else ""

    def _option(self, field: Field, value: str) -> str:
        """An option's label; with the field's own where "yes" alone would tell nothing."""
        if value == "yes":
            return field.label.of(self.language)
        option = field.option(value)
        if option is None:
            return ""
        label = option.label.of(self.language)
        bare = label.startswith(tuple(self.words["bare"]))
        return f"{field.label.of(self.language)}{self.words['colon']}{label}" if bare else label
