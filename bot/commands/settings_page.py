"""All settings: as they stand here, or as the page of the manual that is made of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click
import yaml
from pydantic import SecretStr
from pydantic.fields import FieldInfo

from bot.settings import PREFIX, Settings, load_settings

_WORDS: Final = Path(__file__).with_name("settings.yml")
_HEAD: Final = """# Configuration

Made by `seedwarden settings --markdown`; do not edit.

Every setting is an environment variable; a value that is not usable stops the start and is named.
Times are seconds unless said otherwise. A secret may also come from a file:
`SEEDWARDEN_<NAME>_FILE` names it.

`seedwarden check --production` names every value that is not fit for customers.
"""


@dataclass(frozen=True, slots=True)
class Section:
    """Settings that belong together: field to meaning, and variable to default and meaning."""

    title: str
    settings: Mapping[str, str]
    outside: Mapping[str, tuple[str, str]]


def sections() -> list[Section]:
    """What each setting means, in the order of the page."""
    raw: list[dict[str, Any]] = yaml.safe_load(_WORDS.read_text(encoding="utf-8"))["sections"]
    return [
        Section(
            one["title"],
            one["settings"],
            {name: (str(row[0]), row[1]) for name, row in one.get("outside", {}).items()},
        )
        for one in raw
    ]


@click.command()
@click.option("--markdown", is_flag=True, help="The page docs/configuration.md.")
def settings(*, markdown: bool) -> None:
    """Show all settings as they stand here; secrets are not shown."""
    lines = page() if markdown else _standing(load_settings())
    for line in lines:
        click.echo(line)


def page() -> Iterator[str]:
    """The lines of the manual's page."""
    yield from _HEAD.splitlines()
    for section in sections():
        yield from ("", f"## {section.title}", "", "| variable | default | meaning |")
        yield "| --- | --- | --- |"
        for name, meaning in section.settings.items():
            field = Settings.model_fields.get(name)
            if field is not None:
                yield f"| `{PREFIX}{name.upper()}` | {_default(field)} | {meaning}{_kind(field)} |"
        for variable, (default, meaning) in section.outside.items():
            yield f"| `{variable}` | {default} | {meaning} |"


def _default(field: FieldInfo) -> str:
    given = field.default
    value = given.get_secret_value() if isinstance(given, SecretStr) else given
    if isinstance(value, bool):
        return str(value).lower()
    return "none" if value == "" else f"{value:g}" if isinstance(value, float) else str(value)


def _kind(field: FieldInfo) -> str:
    """What a value may be, where the meaning does not say it."""
    if field.annotation is SecretStr:
        return " *(secret)*"
    if field.annotation not in {int, float}:
        return ""
    limits = [_bound(rule) for rule in field.metadata]
    return f" ({', '.join(limit for limit in limits if limit)})" if any(limits) else ""


def _bound(rule: object) -> str:
    for name, word in (("ge", "from"), ("gt", "above"), ("le", "up to"), ("lt", "below")):
        value = getattr(rule, name, None)
        if value is not None:
            return f"{word} {value}"
    return ""


def _standing(given: Settings) -> Iterator[str]:
    for name, field in type(given).model_fields.items():
        value = getattr(given, name)
        if isinstance(value, SecretStr):
            value = "(set)" if value.get_secret_value() else "(not set)"
        mark = "" if value in {field.default, "(not set)"} else "  *"
        yield f"{PREFIX}{name.upper():<24} {value}{mark}"
