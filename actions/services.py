"""What a customer may ask for at any time: a person, an official channel, a language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import structlog

from actions.casework.checks import name_of
from actions.casework.ticket import draft_ticket, rows
from actions.contacts import AWAITING, CONTACT_WANTED, contacts_told, say_facts
from actions.words import Literal
from bot.content import LANGUAGES
from bot.content.profile import OPERATOR, profile
from bot.desk.handoff_models import CallPerson
from bot.desk.models import Field, Priority
from bot.desk.wishes import ask_person, told
from bot.guard import scrub

if TYPE_CHECKING:
    from actions.base import Turn
    from actions.casework import CaseState
    from bot.content.channels import Channel, Channels, Fact

VENDOR_WANTED: Final = "channel_vendor"
ANOTHER: Final = "another"
"""What the choice "another vendor" sends instead of a vendor."""
_LISTED: Final = 4
_KINDS: Final = {"support_site": "site", "email_domain": "email", "app_id": "app"}
_LINE_BY_SOURCE: Final = {
    "ours": "channel_line__ours",
    "own": "channel_line__own",
    "review": "channel_line__review",
}
_OFFERED: Final = ("ledger", "trezor", "metamask", "bitpie", "imtoken", "okx", "binance", "ecny")
_US: Final = re.compile(
    r"\b(?:you|your|yours|u guys)\b|[你您妳](?:们|們|家|公司)|[贵貴]公司|[贵貴]司", re.IGNORECASE
)
"""Words of somebody who asks for our own number or account."""
_log = structlog.get_logger(__name__)


class TalkToHuman(Literal):
    """Calls a person, and files the wish with what is known of the case."""

    id = "action_talk_to_human"

    async def meant(self, turn: Turn) -> None:
        """Call a person; the ticket behind it is filed once a case, or once a conversation."""
        state = turn.case  # one that ended still tells what it is about
        open_case = state if state is not None and state.is_open else None
        handoff = f"handoff:{open_case.id if open_case else turn.conversation}"
        try:
            ticket = await self.parts.desk().request_handoff(
                turn.conversation,
                handoff[:64],
                turn.language,
                scrub(self._reason(turn, state)),
                self._fields(state),
            )
            priority: Priority = "urgent" if ticket.priority == "urgent" else "high"
            order = CallPerson(turn.conversation, "wish", priority, turn.language, ticket.reference)
            called = await ask_person(self.parts.desk(), order)
        except Exception as error:  # noqa: BLE001 - the customer must hear that nobody was called
            _log.error("handoff_failed", kind=type(error).__name__)
            turn.say("handoff_failed")
            return
        answer = told(self.parts.content, self.parts.desk().office, called, ticket.reference)
        turn.say(answer["reply"], **answer["params"])
        if state is not None:
            summary = draft_ticket(self.parts.content, state, turn.language).summary
            turn.say("handoff_brief", summary=scrub(summary))

    def _reason(self, turn: Turn, state: CaseState | None) -> str:
        asked = self.parts.content.reply("handoff_reason").render(turn.language)
        if state is None:
            return asked
        return f"{asked} · {draft_ticket(self.parts.content, state, turn.language).summary}"

    def _fields(self, state: CaseState | None) -> list[Field]:
        if state is None:
            return []
        known = rows(self.parts.content, state)
        return [
            Field("topic", "topic", state.topic),
            *(Field(row.name, row.kind, scrub(row.value)) for row in known),
        ]


class ChangeLanguage(Literal):
    """Switches the conversation's language."""

    id = "action_change_language"

    async def meant(self, turn: Turn) -> None:
        """Take the language named; with none named take the other of the two."""
        entity = turn.heard.entity("language")
        other = "en" if turn.language == "zh" else "zh"
        wanted = entity.value if entity else other
        if wanted not in {"zh", "en"}:
            turn.say("language_ask")
            return
        if not profile().offers(wanted):
            turn.say("language_only")
            return
        await self.parts.desk().change_language(turn.conversation, "zh" if wanted == "zh" else "en")
        turn.say("language_changed")


