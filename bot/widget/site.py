"""The pages of the support site: topics, questions, official contacts, how to recognise fraud.

All of them are written from `data`; a topic, a question or a contact that is added there is on
the site after the next start. A page that does not exist says so and offers the search.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Protocol

from fastapi import APIRouter, Request, Response

from bot.content.profile import profile
from bot.content.signals import load_signals
from bot.guard.contacts import book
from bot.widget.missing import missing_router
from bot.widget.prose import Block, blocks_of
from bot.widget.quoting import Linked, linking
from bot.widget.topics import Topics

if TYPE_CHECKING:
    from pathlib import Path

    from bot.content import Choice, Content, Language
    from bot.content.channels import Channel, Fact
    from bot.content.faq import Question
    from bot.content.signals import SignalKind

_EXAMPLES: Final = 2
_LONGEST_EXAMPLE: Final = 200
# Customers mix languages in one sentence; a page shows what all of its readers understand.
_FOREIGN: Final[Mapping[str, re.Pattern[str]]] = {
    "en": re.compile(r"[^\x00-\u024f\u2000-\u20bf]"),
    "zh": re.compile(r"[a-z]{2,} +[a-z]{2,}"),
}
_PLACES: Final[Mapping[str, str]] = {
    "official_channel": "/channels",
    "check_contact": "/verify",
    "my_ticket": "/status",
}
"""Choices that have a page of their own."""


class Renderer(Protocol):
    """What makes pages."""

    @property
    def words(self) -> Mapping[Language, Mapping[str, Any]]:
        """The words of the pages by language."""

    def render(self, request: Request, template: str, **more: Any) -> Response:
        """Give a page in the language that the address or the browser asks for."""

    def language(self, request: Request) -> Language:
        """The language of the page."""


@dataclass(frozen=True, slots=True)
class Link:
    """A place on this site, without the language."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class Trick:
    """A trick of thieves: its name, how it was told, and what to do."""

    id: str
    name: str
    told: list[str]
    advice: list[Block]


@dataclass(frozen=True, slots=True)
class Vendor:
    """Where a vendor can be reached, and what it does not have or never does."""

    id: str
    name: str
    channels: list[Channel]
    facts: list[Fact]


class Site:
    """What the pages show, from the content."""

    def __init__(self, content: Content, root: Path, pages: Renderer) -> None:
        self.content = content
        self.topics = Topics(content, pages.words)
        self._words = pages.words
        self._root = root

    def links(self, question: Question, language: Language) -> Iterator[Link]:
        """Where a question leads next; choices that only the chat has are left out."""
        for name in question.next:
            choice = self.content.choices[name]
            place = self._place(choice)
            if place:
                yield Link(place, choice.label.of(language))

    def linked(self, language: Language) -> Linked:
        """What sets a line of a page: choices that it quotes lead to their pages."""
        choices = self.content.choices.values()
        places = {one.label.of(language): self._place(one) for one in choices}
        return linking({label: f"{to}?lang={language}" for label, to in places.items() if to})

    def _place(self, choice: Choice) -> str:
        """The page of a choice; empty where only the chat has it."""
        question = choice.id.partition("__")[2]
        if choice.id in _PLACES:
            return _PLACES[choice.id]
        if choice.send in self.content.playbooks:
            return f"/topics/{choice.send}"
        return f"/faq/{question}" if question in self.content.faq.questions else ""

    def tricks(self, language: Language) -> list[Trick]:
        """Every trick that the assistant knows, in the order of the file."""
        return [self._trick(kind, language) for kind in self._signals if self._advice(kind)]

    def vendors(self, language: Language) -> dict[str, list[Vendor]]:
        """Vendors with verified channels or facts, by their kind; ``own`` are the operator's."""
        shelves: dict[str, list[Vendor]] = {}
        channels = book().channels
        for name in channels.vendors:
            vendor = Vendor(
                id=name,
                name=self._vendor_name(name, language),
                channels=sorted(channels.of(name), key=lambda row: not row.current),
                facts=[*channels.facts(name)],
            )
            kind = "own" if profile().owns(name) else self.content.groups.get(name, "public")
            shelves.setdefault(kind, []).append(vendor)
        return shelves

    def _vendor_name(self, vendor: str, language: Language) -> str:
        label = self.content.labels.get(vendor)
        if label is not None:
            return label.of(language)
        return str(self._words[language]["channels_names"].get(vendor, vendor))

    @cached_property
    def _signals(self) -> list[SignalKind]:
        return list(load_signals(self._root).signals.values())

    def _advice(self, kind: SignalKind) -> str:
        name = f"scam_in_progress__{kind.id}"
        return name if name in self.content.replies else ""

    def _trick(self, kind: SignalKind, language: Language) -> Trick:
        advice = self.content.reply(self._advice(kind)).render(language)
        understood = (line for line in kind.yes[language] if not _FOREIGN[language].search(line))
        told = sorted(understood, key=lambda line: not _is_neat(line))[:_EXAMPLES]
        return Trick(kind.id, kind.name[language], told, list(blocks_of(advice)))


