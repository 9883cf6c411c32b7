"""The rules of ``outbound_rules.yml``, read and compiled once."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bot.content.yaml_files import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE: Final = Path(__file__).resolve().parents[2] / "data" / "knowledge" / "outbound_rules.yml"
_NEVER: Final = re.compile(r"(?!)")

Pattern = re.Pattern[str]


@dataclass(frozen=True)
class Thing:
    """Something no honest support asks for: its words and the verbs thieves ask with.

    ``hard`` verbs make a request by themselves, ``soft`` ones only with a place outside the
    owner's device ("use it on our page"). ``direct`` needs no verb beside it.
    """

    name: str
    rule: str
    secret: bool
    words: Pattern
    hard: Pattern
    soft: Pattern
    direct: Pattern
    not_after: Pattern
    not_before: Pattern


@lru_cache(maxsize=1)
def things() -> tuple[Thing, ...]:
    """Give the things in the order of the file."""
    raw = read_yaml(_FILE.read_text("utf-8"))
    return tuple(_thing(name, row, raw["verbs"]) for name, row in raw["things"].items())


def _thing(name: str, row: Mapping[str, Any], verbs: Mapping[str, Any]) -> Thing:
    hard, soft = row["verbs"], row.get("soft_verbs", [])
    return Thing(
        name=name,
        rule=row["rule"],
        secret=bool(row.get("secret")),
        words=_any([*row["zh"], *row["en"]]),
        hard=_verbs(hard, verbs),
        soft=_verbs(soft, verbs),
        direct=_any([*row.get("direct_en", []), *row.get("direct_zh", [])]),
        not_after=_any([row[k] for k in ("not_after_en", "not_after_zh") if k in row]),
        not_before=_any([row[k] for k in ("not_before_en",) if k in row]),
    )


def _verbs(names: list[str], verbs: Mapping[str, Any]) -> Pattern:
    english = "|".join(verbs[name]["en"] for name in names)
    chinese = "|".join(verbs[name]["zh"] for name in names if verbs[name]["zh"])
    if not names:
        return _NEVER
    return re.compile(rf"(?<![a-z])(?:{english})(?![a-z])|{chinese}", re.ASCII)


def _any(patterns: list[str]) -> Pattern:
    # ASCII: a Latin word beside a Chinese character has its boundary there.
    joined = "|".join(f"(?:{pattern})" for pattern in patterns)
    return re.compile(joined, re.ASCII) if patterns else _NEVER
