"""``seedwarden check``: what stands in the way of serving customers, all of it at once.

A check reads and tells; it opens no database and no connection. Another one is a function more in
``CHECKS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from urllib.parse import urlsplit

import click

from bot.commands.production import told
from bot.content import load_content
from bot.content.channels import load_channels
from bot.content.office_hours import office_hours
from bot.content.own_channels import foreign
from bot.content.profile import Profile, examined, located, use_profile
from bot.errors import SeedwardenError
from bot.guard import review, verify
from bot.guard.contacts import use_reported_lists
from bot.settings import PREFIX, ROOT, Settings, load_settings

_SAID_FIRST: Final = ("welcome", "door_first", "mail__subject")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a check may look at; ``operator`` is None where the profile cannot be used.

    With ``strangers``, contacts that are somebody else's, the guard cannot judge by the profile.
    """

    settings: Settings
    operator: Profile | None
    strangers: list[str]
    today: date

    @property
    def file(self) -> str:
        """The profile's name in a finding."""
        return located(self.settings.profile).name


Check = Callable[[Circumstances], Iterator[str]]


@click.command()
@click.option("--production", is_flag=True, help="Also name settings that are not fit for it.")
@click.option("--accept", multiple=True, metavar="SETTING", help="A finding that is known.")
def check(*, production: bool, accept: tuple[str, ...]) -> None:
    """Name everything missing or contradictory in the operator's profile."""
    settings = load_settings()
    found = list(findings(settings, datetime.now(UTC).date()))
    lines, is_fit = told(settings, accept) if production else ([], True)
    for line in (*found, *lines):
        click.echo(line)
    if found or not is_fit:
        raise SystemExit(1)
    click.echo("check: nothing is missing, nothing is contradictory")


def findings(settings: Settings, today: date) -> Iterator[str]:
    """Bring the profile of the settings into use and run every check on it."""
    file = located(settings.profile)
    _, problems = examined(file)
    yield from map(str, problems)
    operator = None if problems else use_profile(file)
    use_reported_lists(settings.reported_files)
    strangers = foreign(load_channels(ROOT), operator) if operator else []
    here = Circumstances(settings, operator, strangers, today)
    for one in CHECKS:
        yield from one(here)


def _strangers(here: Circumstances) -> Iterator[str]:
    yield from (f"{here.file}, contacts: {told}" for told in here.strangers)


def _own_contacts(here: Circumstances) -> Iterator[str]:
    """The guard must take each contact of ours for ours, or the bot could not even name it."""
    if here.operator is None or here.strangers:
        return
    own = here.operator
    named = [(f"contacts, {row.value}", _asked(row.kind, row.value)) for row in own.contacts]
    named += [(f"messengers, {row.value}", f"@{row.handle}") for row in own.messengers]
    for place, contact in named:
        judged = verify(contact)
        if judged.verdict != "official" or not own.owns(judged.vendor):
            whose = f" of {judged.vendor}" if judged.vendor else ""
            yield (
                f"{here.file}, {place}: the guard takes it for {judged.verdict}{whose}, so nobody "
                f"could be told of it; correct the entry or remove it."
            )


def _asked(kind: str, value: str) -> str:
    """How a customer would write a contact of a kind."""
    if kind == "email_domain":
        return f"somebody@{value}"
    if kind in {"site", "support_site", "repository"}:
        return f"https://{value}"
    if kind == "handle":
        return ": ".join(value.split(":", 1))
    return value


def _first_words(here: Circumstances) -> Iterator[str]:
    """What is said first holds the name and the accounts; the outbound guard must let it out."""
    if here.operator is None or here.strangers:
        return
    try:
        content = load_content(ROOT)
    except SeedwardenError as error:
        yield str(error)
        return
    for name in _SAID_FIRST:
        for language in here.operator.languages:
            refused = review(content.reply(name).render(language), author="bot", language=language)
            for rule in sorted({reason.rule for reason in refused.reasons}):
                yield (
                    f"{here.file}, name.{language} or messengers: with it the reply {name} is held "
                    f"back ({rule}); choose another name, or correct the account."
                )


def _own_addresses(here: Circumstances) -> Iterator[str]:
    """What customers are reached by must be among what the profile calls ours."""
    if here.operator is None or not here.operator.contacts:
        return
    settings, own = here.settings, here.operator
    sites = {row.value.partition("/")[0] for row in own.of("site", "support_site")}
    host = urlsplit(settings.public_url).hostname or ""
    if host and not _is_under(host, sites):
        yield _missing(here, "PUBLIC_URL", host, "kind: site")
    domain = settings.mail_from.rpartition("@")[2].lower()
    mails = {row.value for row in own.of("email")}
    domains = {row.value for row in own.of("email_domain")}
    if domain and settings.mail_from.lower() not in mails and not _is_under(domain, domains):
        yield _missing(here, "MAIL_FROM", settings.mail_from, "kind: email")


def _own_account(here: Circumstances) -> Iterator[str]:
    if here.operator is None or not here.settings.telegram_token.get_secret_value():
        return
    if not any(row.platform == "telegram" for row in here.operator.messengers):
        yield _missing(here, "TELEGRAM_TOKEN", "a Telegram account", "platform: telegram")


def _missing(here: Circumstances, setting: str, value: str, entry: str) -> str:
    return (
        f"{here.file}: {PREFIX}{setting} uses {value}, which the profile does not name as ours; "
        f"add it ({entry})."
    )


def _is_under(host: str, names: set[str]) -> bool:
    return any(host == name or host.endswith(f".{name}") for name in names)


def _calendar(here: Circumstances) -> Iterator[str]:
    if here.operator is not None and office_hours().known_until < here.today:
        yield (
            f"{here.file}, office_hours: known_until lies in the past, so no customer is told a "
            f"time; write the coming holidays down and move it on."
        )


CHECKS: Final[tuple[Check, ...]] = (
    _strangers,
    _own_contacts,
    _first_words,
    _own_addresses,
    _own_account,
    _calendar,
)