class OfficialChannel(Literal):
    """Answers from the registry of channels only."""

    id = "action_official_channel"

    async def meant(self, turn: Turn) -> None:
        """Tell a vendor's channels, or ask which vendor is meant."""
        named = turn.heard.entity("vendor")
        vendor = named.value if named else _vendor_of_case(turn)
        if vendor and vendor != ANOTHER:
            self.tell(turn, vendor)
            return
        if not turn.heard.choice and _US.search(turn.heard.text):
            if OPERATOR in _offered():
                self.tell(turn, OPERATOR)
                return
            turn.say("channel_only_here")
        turn.note(AWAITING, VENDOR_WANTED)
        turn.say("channel_ask_vendor", choices=[self._offer(item) for item in _offered()])

    def tell(self, turn: Turn, vendor: str) -> None:
        """Tell what is verified of a vendor, with source and date; "none" where none is."""
        turn.note(AWAITING, None)
        try:
            registry = self.parts.channels()
        except Exception as error:  # noqa: BLE001 - without the registry nothing may be told
            _log.error("registry_failed", kind=type(error).__name__)
            turn.say("channel_unavailable")
            return
        vendor, name = self._serving(registry, vendor)
        current = [channel for channel in registry.of(vendor) if channel.current]
        if current:
            shown = [self._line(channel) for channel in _most_useful(current)]
            turn.say("channel_list", vendor=name, channels=shown)
        else:
            turn.say("channel_none", vendor=name)
        self._facts(turn, registry, vendor)

    def _serving(self, registry: Channels, vendor: str) -> tuple[str, Any]:
        """The vendor whose channels serve this one, and how to call it: "OKX Wallet / OKX"."""
        content = self.parts.content
        parent = content.parents.get(vendor)
        own = name_of(content, vendor)
        if parent is None or any(channel.current for channel in registry.of(vendor)):
            return vendor, own
        pair = content.labels[vendor], content.labels[parent]
        return parent, {tag: " / ".join(text.of(tag) for text in pair) for tag in LANGUAGES}

    def _facts(self, turn: Turn, registry: Channels, vendor: str) -> None:
        known = registry.facts(vendor) or registry.facts(self.parts.content.parents.get(vendor, ""))
        facts = [_fact(fact) for fact in known[:3]]
        if facts:
            turn.say("channel_facts", facts=facts)

    def _line(self, channel: Channel) -> dict[str, str]:
        kind = channel.source.partition(": ")[0]
        reply = self.parts.content.reply(_LINE_BY_SOURCE.get(kind, "channel_line__review"))
        params = {
            "value": channel.value,
            "note": dict(channel.note) if any(channel.note.values()) else self._kind(channel),
            "source": dict(channel.cited),
            "day": channel.verified_on.isoformat(),
        }
        return {language: reply.render(language, params) for language in LANGUAGES}

    def _kind(self, channel: Channel) -> dict[str, str]:
        name = _KINDS.get(channel.kind, channel.kind)
        return self.parts.content.reply(f"contact_what__{name}").text.pair()

    def _offer(self, vendor: str) -> dict[str, Any]:
        label = self.parts.content.labels.get(vendor)
        return {
            "id": f"channel:{vendor}",
            "label": label.pair() if label else vendor,
            "send": f'find_official_channel{{"vendor": "{vendor}"}}',
        }


def _offered() -> tuple[str, ...]:
    """Name whom we offer to look up: ourselves first, where we can be reached elsewhere."""
    operator = profile()
    return (OPERATOR, *_OFFERED) if operator.contacts or operator.messengers else _OFFERED


class VerifyContact(Literal):
    """Tells what is known of the contacts in a message, or asks for one."""

    id = "action_verify_contact"

    async def meant(self, turn: Turn) -> None:
        """Tell the verdicts; without a contact ask for it and tell what the vendor never does."""
        if not contacts_told(self.parts, turn):
            turn.note(AWAITING, CONTACT_WANTED)
            turn.say("contact_ask")
            say_facts(self.parts, turn)


def _vendor_of_case(turn: Turn) -> str:
    """Whom the case is about, so that "your phone number?" needs no second question."""
    state = turn.case
    told = state.facts.get("vendor") if state is not None else None
    return told.value if told and told.source != "unchecked" and told.value != "other" else ""


_ORDER: Final = ("support_site", "site", "email", "phone", "app_id", "handle")


def _most_useful(channels: list[Channel]) -> list[Channel]:
    """Where to go for help first, then the site; announcements last."""
    # Where a vendor's mail comes from is nowhere to go, and a sender's name is easily forged.
    places = [channel for channel in channels if channel.kind != "email_domain"]
    ranked = sorted(
        places, key=lambda item: _ORDER.index(item.kind) if item.kind in _ORDER else len(_ORDER)
    )
    return ranked[:_LISTED]


def _fact(fact: Fact) -> dict[str, str]:
    return {language: f"· {fact.text[language]}" for language in ("zh", "en")}