def _is_neat(line: str) -> bool:
    """True for a short line without a typing mistake that leaps to the eye; there are many."""
    whole = not line.isascii() or line.endswith((".", "?", "!"))
    return whole and not line[0].islower() and len(line) <= _LONGEST_EXAMPLE


class SitePages:
    """Answers the requests for the site's pages."""

    def __init__(self, site: Site, pages: Renderer) -> None:
        self._site = site
        self._faq = site.content.faq
        self._pages = pages

    async def home(self, request: Request) -> Response:
        """Everything at a glance."""
        return self._pages.render(request, "home.html", site=self._site, faq=self._faq)

    async def topic(self, request: Request, topic: str) -> Response:
        """First steps and what to prepare."""
        if topic not in self._site.topics.ids():
            return self.missing(request)
        language = self._pages.language(request)
        shown, linked = self._site.topics.page(topic, language), self._site.linked(language)
        return self._pages.render(request, "topic.html", topic=shown, linked=linked)

    async def questions(self, request: Request) -> Response:
        """All questions by area."""
        return self._pages.render(request, "questions.html", faq=self._faq)

    async def question(self, request: Request, question: str) -> Response:
        """One question with its answer, its source, its date."""
        found = self._faq.questions.get(question)
        if found is None:
            return self.missing(request)
        links = list(self._site.links(found, self._pages.language(request)))
        return self._pages.render(
            request, "question.html", question=found, links=links, faq=self._faq
        )

    async def channels(self, request: Request) -> Response:
        """Every vendor's official contacts."""
        vendors = self._site.vendors(self._pages.language(request))
        today = datetime.now(UTC).date()
        return self._pages.render(request, "channels.html", shelves=vendors, today=today)

    async def fraud(self, request: Request) -> Response:
        """The tricks of thieves, and what to do."""
        language = self._pages.language(request)
        tricks, linked = self._site.tricks(language), self._site.linked(language)
        return self._pages.render(
            request, "fraud.html", tricks=tricks, linked=linked, site=self._site
        )

    def missing(self, request: Request) -> Response:
        """Say that there is no such page, and help on.

        Its address is in no link: whatever somebody pasted behind ours would be repeated.
        """
        answer = self._pages.render(request, "missing.html", site=self._site, path="/")
        answer.status_code = 404
        return answer


def site_router(site: Site, pages: Renderer) -> APIRouter:
    """The routes of the site, to be mounted by the gateway."""
    shown = SitePages(site, pages)
    routes = APIRouter(include_in_schema=False)
    views: dict[str, Callable[..., Any]] = {
        "/": shown.home,
        "/topics/{topic}": shown.topic,
        "/faq": shown.questions,
        "/faq/{question}": shown.question,
        "/channels": shown.channels,
        "/fraud": shown.fraud,
    }
    for path, show in views.items():
        routes.add_api_route(path, show, methods=["GET", "HEAD"])
    routes.include_router(missing_router(shown.missing))
    return routes
