"""Lists what was understood badly, for a person to label; nothing trains itself."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import click
import yaml
from sqlalchemy.ext.asyncio import AsyncSession

from bot.content import load_content
from bot.desk.database import open_database
from bot.desk.lessons import Heard, heard_since
from bot.errors import SeedwardenError
from bot.guard import scrub
from bot.nlu import launch
from bot.settings import ROOT, Settings, load_settings
from bot.supervisor.checks import check_interpreter
from bot.supervisor.parts import rasa_python

ASKED_AGAIN: Final = ("clarify", "clarify_again")
"""Replies that say: I did not understand."""
FALLBACK: Final = "nlu_fallback"
RESERVED: Final = frozenset({"choose", "secret_shared", "scam_in_progress"})
UNSURE: Final = 0.6
HEADER: Final = """\
# Messages that were understood badly, in safe text: first those that a person corrected,
# by the intent they gave, then the others by the intent that lies nearest.
# Give each its intent, or delete it; take what is worth learning, in words of your own, into
# data/topics/<intent>/nlu.<language>.yml. Nothing is trained from this file.
"""


class NotClassified(SeedwardenError):
    """The model gave no answer."""


@dataclass(frozen=True)
class Lesson:
    """One message to label: why it is listed, and what lies nearest."""

    text: str
    language: str
    why: str
    nearest: str
    confidence: float
    chosen: str
    corrected: str = ""


@click.command()
@click.option("--days", default=30, show_default=True, type=click.IntRange(1, 3650))
@click.option("--limit", default=5_000, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--output", default="-", type=click.File("w", encoding="utf-8"), help="A file.")
def learn(days: int, limit: int, output: Any) -> None:
    """List the messages that were understood badly, as YAML for a person to label."""
    since = datetime.now(UTC) - timedelta(days=days)
    heard = asyncio.run(_read(load_settings(), since, limit))
    output.write(as_yaml(lessons(heard, classified(heard), _asking_again())))


async def _read(settings: Settings, since: datetime, limit: int) -> list[Heard]:
    engine = open_database(settings.desk_url)
    try:
        async with AsyncSession(engine) as session:
            return await heard_since(session, since, limit)
    except Exception as error:  # noqa: BLE001 - the driver's own errors differ by database
        raise click.ClickException(
            f"The desk's database gave no answer ({type(error).__name__}). Check "
            "SEEDWARDEN_DATABASE_URL, and bring its tables up to date with 'seedwarden migrate'."
        ) from None
    finally:
        await engine.dispose()


def _asking_again() -> frozenset[str]:
    replies = load_content(ROOT).replies
    texts = [replies[name].text for name in ASKED_AGAIN]
    return frozenset(text for each in texts for text in (each.of("zh"), each.of("en")))


def classified(heard: Sequence[Heard]) -> list[Mapping[str, Any]]:
    """What the model of today makes of each text.

    Raises:
        NotClassified: it did not answer every line.
    """
    if not heard:
        return []
    python = rasa_python(ROOT)
    check_interpreter(python)
    lines = "".join(
        json.dumps({"id": number, "text": item.text}) + "\n" for number, item in enumerate(heard)
    )
    done = subprocess.run(  # noqa: S603 - a command of our own
        [str(python), "-m", "bot.nlu.classify"],
        input=lines.encode(),
        capture_output=True,
        check=False,
        cwd=ROOT,
        env=dict(os.environ) | launch.training_environment(ROOT),
    )
    answers: list[Mapping[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or len(answers) != len(heard):
        raise NotClassified("The model did not answer. Train it with 'seedwarden train' first.")
    return answers


def lessons(
    heard: Iterable[Heard], answers: Iterable[Mapping[str, Any]], asking: frozenset[str]
) -> list[Lesson]:
    """Those that a person corrected, were asked again, or leave the model of today unsure."""
    found = []
    for item, answer in zip(heard, answers, strict=True):
        ranking = [rank for rank in answer["ranking"] if rank["intent"] != FALLBACK]
        if item.corrected:
            found.append(_corrected(item, answer, ranking))
            continue
        if item.intent in RESERVED or answer["intent"] in RESERVED or not ranking:
            continue
        if asking.intersection(item.replies):
            why = "asked again"
        elif item.intent != FALLBACK and ranking[0]["confidence"] < UNSURE:
            why = f"unsure, taken for {item.intent}"
        else:
            continue
        best = ranking[0]
        found.append(
            Lesson(
                str(scrub(item.text)),
                item.language,
                why,
                best["intent"],
                best["confidence"],
                item.chosen.partition("{")[0] if item.chosen else "",
            )
        )
    return found


def _corrected(
    item: Heard, answer: Mapping[str, Any], ranking: Sequence[Mapping[str, Any]]
) -> Lesson:
    """What a person said, whatever the model of today thinks of it."""
    taken = f"taken for {item.intent}" if item.intent else "answered by a person"
    best = ranking[0] if ranking else {"intent": answer["intent"], "confidence": 0.0}
    return Lesson(
        str(scrub(item.text)),
        item.language,
        f"corrected by the desk, {taken}",
        best["intent"],
        best["confidence"],
        "",
        item.corrected,
    )


def as_yaml(found: Iterable[Lesson]) -> str:
    """Corrections first, a block an intent, each text once with its count.

    Behind them the likeliest misunderstandings come first.
    """
    groups: dict[tuple[str, str], dict[str, list[Lesson]]] = defaultdict(lambda: defaultdict(list))
    for lesson in found:
        key = (
            ("corrected to", lesson.corrected) if lesson.corrected else ("nearest", lesson.nearest)
        )
        groups[key][lesson.text].append(lesson)
    blocks = [
        {kind: intent, "messages": [_entry(same) for same in _ordered(texts.values())]}
        for (kind, intent), texts in sorted(groups.items())
    ]
    return HEADER + yaml.safe_dump(blocks, allow_unicode=True, sort_keys=False, width=1_000)


def _ordered(groups: Iterable[list[Lesson]]) -> list[list[Lesson]]:
    return sorted(groups, key=lambda same: (-len(same), same[0].confidence, same[0].text))


def _entry(same: list[Lesson]) -> dict[str, Any]:
    first = same[0]
    chosen = next((lesson.chosen for lesson in same if lesson.chosen), "")
    return {
        "text": first.text,
        "language": first.language,
        "why": first.why,
        "confidence": first.confidence,
        "times": len(same),
        **({"chosen next": chosen} if chosen else {}),
        "intent": None,
    }
