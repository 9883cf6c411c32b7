"""What a profile must hold to, beyond its schema: no entry missing, none against another."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from bot.content.colours import ENOUGH, contrast, tinted
from bot.content.logo import LogoInvalid, read_logo
from bot.content.office_hours import CalendarInvalid, read_office_hours
from bot.content.profile_file import in_all, misshapen
from bot.content.yaml_files import read_yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from bot.content.profile_file import Problem, Source

LEGAL: Final = ("imprint", "privacy", "terms")
GROUNDS: Final[Mapping[str, tuple[str, ...]]] = {
    "light": ("#ffffff", "#f5f7f5"),
    "dark": ("#182123", "#11191a"),
}
"""What our pages and the chat are drawn on; links in the accent stand on it."""

_DATA: Final = Path(__file__).resolve().parents[2] / "data"
_SCHEMA: Final = _DATA / "knowledge" / "schema" / "profile.schema.json"
_HOST: Final = r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,62}"
_FORMS: Final[Mapping[str, tuple[re.Pattern[str], str]]] = {
    "site": (re.compile(_HOST), "help.example.com: the host alone, in small letters"),
    "support_site": (re.compile(_HOST + r"(?:/[^\s?#]*)?"), "help.example.com, or with a path"),
    "email_domain": (re.compile(_HOST), "example.com: what follows the @, in small letters"),
    "email": (re.compile(r"[a-z0-9._+-]+@" + _HOST[_HOST.index("(?:") :]), "help@example.com"),
    "phone": (re.compile(r"\+[1-9][0-9]{6,14}|[0-9]{3,6}"), "+8610…: digits without spaces"),
    "handle": (re.compile(r"[a-z]+:[a-z0-9_.-]{2,64}"), "x:example: network and name"),
    "app_id": (re.compile(r"[a-z0-9._-]{3,80}"), "com.example.wallet, in small letters"),
    "repository": (re.compile(r"(?:github|gitlab)\.com/[\w.-]+(?:/[\w.-]+)?"), "github.com/name"),
}


def broken(source: Source) -> list[Problem]:
    """Everything that is wrong with a profile; what the schema refuses is not looked at twice."""
    if not isinstance(source.raw, dict):
        return [source.problem((), "it holds no entries; copy data/profile.yml and change it")]
    misplaced = list(misshapen(source, _SCHEMA))
    usable = set(source.raw) - {where[0] for where, _ in misplaced if where}
    found = [problem for _, problem in misplaced]
    for needed, rule in _RULES:
        if usable.issuperset(needed):
            found += rule(source, source.raw)
    return found


def written_calendar(given: str | Mapping[str, Any], folder: Path) -> Mapping[str, Any]:
    """The calendar as it is written, in the profile itself or in the file that it names.

    Raises:
        OSError, UnicodeDecodeError, yaml.YAMLError: the file cannot be read.
    """
    if not isinstance(given, str):
        return given
    text = (folder / given).read_text(encoding="utf-8")
    raw: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - texts only
    return raw


def _names(source: Source, raw: Mapping[str, Any]) -> Iterator[Problem]:
    yield from in_all(source, ("name",), raw["name"], raw["languages"])


def _logo(source: Source, raw: Mapping[str, Any]) -> Iterator[Problem]:
    folder = source.file.parent.resolve()
    if not (folder / raw["logo"]).resolve().is_relative_to(folder):
        yield source.problem(("logo",), "it lies elsewhere; put it beside this file")
        return
    try:
        read_logo(folder / raw["logo"])
    except LogoInvalid as error:
        yield source.problem(("logo",), str(error))


def _colours(source: Source, raw: Mapping[str, Any]) -> Iterator[Problem]:
    for scheme, pair in raw["colours"].items():
        where = ("colours", scheme)
        pairs = [("on_accent", "accent", contrast(pair["on_accent"], pair["accent"]))]
        grounds = (*GROUNDS[scheme], tinted(GROUNDS[scheme][0], pair["accent"]))
        pairs += [("accent", one, contrast(pair["accent"], one)) for one in grounds]
        for text, ground, reached in pairs:
            if reached < ENOUGH:
                # Rounded down: what reads 4.5 must be 4.5.
                told = f"{int(reached * 100) / 100:.2f}:1, at least {ENOUGH}:1 is needed"
                what = f"{text} cannot be read on {ground} ({told}); choose another {text}"
                yield source.problem((*where, text), what)


def _vendors(source: Source, raw: Mapping[str, Any]) -> Iterator[Problem]:
    if raw["own_vendors"]:
        file = _DATA / "knowledge" / "vendors.yml"
        known = read_yaml(file.read_text(encoding="utf-8"))["vendors"]
        for number, vendor in enumerate(raw["own_vendors"]):
            if vendor not in known:
                what = f"{vendor} is no vendor; add it to data/knowledge/{file.name}, or correct it"
                yield source.problem(("own_vendors", number), what)


def _hours(source: Source, raw: Mapping[str, Any]) -> Iterator[Problem]:
    try:
        read_office_hours(written_calendar(raw["office_hours"], source.file.parent))
    except OSError:
        yield source.problem(("office_hours",), "the file cannot be read; check its path")
    except (CalendarInvalid, UnicodeDecodeError, yaml.YAMLError) as error:
        known = isinstance(error, CalendarInvalid)
        told = str(error).rstrip(".") if known else "The file is no YAML in UTF-8"
        yield source.problem(("office_hours",), f"{told}; correct it")


def _contacts(source: Source, raw: Mapping[str, Any]) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for number, row in enumerate(raw["contacts"]):
        where, kind = ("contacts", number), row["kind"]
        form, looks = _FORMS[kind]
        if not form.fullmatch(row["value"]):
            what = f"{row['value']!r} is no {kind}; write it like {looks}"
            yield source.problem((*where, "value"), what)
        if (kind, row["value"].lower()) in seen:
            yield source.problem((*where, "value"), "it is listed twice; remove one")
        seen.add((kind, row["value"].lower()))
        if "note" in row:
            yield from in_all(source, (*where, "note"), row["note"], raw["languages"])


def _accounts(source: Source, raw: Mapping[str, Any]) -> Iterator[Problem]:
    seen: set[tuple[str, str]] = set()
    for number, row in enumerate(raw["messengers"]):
        account = (row["platform"], row["handle"].lstrip("@").lower())
        if account in seen:
            yield source.problem(("messengers", number), "it is listed twice; remove one")
        seen.add(account)


def _legal(source: Source, raw: Mapping[str, Any]) -> Iterator[Problem]:
    own = [row["value"].partition("/")[0] for row in raw["contacts"] if "site" in row["kind"]]
    for name, entry in raw["legal"].items():
        for kind, texts in entry.items():
            yield from in_all(source, ("legal", name, kind), texts, raw["languages"])
        for language, link in entry.get("link", {}).items():
            host = link.removeprefix("https://").partition("/")[0]
            if not any(host == one or host.endswith(f".{one}") for one in own):
                what = f"{host} is none of the sites under contacts; add it there, or correct it"
                yield source.problem(("legal", name, "link", language), what)


_RULES: Final[Sequence[tuple[tuple[str, ...], Callable[..., Iterator[Problem]]]]] = (
    (("name", "languages"), _names),
    (("logo",), _logo),
    (("colours",), _colours),
    (("own_vendors",), _vendors),
    (("office_hours",), _hours),
    (("contacts", "languages"), _contacts),
    (("messengers",), _accounts),
    (("legal", "contacts", "languages"), _legal),
)
"""Each rule with the entries it reads."""
