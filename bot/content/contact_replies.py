"""Which reply tells a customer what is known about a contact they wrote of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from bot.content.language import LANGUAGES
from bot.content.profile import profile

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.content.channels import Channel, Channels
    from bot.content.loader import Content

CONTACT_KINDS: Final = ("site", "email", "phone", "handle", "app", "repository")
FALSE: Final = ("reported_scam", "imitation", "retired")
"""Verdicts of which a customer is warned, the gravest first."""

_PLACES: Final = ("support_site", "site", "email", "phone")
_LISTED: Final = 3
_ROWS: Final = {
    "site": ("site", "support_site"),
    "email": ("email", "email_domain"),
    "app": ("app_id",),
}


@dataclass(frozen=True, slots=True)
class ContactReplies:
    """Words verdicts; the contact itself is never repeated, for a false one would read as advice.

    ``channels`` is called per use, so that a broken registry fails that one answer only.
    """

    content: Content
    channels: Callable[[], Channels]

    def about(self, kind: str, verdict: str, vendor: str | None) -> dict[str, Any]:
        """Name the reply about one contact, with its parameters in both languages."""
        params: dict[str, Any] = {"what": self._pair(f"contact_what__{kind}")}
        if vendor is not None:
            params |= {"vendor": self._name(vendor), "day": self._day(vendor, kind)}
        params["genuine"] = self._genuine(vendor)
        return {"reply": _name(kind, verdict, vendor), "params": params}

    def _pair(self, reply: str) -> dict[str, str]:
        return self.content.reply(reply).text.pair()

    def _name(self, vendor: str) -> dict[str, str]:
        label = self.content.labels.get(vendor)
        return label.pair() if label else self._pair("contact_somebody_else")

    def _genuine(self, vendor: str | None) -> dict[str, str]:
        if vendor is None:
            return dict.fromkeys(LANGUAGES, "")
        rows = [row for row in self.channels().of(vendor) if row.current and row.kind in _PLACES]
        rows.sort(key=lambda row: _PLACES.index(row.kind))
        listed = list(dict.fromkeys(row.value for row in rows[:_LISTED]))
        reply = self.content.reply("contact_genuine__some" if listed else "contact_genuine__none")
        joints = {"zh": "、", "en": ", "}
        return {
            tag: reply.render(tag, {"vendor": self._name(vendor), "list": joints[tag].join(listed)})
            for tag in LANGUAGES
        }

    def _day(self, vendor: str, kind: str) -> str:
        """The oldest check among the vendor's rows of that kind."""
        rows = [row for row in self.channels().of(vendor) if _is_of(row, kind)]
        return min((row.verified_on.isoformat() for row in rows), default="")


def _is_of(row: Channel, kind: str) -> bool:
    return row.current and row.kind in _ROWS.get(kind, (kind,))


def _name(kind: str, verdict: str, vendor: str | None) -> str:
    if verdict == "official" and profile().owns(vendor):
        return f"contact__ours_{kind}"
    if verdict in {"official", "unknown"}:
        return f"contact__{verdict}_{kind}"
    if verdict == "imitation" and vendor is None:
        return "contact__imitation_nobody"
    return f"contact__{verdict}"
