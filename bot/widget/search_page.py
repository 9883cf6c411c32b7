"""The page `/search`: what is typed comes by POST and has passed the guard before it is looked up.

Customers type anything into a search box, a recovery phrase too. In an address it would stand in
the history, in the access logs of every proxy on the way and in the referrer; so a search has no
address of its own, and what the guard found is never shown again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import structlog
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from bot.content.folding import fold
from bot.content.language import LANGUAGES
from bot.widget.checker import Checked, Checker
from bot.widget.forms import short_text
from bot.widget.phrasings import SERVICES
from bot.widget.prose import Block, blocks_of
from bot.widget.searching import Finder, Found, words_of
from bot.widget.site import Link

if TYPE_CHECKING:
    from bot.content import Language
    from bot.content.faq import Question
    from bot.widget.pages import Pages
    from bot.widget.site import Site

_log = structlog.get_logger(__name__)

_SHOWN_AGAIN: Final = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """An entry as an answer: its page, its text, the question that it is."""

    link: Link
    text: list[Block]
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """What a search shows: ``looked`` is false where nothing was looked up.

    ``asked`` is safe to show again, ``trouble`` names a sentence.
    """

    looked: bool = False
    asked: str = ""
    trouble: str = ""
    found: Checked = field(default_factory=Checked)
    best: list[Answer] = field(default_factory=list)
    others: list[Link] = field(default_factory=list)
    vendors: list[Link] = field(default_factory=list)


class Searching:
    """Guards what was typed, looks it up, and words what was found."""

    def __init__(self, site: Site, finder: Finder, checker: Checker, pages: Pages) -> None:
        self._site = site
        self._finder = finder
        self._checker = checker
        self._pages = pages

    async def results(self, request: Request) -> Results:
        """Answer the form; when the guard breaks, nothing is looked up."""
        text = await short_text(request, "q")
        if not text:
            return Results(trouble="search_long" if text is None else "search_empty")
        language = self._pages.language(request)
        try:
            return await run_in_threadpool(self._look, text, language)
        except Exception as error:  # noqa: BLE001 - whatever broke, the visitor gets the list
            _log.error("search_failed", error=type(error).__name__)
            return Results(trouble="search_failed")

    def _look(self, text: str, language: Language) -> Results:
        guarded = self._checker.search(text, language)
        if not guarded.safe:
            return Results(found=guarded.found)  # it opens a wallet: that is all there is to say
        named = self._find(guarded.safe)
        # Who searches for a contact is told about it, not what comes near its letters.
        others = named.others if named.best or not guarded.found.judgements else ()
        return Results(
            looked=True,
            asked=text[:_SHOWN_AGAIN] if guarded.clean else "",
            found=guarded.found,
            best=[self._answer(name, language) for name in named.best],
            others=[self._link(name, language) for name in others],
            vendors=self._vendors(guarded.safe, language),
        )

    def _find(self, safe: str) -> Found:
        """Find what a text asks for; who types the very name of a page gets that page."""
        found = self._finder.find(safe)
        name = self._names.get(tuple(words_of(safe)))
        if name is None:
            return found
        return Found((name,), tuple(one for one in (*found.best, *found.others) if one != name))

    @cached_property
    def _names(self) -> dict[tuple[str, ...], str]:
        return {tuple(words_of(title)): name for name, title in self._titled()}

    def _titled(self) -> Iterator[tuple[str, str]]:
        """Every entry with its title, in both languages."""
        entries = (*self._site.content.faq.questions, *self._site.topics.ids(), *SERVICES)
        for language in LANGUAGES:
            yield from ((name, self._link(name, language).name) for name in entries)

    def _answer(self, name: str, language: Language) -> Answer:
        question = self._site.content.faq.questions.get(name)
        link = self._link(name, language)
        if question is not None:
            return Answer(link, list(blocks_of(question.answer.of(language))), question)
        if name in self._site.content.playbooks:
            topic = self._site.topics.page(name, language)
            return Answer(link, [block for part in topic.first for block in part.text])
        return Answer(link, [Block("p", [self._words(language)[f"{name}_about"]])])

    def _link(self, name: str, language: Language) -> Link:
        question = self._site.content.faq.questions.get(name)
        if question is not None:
            return Link(f"/faq/{name}", question.question.of(language))
        if name in self._site.content.playbooks:
            return Link(f"/topics/{name}", self._site.topics.name(name, language))
        return Link(f"/{name}", self._words(language)[f"{name}_name"])

    def _vendors(self, safe: str, language: Language) -> list[Link]:
        """The official contacts of every vendor that is named."""
        said = fold(safe)
        shelves = self._site.vendors(language).values()
        return [
            Link(f"/channels#{vendor.id}", vendor.name)
            for shelf in shelves
            for vendor in shelf
            if fold(vendor.name) in said
        ]

    def _words(self, language: Language) -> Any:
        return self._pages.words[language]


def search_router(searching: Searching, pages: Pages, site: Site) -> APIRouter:
    """The routes of the search, to be mounted by the gateway."""
    routes = APIRouter(include_in_schema=False)

    def page(request: Request, results: Results) -> Response:
        note = pages.note(results.found, pages.language(request))
        answer = pages.render(
            request, "search.html", results=results, note=note, found=results.found, site=site
        )
        if results.asked:  # nothing was found in it: the way back from an answer leads here again
            answer.headers["Cache-Control"] = "private, no-cache"
        return answer

    @routes.api_route("/search", methods=["GET", "HEAD"])
    async def ask(request: Request) -> Response:
        return page(request, Results())

    @routes.post("/search")
    async def search(request: Request) -> Response:
        return page(request, await searching.results(request))

    return routes
