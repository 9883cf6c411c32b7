"""The dashboard: how the desk does, as pictures with their tables, and as CSV for leads."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any, Final

from fastapi import Response

from bot.console.charts import columns, rows
from bot.console.shell import Visit
from bot.desk.figure_models import Figures, Spread

SPANS: Final = (7, 30, 90)
PARTS: Final = ("overview", "days", "topics", "scams", "guard", "secrets", "ratings", "refusals")
_LEADING: Final = ("lead", "admin")
_SERIES: Final = 5
"""Kinds of robbery with a colour of their own; the rarer ones share the last."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


async def shown(visit: Visit) -> Response:
    """The page."""
    days = _days(visit)
    figures = await visit.parts.desk.figures(days, _topics(visit))
    may_export = visit.me.role in _LEADING
    return visit.render(
        "figures.html",
        here="/desk/figures",
        figures=figures,
        days=days,
        spans=SPANS,
        by_day=columns([(f"{day.day:%m-%d}", (day.bot, day.person)) for day in figures.days]),
        scam_series=_series(figures),
        scam_chart=_scam_chart(figures),
        tables=[(name, values, rows(values)) for name, values in _bars(visit, figures)],
        topic_chart=rows({_topic(visit, one.topic): one.conversations for one in figures.topics}),
        refusals=figures.refusals if visit.me.role != "agent" else None,
        may_export=may_export,
    )


async def csv_file(visit: Visit) -> Response:
    """The same figures as CSV, all or one part; that they were taken along is written down."""
    days = _days(visit)
    asked = visit.arg("part")
    parts = (asked,) if asked in PARTS else PARTS
    figures = await visit.parts.desk.figures(days, _topics(visit))
    detail = " ".join((f"{days} days", *(parts if len(parts) == 1 else ())))
    await visit.parts.desk.noted(visit.me, "figures_exported", "", detail)
    file = io.StringIO()
    lines = [["figure", "of", "value"], *(line for part in parts for line in _lines(part, figures))]
    csv.writer(file).writerows([_harmless(cell) for cell in row] for row in lines)
    name = "-".join(("seedwarden", *(parts if len(parts) == 1 else ("figures",)), f"{days}-days"))
    headers = {
        "Content-Disposition": f'attachment; filename="{name}.csv"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    # With the mark at its front, spreadsheets read the file as UTF-8.
    return Response(f"\ufeff{file.getvalue()}", headers=headers, media_type="text/csv")


def _bars(visit: Visit, figures: Figures) -> Iterator[tuple[str, dict[str, int]]]:
    hits, risks = visit.words["guard_hits"], visit.words["risks"]
    yield "guard", {str(hits[name]): count for name, count in figures.guard.items()}
    yield "secrets", {str(risks.get(k, k)): n for k, n in figures.secrets.items()}
    yield "ratings", {str(score): count for score, count in enumerate(figures.ratings, 1)}


def _series(figures: Figures) -> list[str]:
    """The kinds of robbery that have a colour of their own, "other" for the rest."""
    kinds = list(figures.scam_kinds)
    return kinds if len(kinds) <= _SERIES else [*kinds[: _SERIES - 1], "other"]


def _scam_chart(figures: Figures) -> Any:
    named = _series(figures)
    shown = [kind for kind in named if kind != "other"]

    def parts(kinds: dict[str, int]) -> Sequence[int]:
        counts = [kinds.get(kind, 0) for kind in shown]
        rest = sum(kinds.values()) - sum(counts)
        return [*counts, rest] if "other" in named else counts

    return columns([(f"{day.day:%m-%d}", parts(day.kinds)) for day in figures.scams])


def _lines(part: str, figures: Figures) -> Iterator[list[Any]]:
    if part == "overview":
        yield from _overview(figures)
    elif part == "topics":
        yield from _by_topic(figures)
    elif part in {"days", "scams"}:
        yield from _by_day(part, figures)
    elif part == "ratings":
        for score, count in enumerate(figures.ratings, 1):
            yield ["rating", score, count]
    else:
        for key, count in getattr(figures, part).items():
            yield [part, key, count]


def _by_day(part: str, figures: Figures) -> Iterator[list[Any]]:
    if part == "days":
        for day in figures.days:
            yield ["conversations by the bot alone", day.day.isoformat(), day.bot]
            yield ["conversations with a person", day.day.isoformat(), day.person]
        return
    for scam in figures.scams:
        for kind, count in scam.kinds.items():
            yield [f"scam {kind}", scam.day.isoformat(), count]


def _overview(figures: Figures) -> Iterator[list[Any]]:
    yield ["waiting now", "", figures.waiting]
    yield ["with a person now", "", figures.served]
    yield ["conversations", "", figures.conversations]
    yield ["share without a person", "", _rounded(figures.by_bot)]
    yield ["share that came back within seven days", "", _rounded(figures.returned)]
    yield ["mean rating", "", _rounded(figures.rating)]
    for name in ("wait", "first_answer", "solution"):
        yield from _spread(name, "", getattr(figures, name))


def _by_topic(figures: Figures) -> Iterator[list[Any]]:
    for one in figures.topics:
        yield ["conversations", one.topic, one.conversations]
        yield ["share without a person", one.topic, _rounded(one.by_bot)]
        yield ["share that came back within seven days", one.topic, _rounded(one.returned)]
        yield ["mean rating", one.topic, _rounded(one.rating)]
        yield ["ratings", one.topic, one.rated]
        yield from _spread("first_answer", one.topic, one.first_answer)
        yield from _spread("solution", one.topic, one.solution)


def _spread(name: str, of: str, spread: Spread) -> Iterator[list[Any]]:
    yield [f"{name} count", of, spread.count]
    yield [f"{name} median seconds", of, _rounded(spread.median)]
    yield [f"{name} p90 seconds", of, _rounded(spread.ninth)]


def _rounded(value: float | None) -> float | str:
    return "" if value is None else round(value, 3)


def _harmless(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _topics(visit: Visit) -> Sequence[str]:
    """The intents by which the bot's own conversations are sorted."""
    small = {"greet", "goodbye", "thank", "affirm", "deny", "cancel", "bot_challenge"}
    return [intent for intent in visit.words["intents"] if intent not in small]


def _topic(visit: Visit, name: str) -> str:
    return str(visit.words["intents"].get(name, name.replace("_", " ")))


def _days(visit: Visit) -> int:
    asked = visit.number("days")
    return asked if asked in SPANS else 7
