"""The operator's profile: whose support desk this is, and how it looks, speaks and is reached.

One YAML file, ``data/profile.yml`` unless another is named (docs/profile.md). It is read once a
process, on first use.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from bot.content.logo import Logo, read_logo
from bot.content.office_hours import use_office_hours
from bot.content.profile_file import Problem, Source
from bot.content.profile_rules import LEGAL, broken, written_calendar
from bot.content.wording import Text, text_of
from bot.content.yaml_files import read_yaml
from bot.errors import SeedwardenError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.content.channels import ChannelKind
    from bot.content.language import Language

FILE: Final = Path(__file__).resolve().parents[2] / "data" / "profile.yml"
_PLATFORMS: Final = FILE.parent / "knowledge" / "messengers.yml"
OPERATOR: Final = "operator"
"""The operator's name among the vendors of the registry of official channels."""


class ProfileInvalid(SeedwardenError):
    """A profile cannot be used: everything that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        told = "\n".join(f"  {problem}" for problem in self.problems)
        super().__init__(
            f"The operator's profile cannot be used, nothing was started:\n{told}\n"
            "Correct the file that SEEDWARDEN_PROFILE names, then run: seedwarden check"
        )


@dataclass(frozen=True)
class Colours:
    """One scheme's colours, ``#rrggbb``: of buttons and links, and of what stands on them."""

    accent: str
    on_accent: str


@dataclass(frozen=True)
class OwnContact:
    """A way to reach the operator; ``value`` is canonical as in the registry."""

    kind: ChannelKind
    value: str
    note: Text


@dataclass(frozen=True)
class Messenger:
    """An account of the operator; ``handle`` has no ``@``."""

    platform: str
    handle: str
    platform_name: Text

    @property
    def value(self) -> str:
        """The account as the registry writes it: ``platform:name``."""
        return f"{self.platform}:{self.handle.lower()}"


@dataclass(frozen=True)
class LegalText:
    """The imprint, the privacy notice or the terms: a short ``text``, or a ``link``."""

    name: str
    text: Text | None
    link: Text | None


@dataclass(frozen=True, eq=False)
class Profile:
    """Whose support desk this is.

    A text that the profile has in one language only reads the same in both. ``office_hours``
    is the calendar as it is written; ``brands`` holds names by how surely they are the operator's.
    """

    name: Text
    logo: Logo = field(repr=False)
    light: Colours
    dark: Colours
    languages: tuple[Language, ...]
    own_vendors: tuple[str, ...]
    office_hours: Mapping[str, Any] = field(repr=False)
    contacts: tuple[OwnContact, ...]
    brands: Mapping[str, tuple[str, ...]]
    messengers: tuple[Messenger, ...]
    legal: tuple[LegalText, ...]

    @property
    def language(self) -> Language:
        """The language of whoever asks for none that is offered."""
        return self.languages[0]

    def owns(self, vendor: str | None) -> bool:
        """True for the operator itself and the vendors that it is."""
        return vendor is not None and (vendor == OPERATOR or vendor in self.own_vendors)

    def offers(self, language: str) -> bool:
        """True when customers are served in a language."""
        return language in self.languages

    def served(self, language: Language) -> Language:
        """The language itself where it is offered, else the one that is."""
        return language if language in self.languages else self.language

    def accounts(self, language: Language) -> str:
        """The operator's accounts in messengers as a sentence names them; empty without any."""
        joint, colon = ("、", "：") if language == "zh" else (", ", ": ")
        named = (f"{row.platform_name.of(language)}{colon}{row.handle}" for row in self.messengers)
        return joint.join(named)

    def of(self, *kinds: ChannelKind) -> tuple[OwnContact, ...]:
        """The operator's own contacts of some kinds."""
        return tuple(contact for contact in self.contacts if contact.kind in kinds)


_chosen: Final[list[Profile]] = []


def profile() -> Profile:
    """The profile in use, the neutral one where none was chosen.

    Raises:
        ProfileInvalid: it cannot be used.
    """
    return _chosen[-1] if _chosen else use_profile(None)


def located(file: str | Path | None) -> Path:
    """Where a profile lies: relative names count from the project's root, none is the neutral."""
    return FILE.parents[1] / file if file else FILE


def use_profile(file: str | Path | None) -> Profile:
    """Use another file from now on, None: the neutral one; its calendar comes into use too.

    Called where the parts are put together, before the first reply.

    Raises:
        ProfileInvalid: it cannot be used; the one before stays in use.
    """
    found = load_profile(located(file))
    _chosen[:] = [found]
    use_office_hours(found.office_hours)
    return found


def load_profile(file: Path) -> Profile:
    """Read and check a profile.

    Raises:
        ProfileInvalid: entries are missing or contradict each other: all of them.
    """
    source, problems = examined(file)
    if problems or source is None:
        raise ProfileInvalid(problems)
    return _profile(source.raw, file.parent)


def examined(file: Path) -> tuple[Source | None, list[Problem]]:
    """Read a profile and list everything that is wrong with it; None: it is no YAML."""
    try:
        source = Source(file)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        return None, [Problem(file.name, "the file", _unread(error))]
    return source, broken(source)


def _unread(error: Exception) -> str:
    if isinstance(error, OSError):
        return "it cannot be read; check the path in SEEDWARDEN_PROFILE"
    mark = getattr(error, "problem_mark", None)
    line = f" in line {mark.line + 1}" if mark is not None else ""
    return f"it is no YAML{line} ({getattr(error, 'problem', None) or 'not UTF-8'}); correct it"


def _profile(raw: Mapping[str, Any], folder: Path) -> Profile:
    schemes = [Colours(**raw["colours"][scheme]) for scheme in ("light", "dark")]
    return Profile(
        name=_text(raw["name"]),
        logo=read_logo(folder / raw["logo"]),
        light=schemes[0],
        dark=schemes[1],
        languages=tuple(raw["languages"]),
        own_vendors=tuple(raw["own_vendors"]),
        office_hours=written_calendar(raw["office_hours"], folder),
        contacts=tuple(_contact(row) for row in raw["contacts"]),
        brands={kind: tuple(names) for kind, names in (raw.get("brands") or {}).items()},
        messengers=tuple(_messengers(raw["messengers"])),
        legal=tuple(_legal(name, raw["legal"][name]) for name in LEGAL if name in raw["legal"]),
    )


def _text(raw: Mapping[str, str]) -> Text:
    """Read a text; where one language is missing, nobody is offered it."""
    only = next(iter(raw.values()))
    return Text(zh=raw.get("zh", only).strip(), en=raw.get("en", only).strip())


def _contact(row: Mapping[str, Any]) -> OwnContact:
    return OwnContact(row["kind"], row["value"], _text(row.get("note") or {"en": ""}))


def _messengers(rows: Iterable[Mapping[str, str]]) -> Iterator[Messenger]:
    names = read_yaml(_PLATFORMS.read_text(encoding="utf-8")) if rows else {}
    for row in rows:
        name = text_of(names[row["platform"]])
        yield Messenger(row["platform"], row["handle"].lstrip("@"), name)


def _legal(name: str, raw: Mapping[str, Any]) -> LegalText:
    text, link = (_text(raw[kind]) if kind in raw else None for kind in ("text", "link"))
    return LegalText(name, text, link)
