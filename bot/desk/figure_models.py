"""The desk's figures as values: what the dashboard and its CSV files show."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Spread:
    """How a span of time is spread, in seconds: None where nothing was measured."""

    count: int
    median: float | None
    ninth: float | None
    """Nine of ten were shorter."""

    @classmethod
    def of(cls, spans: Sequence[float]) -> Spread:
        """Measure spans."""
        if not spans:
            return cls(0, None, None)
        ordered = sorted(spans)
        ninth = ordered[min(len(ordered) - 1, int(0.9 * len(ordered)))]
        return cls(len(ordered), statistics.median(ordered), ninth)


@dataclass(frozen=True, slots=True)
class Day:
    """Conversations that began on a day in which a customer wrote, by who was needed."""

    day: date
    bot: int
    person: int


@dataclass(frozen=True, slots=True)
class ScamDay:
    """Robberies that were noticed on a day, by kind."""

    day: date
    kinds: dict[str, int]


@dataclass(frozen=True, slots=True)
class TopicFigures:
    """One topic: its conversations, what became of them, and how long its tickets took."""

    topic: str
    conversations: int
    alone: int
    again: int
    rated: int
    stars: int
    first_answer: Spread
    solution: Spread

    @property
    def by_bot(self) -> float | None:
        """The share that needed no person, 0 to 1."""
        return self.alone / self.conversations if self.conversations else None

    @property
    def returned(self) -> float | None:
        """The share whose customer came back within seven days, 0 to 1."""
        return self.again / self.conversations if self.conversations else None

    @property
    def rating(self) -> float | None:
        """The mean rating, 1 to 5."""
        return self.stars / self.rated if self.rated else None


@dataclass(frozen=True, slots=True)
class Figures:
    """What the dashboard shows; ``waiting`` and ``served`` are now, else over the asked span.

    ``refusals`` are the agents' words that were held back, by login.
    """

    waiting: int
    served: int
    wait: Spread
    first_answer: Spread
    solution: Spread
    days: tuple[Day, ...]
    topics: tuple[TopicFigures, ...]
    ratings: tuple[int, ...]
    guard: dict[str, int]
    scams: tuple[ScamDay, ...]
    secrets: dict[str, int]
    refusals: dict[str, int]

    @property
    def conversations(self) -> int:
        """All conversations of the span in which a customer wrote."""
        return sum(day.bot + day.person for day in self.days)

    @property
    def by_bot(self) -> float | None:
        """The share of conversations that needed no person, 0 to 1."""
        total = self.conversations
        return sum(day.bot for day in self.days) / total if total else None

    @property
    def returned(self) -> float | None:
        """The share of conversations whose customer came back within seven days, 0 to 1."""
        total = sum(topic.conversations for topic in self.topics)
        return sum(topic.again for topic in self.topics) / total if total else None

    @property
    def rating(self) -> float | None:
        """The mean rating, 1 to 5."""
        count = sum(self.ratings)
        total = sum(score * n for score, n in enumerate(self.ratings, 1))
        return total / count if count else None

    @property
    def scam_kinds(self) -> dict[str, int]:
        """Robberies over the whole span, by kind, the most frequent first."""
        kinds: dict[str, int] = {}
        for day in self.scams:
            for kind, count in day.kinds.items():
                kinds[kind] = kinds.get(kind, 0) + count
        return dict(sorted(kinds.items(), key=lambda item: (-item[1], item[0])))
