"""The verdict on a contact: registry first, then reports, then likeness, else unknown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from bot.content.channels import load_channels
from bot.content.own_channels import with_own
from bot.content.profile import OPERATOR
from bot.content.yaml_files import read_yaml
from bot.guard.contacts.hosts import is_address, public_suffix, readable_host, registrable
from bot.guard.contacts.lookalike import Likeness, load_lookalikes
from bot.guard.contacts.reported import load_reported

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from bot.content.channels import Channel, Channels
    from bot.content.profile import Profile
    from bot.guard.contacts.lookalike import Lookalikes
    from bot.guard.contacts.mention import Mention
    from bot.guard.contacts.reported import Reported
    from bot.guard.findings import ContactVerdict

_SITE_KINDS: Final = ("site", "support_site")
_GENUINE_ORDER: Final = ("support_site", "site", "email", "email_domain", "phone")
_SHOWN: Final = 3


@dataclass(frozen=True)
class Opinion:
    """A verdict, the reason's name in ``contact_reasons.yml``, the vendor and its channel."""

    verdict: ContactVerdict
    reason: str
    vendor: str | None = None
    channel: Channel | None = None


@dataclass(frozen=True)
class Book:
    """All that a verdict rests on, read once; ``own`` are the vendors that are the operator."""

    channels: Channels
    reported: Reported
    lookalikes: Lookalikes
    words: Mapping[str, Any]
    own: frozenset[str] = frozenset()

    def judge(self, mention: Mention) -> Opinion:
        """Give the verdict on one contact; constant time, no network."""
        if mention.kind == "site":
            return self._site(mention)
        if mention.kind == "email":
            return self._email(mention)
        if mention.kind == "handle":
            return self._handle(mention)
        if mention.kind == "repository":
            return self._repository(mention)
        kind = "phone" if mention.kind == "phone" else "app_id"
        found = self.channels.find(kind, mention.value)
        return (
            self._listed(found, mention.kind)
            if found
            else Opinion("unknown", f"unknown_{mention.kind}")
        )

    def why(self, mention: Mention, opinion: Opinion) -> dict[str, str]:
        """Word the reason in both languages, with the genuine contacts beside it."""
        return {language: self._word(mention, opinion, language) for language in ("zh", "en")}

    def _site(self, mention: Mention) -> Opinion:
        host = mention.host
        found = self._official(host, _SITE_KINDS)
        if mention.shown:
            return self._disguised(mention, found)
        if found:
            return self._listed(found, "site")
        if host in self.reported:
            return Opinion("reported_scam", "reported_scam", self._vendor_of(host))
        like = self.lookalikes.of_host(host, mention.path)
        if like:
            return _imitation(like)
        if is_address(host):
            return Opinion("unknown", "unknown_number_address")
        bare = host.removeprefix("www.")
        short = bare in self.lookalikes.shorteners
        return Opinion("unknown", "unknown_short_link" if short else "unknown_site")

    def _disguised(self, mention: Mention, found: Channel | None) -> Opinion:
        """Judge a link that shows one host and opens another; same owner is no disguise."""
        shown = self._official(mention.shown, _SITE_KINDS)
        if found and (shown is None or shown.vendor == found.vendor):
            return self._listed(found, "site")
        if mention.host.endswith("." + mention.shown) or mention.shown.endswith("." + mention.host):
            return self._site(replace(mention, shown=""))
        vendor = shown.vendor if shown else self.lookalikes.carries_brand(mention.shown)
        return Opinion("imitation", "imitation_disguise", vendor)

    def _email(self, mention: Mention) -> Opinion:
        found = self.channels.find("email", mention.value) or self._mail_domain(mention.host)
        if found:
            return self._listed(found, "email")
        if mention.host in self.reported:
            return Opinion("reported_scam", "reported_scam", self._vendor_of(mention.host))
        local = mention.value.split("@", 1)[0]
        if mention.host in self.lookalikes.free_mail:
            like = self.lookalikes.of_name(local)
            vendor = like.vendor if like else self.lookalikes.carries_brand(local)
            if vendor:
                return Opinion("imitation", "imitation_free_mail", vendor)
            return Opinion("unknown", "unknown_email")
        site = self._official(mention.host, _SITE_KINDS)
        if site:
            return Opinion("unknown", "unknown_email_on_site", site.vendor)
        like = self.lookalikes.of_host(mention.host)
        return _imitation(like) if like else Opinion("unknown", "unknown_email")

    def _handle(self, mention: Mention) -> Opinion:
        found = self.channels.find("handle", mention.value) or self._own_account(mention.value)
        if found:
            return self._listed(found, "handle")
        name = mention.value.split(":", 1)[-1].lstrip("@")
        like = self.lookalikes.of_name(name)
        vendor = like.vendor if like else self.lookalikes.carries_brand(name)
        if like is not None and not self._is_bare_brand(name):
            return _imitation(like)
        if vendor:
            return Opinion("unknown", "unknown_handle_near", vendor)
        return Opinion("unknown", "unknown_handle")

    def _own_account(self, name: str) -> Channel | None:
        """Find the operator's account of a bare name; the reason says in which messenger."""
        rows = (row for row in self.channels.of(OPERATOR) if row.kind == "handle")
        return next((row for row in rows if f"@{row.value.partition(':')[2]}" == name), None)

    def _is_bare_brand(self, name: str) -> bool:
        """Tell a brand's bare name: on a network we did not verify it may be anybody's."""
        return name in self.lookalikes.strong or name in self.lookalikes.word

    def _repository(self, mention: Mention) -> Opinion:
        parts = mention.value.split("/")
        for length in range(len(parts), 1, -1):
            found = self.channels.find("repository", "/".join(parts[:length]))
            if found:
                return self._listed(found, "repository")
        for part in parts[1:3]:
            like = self.lookalikes.of_name(part.lower())
            if like and not self._is_bare_brand(part.lower()):
                return Opinion("unknown", "unknown_handle_near", like.vendor)
        return Opinion("unknown", "unknown_repository")

    def _listed(self, channel: Channel, kind: str) -> Opinion:
        if not channel.current:
            return Opinion("retired", "retired", channel.vendor, channel)
        whose = "ours" if channel.vendor in self.own else "official"
        return Opinion("official", f"{whose}_{kind}", channel.vendor, channel)

    def _official(self, host: str, kinds: tuple[str, ...]) -> Channel | None:
        """Find the row that covers a host: itself or a parent."""
        name = host
        while "." in name:
            for kind in kinds:
                found = self.channels.find(kind, name)
                if found:
                    return found
            name = name.split(".", 1)[1]
        return None

    def _mail_domain(self, host: str) -> Channel | None:
        return self._official(host, ("email_domain",))

    def _vendor_of(self, host: str) -> str | None:
        like = self.lookalikes.of_host(host)
        return like.vendor if like else None

    def _word(self, mention: Mention, opinion: Opinion, language: str) -> str:
        sentence: str = self.words["reasons"][opinion.reason][language]
        channel = opinion.channel
        # The genuine name must not be read as a link to the false one: show the host as text.
        is_site = mention.kind == "site" and mention.value == mention.host
        value = readable_host(mention.host) if is_site else mention.value
        return sentence.format(
            value=value,
            vendor=self._name(opinion.vendor, language),
            genuine=self._genuine(opinion.vendor, language),
            platform=(channel.note[language] or channel.value.partition(":")[0]) if channel else "",
            date=channel.verified_on.isoformat() if channel else "",
            successor=(channel.superseded_by or self._genuine(opinion.vendor, language))
            if channel
            else "",
        ).strip()

    def _name(self, vendor: str | None, language: str) -> str:
        if vendor is None:
            return "别人" if language == "zh" else "somebody else"
        name: str = self.words["vendors"][vendor][language]
        return name

    def _genuine(self, vendor: str | None, language: str) -> str:
        if vendor is None:
            return ""
        rows = [
            row for row in self.channels.of(vendor) if row.current and row.kind in _GENUINE_ORDER
        ]
        rows.sort(key=lambda row: _GENUINE_ORDER.index(row.kind))
        sentence = self.words["genuine"]["some" if rows else "none"][language]
        joint = "、" if language == "zh" else ", "
        listed = joint.join(dict.fromkeys(row.value for row in rows[:_SHOWN]))
        return str(sentence.format(vendor=self._name(vendor, language), list=listed))


