"""The dashboard: how the desk does, as pictures with their tables, and as CSV for leads."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any, Final

from fastapi import Response

from bot.console.charts import columns, rows
from bot.console.shell import Visit
from bot.desk.figures import Figures, Spread

SPANS: Final = (7, 30, 90)
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


async def shown(visit: Visit) -> Response:
    """The page."""
    days = _days(visit)
    figures = await visit.parts.desk.figures(days)
    names = visit.words["guard_hits"]
    guard = {str(names[name]): count for name, count in figures.guard.items()}
    scams = {_scam(visit, name): count for name, count in figures.scams.items()}
    secrets = {str(visit.words["risks"].get(k, k)): n for k, n in figures.secrets.items()}
    ratings = {str(score): count for score, count in enumerate(figures.ratings, 1)}
    return visit.render(
        "figures.html",
        here="/desk/figures",
        figures=figures,
        days=days,
        spans=SPANS,
        by_day=columns([(f"{day.day:%m-%d}", (day.bot, day.person)) for day in figures.days]),
        tables=[
            ("ratings", ratings, rows(ratings)),
            ("guard", guard, rows(guard)),
            ("scams", scams, rows(scams)),
            ("secrets", secrets, rows(secrets)),
        ],
        may_export=visit.me.role in {"lead", "admin"},
    )


async def csv_file(visit: Visit) -> Response:
    """The same figures as CSV; that they were taken along is written down."""
    days = _days(visit)
    figures = await visit.parts.desk.figures(days)
    await visit.parts.desk.noted(visit.me, "figures_exported", "", f"{days} days")
    file = io.StringIO()
    csv.writer(file).writerows([_harmless(cell) for cell in row] for row in _lines(figures))
    headers = {
        "Content-Disposition": f'attachment; filename="seedwarden-figures-{days}-days.csv"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    # With the mark at its front, spreadsheets read the file as UTF-8.
    return Response(f"\ufeff{file.getvalue()}", headers=headers, media_type="text/csv")


def _lines(figures: Figures) -> Iterator[list[Any]]:
    yield ["figure", "of", "value"]
    yield ["waiting now", "", figures.waiting]
    yield ["with a person now", "", figures.served]
    for name in ("wait", "first_answer", "solution"):
        spread: Spread = getattr(figures, name)
        yield [name, "count", spread.count]
        yield [name, "median seconds", spread.median]
        yield [name, "p90 seconds", spread.ninth]
    for day in figures.days:
        yield ["conversations by the bot alone", day.day.isoformat(), day.bot]
        yield ["conversations with a person", day.day.isoformat(), day.person]
    for score, count in enumerate(figures.ratings, 1):
        yield ["rating", score, count]
    for name in ("guard", "scams", "secrets"):
        for key, count in getattr(figures, name).items():
            yield [name, key, count]


def _harmless(cell: Any) -> Any:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def _scam(visit: Visit, name: str) -> str:
    return str(visit.words["scams"].get(name, name.replace("_", " ")))


def _days(visit: Visit) -> int:
    asked = visit.number("days")
    return asked if asked in SPANS else 7
