"""The FAQ: questions that need no case, with one authored answer each.

``data/topics/faq/answers.yml`` holds the answers; each becomes a reply ``faq__<id>`` and each
question a choice of the same name, so that actions and engine handle names only.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from bot.content.language import LANGUAGES
from bot.content.replies import Choice, Reply
from bot.content.wording import Text, text_of
from bot.content.yaml_files import read_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from bot.content.channels import Channels

INTENT: Final = "faq"
SOURCE_LINE: Final = "faq_source"
"""The reply that words the last line of every answer."""
FEWEST_EXAMPLES: Final = 10
"""Ways to ask each question, per language, below which it is not found reliably."""
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


@dataclass(frozen=True)
class Question:
    """One question: ``sources`` says where its answer can be read, ``as_of`` when it held.

    ``next`` names choices: a topic's, a service's, or another question's.
    """

    id: str
    area: str
    question: Text
    answer: Text
    sources: tuple[Text, ...]
    as_of: date
    next: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of its reply and of its choice."""
        return f"{INTENT}__{self.id}"

    @property
    def month(self) -> Text:
        """``as_of`` as it is written in both languages."""
        year, month = self.as_of.year, self.as_of.month
        return Text(f"{year}年{month}月", f"{_MONTHS[month - 1]} {year}")


@dataclass(frozen=True)
class Faq:
    """All questions by id, in the order of the file, and the labels of their areas."""

    areas: Mapping[str, Text]
    questions: Mapping[str, Question]

    def of(self, area: str) -> tuple[Question, ...]:
        """Give the questions of one area."""
        return tuple(item for item in self.questions.values() if item.area == area)

    def replies(self, source_line: Reply) -> Iterator[Reply]:
        """Word each answer: its text, where it comes from, and its next steps as choices."""
        for item in self.questions.values():
            yield Reply(item.name, _worded(item, source_line), item.next)

    def choices(self) -> Iterator[Choice]:
        """Give a choice for each question; taking it answers the question."""
        for item in self.questions.values():
            send = f"{INTENT}{json.dumps({'question': item.id})}"
            yield Choice(item.name, item.question, send)


EMPTY: Final = Faq({}, {})


def read_faq(raw: Mapping[str, Any], channels: Channels) -> Faq:
    """Read an FAQ that has passed its schema.

    Raises:
        ValueError: an id twice, an unknown area or source, or a source the registry lacks.
    """
    areas = {key: text_of(label) for key, label in raw["areas"].items()}
    sources = {key: _source(key, row, channels) for key, row in raw["sources"].items()}
    questions: dict[str, Question] = {}
    for row in raw["questions"]:
        if row["id"] in questions:
            raise ValueError(f"the question {row['id']} is there twice")
        if row["area"] not in areas:
            raise ValueError(f"the question {row['id']} is of an unknown area, {row['area']}")
        questions[row["id"]] = _question(row, sources)
    return Faq(areas, questions)


def _question(row: Mapping[str, Any], sources: Mapping[str, Text]) -> Question:
    unknown = [key for key in row["source"] if key not in sources]
    if unknown:
        raise ValueError(f"the question {row['id']} has an unknown source, {unknown[0]}")
    return Question(
        id=row["id"],
        area=row["area"],
        question=text_of(row["question"]),
        answer=text_of(row["answer"]),
        sources=tuple(sources[key] for key in row["source"]),
        as_of=date.fromisoformat(f"{row['as_of']}-01"),
        next=tuple(row["next"]),
    )


def _source(key: str, row: Mapping[str, Any], channels: Channels) -> Text:
    """Name a source by the registry: a retired or unverified contact is none."""
    vendor = row["vendor"]
    if "fact" in row:
        if row["fact"] not in {fact.id for fact in channels.facts(vendor)}:
            raise ValueError(f"the source {key} names no fact of the registry")
        return text_of(row["name"])
    for channel in channels.of(vendor):
        wanted = channel.kind == row["kind"] and row.get("value", channel.value) == channel.value
        if wanted and channel.current:
            return Text(channel.value, channel.value)
    raise ValueError(f"the source {key} names no current row of the registry")


def _worded(item: Question, source_line: Reply) -> Text:
    said: dict[str, str] = {}
    for language, comma in zip(LANGUAGES, ("、", ", "), strict=True):
        named = comma.join(source.of(language) for source in item.sources)
        params = {"source": named, "month": item.month.of(language)}
        said[language] = f"{item.answer.of(language)}\n{source_line.render(language, params)}"
    return text_of(said)


def examples(root: Path) -> dict[str, dict[str, Sequence[str]]]:
    """Read how customers ask: language → question id → lines of ``nlu.<language>.yml``.

    Raises:
        OSError, yaml.YAMLError: a file is missing or is no YAML.
    """
    folder = root / "data" / "topics" / INTENT
    return {language: dict(_asked(folder / f"nlu.{language}.yml")) for language in LANGUAGES}


def _asked(path: Path) -> Iterator[tuple[str, Sequence[str]]]:
    for entry in read_yaml(path.read_text(encoding="utf-8"))["nlu"]:
        lines = [line.removeprefix("- ") for line in entry["examples"].splitlines()]
        yield entry["intent"].removeprefix(f"{INTENT}/"), lines


def unfound(faq: Faq, root: Path) -> Iterator[str]:
    """Say which questions cannot be found, and which examples lead nowhere."""
    for language, asked in examples(root).items():
        for name in sorted(asked.keys() - faq.questions.keys()):
            yield f"faq/{name} has examples in {language}, but there is no such question"
        for name in faq.questions:
            count = len(asked.get(name, ()))
            if count < FEWEST_EXAMPLES:
                yield f"faq/{name} has {count} examples in {language}, not {FEWEST_EXAMPLES}"