def load_book(root: Path, own_lists: Iterable[Path] = (), operator: Profile | None = None) -> Book:
    """Read everything a verdict rests on: the data folder, and what the operator adds to it.

    Raises:
        RegistryError: the registry cannot be trusted, or an own contact is somebody else's.
    """
    knowledge = root / "knowledge"
    reported = load_reported(knowledge)
    for path in own_lists:
        reported = reported.with_hosts(path.read_text("utf-8", errors="replace").splitlines())
    channels = load_channels(root)
    words = read_yaml((knowledge / "contact_reasons.yml").read_text("utf-8"))
    if operator is None:
        return Book(channels, reported, load_lookalikes(knowledge), words)
    names = {OPERATOR: operator.name.pair(), **words["vendors"]}
    return Book(
        channels=with_own(channels, operator),
        reported=reported,
        lookalikes=load_lookalikes(knowledge, {OPERATOR: _brands_of(operator)}),
        words={**words, "vendors": names},
        own=frozenset([OPERATOR, *operator.own_vendors]),
    )


def _brands_of(operator: Profile) -> dict[str, list[str]]:
    """The names that an impostor's address would carry: those given, and those of own sites."""
    given = {kind: list(names) for kind, names in operator.brands.items()}
    owned = [_own_label(row.value) for row in operator.of("site", "email_domain")]
    return {**given, "word": [*given.get("word", []), *(name for name in owned if name)]}


def _own_label(host: str) -> str:
    """The name that was registered, without dashes; empty below somebody else's: a host's name."""
    suffix = public_suffix(host)
    is_whole = suffix is not None and host == registrable(host)
    return host[: -len(suffix)].rstrip(".").replace("-", "") if suffix and is_whole else ""


def _imitation(like: Likeness) -> Opinion:
    return Opinion("imitation", f"imitation_{like.how}", like.vendor)
