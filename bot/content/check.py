"""``python -m bot.content.check``: does the content fit itself, the code and the domain?

Same placeholders in both languages, every name used exists and every name is used, every
choice sends an intent of the domain, no reply is too long to read.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

from bot.content.contact_replies import CONTACT_KINDS, FALSE
from bot.content.faq import SOURCE_LINE, unfound
from bot.content.language import LANGUAGES
from bot.content.loader import Content, ContentError, load_content
from bot.content.playbook import FIELD_KINDS
from bot.content.safety import SECRET_REPLIES
from bot.content.signals import load_signals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bot.content.playbook import Playbook, When

LENGTH_LIMIT: Final = 600
TICKET_STATUSES: Final = ("new", "in_progress", "waiting_for_customer", "solved", "closed")
_CODE: Final = (
    "actions",
    "bot/gateway",
    "bot/engine",
    "bot/desk",
    "bot/console",
    "bot/bootstrap.py",
)
_MADE_UP: Final = (
    *(f"invalid_{kind}" for kind in FIELD_KINDS),
    *(f"never_needed__{kind}" for kind in ("words", "codes", "identity", "address")),
    *(f"contact_what__{kind}" for kind in CONTACT_KINDS),
    *(
        f"contact__{verdict}_{kind}"
        for verdict in ("official", "ours", "unknown")
        for kind in CONTACT_KINDS
    ),
    *(f"contact__{verdict}" for verdict in FALSE),
    *("contact__imitation_nobody", "contact_somebody_else", "our_accounts"),
    *("contact_genuine__some", "contact_genuine__none"),
    *(f"{reply}__messenger" for reply in ("handoff_joined", "handoff_joined_plain")),
    *(f"ticket_status__{status}" for status in TICKET_STATUSES),
)
"""Reply names that the code puts together from a kind."""

_DERIVED: Final = frozenset({"group", "brand", "custody"})
_ALWAYS: Final = frozenset({"unknown", "other"})


def problems(root: Path) -> list[str]:
    """Everything that is wrong with the content below ``root``, one sentence each.

    Raises:
        ContentError: a file cannot be loaded at all.
    """
    content = load_content(root)
    domain = yaml.safe_load((root / "domain.yml").read_text(encoding="utf-8"))
    words, said = _strings(root)
    used = words | set(_MADE_UP) | set(_replies_of_domain(domain))
    advice = {f"scam_in_progress__{signal}" for signal in load_signals(root).signals}
    advice |= set(SECRET_REPLIES.values())
    used |= advice
    used |= {name for playbook in content.playbooks.values() for name in playbook.replies}
    questions = {question.name for question in content.faq.questions.values()}
    return [
        *_wording(content),
        *_missing(
            content, said | advice | set(SECRET_REPLIES.values()) | set(_replies_of_domain(domain))
        ),
        *_unused(content, used | questions | {SOURCE_LINE}),
        *_choices(content, set(domain["intents"]), words | questions),
        *unfound(content.faq, root),
        *(line for playbook in content.playbooks.values() for line in _playbook(content, playbook)),
    ]


def _wording(content: Content) -> Iterator[str]:
    for reply in content.replies.values():
        if reply.text.placeholders("zh") != reply.text.placeholders("en"):
            yield f"reply {reply.name}: the placeholders differ between the languages"
        for language in LANGUAGES:
            length = len(reply.text.of(language))
            if length > LENGTH_LIMIT:
                yield f"reply {reply.name}: {length} characters in {language}, not {LENGTH_LIMIT}"


def _missing(content: Content, said: Iterable[str]) -> Iterator[str]:
    for name in sorted(set(said) - set(content.replies)):
        yield f"reply {name} is said by the code or the domain, but there is no such reply"


def _unused(content: Content, used: set[str]) -> Iterator[str]:
    for name in sorted(set(content.replies) - used):
        yield f"reply {name} is never said"


def _choices(content: Content, intents: set[str], words: set[str]) -> Iterator[str]:
    offered = {choice for reply in content.replies.values() for choice in reply.choices}
    for name in sorted(offered - set(content.choices)):
        yield f"choice {name} is offered by a reply, but there is no such choice"
    for choice in content.choices.values():
        if choice.intent not in intents:
            yield f"choice {choice.id} sends {choice.intent}, which is no intent of the domain"
        if choice.id not in offered | words:
            yield f"choice {choice.id} is never offered"


def _playbook(content: Content, playbook: Playbook) -> Iterator[str]:
    for name in sorted(playbook.replies - set(content.replies)):
        yield f"playbook {playbook.topic}: no reply named {name}"
    conditions = [(block.id, block.when) for block in (*playbook.warnings, *playbook.blocks)]
    conditions += [(field.id, field.when) for field in playbook.fields]
    conditions += [("urgent_when", playbook.urgent_when)]
    conditions += [("no_ticket_when", when) for when in playbook.no_ticket_when]
    conditions += [(f"alarm {alarm.signal}", alarm.when) for alarm in playbook.alarms]
    conditions += [(f"hand-over to {item.to}", item.when) for item in playbook.hands_over]
    for where, when in conditions:
        yield from _condition(content, playbook, where, when)
    yield from _elsewhere(content, playbook)


def _elsewhere(content: Content, playbook: Playbook) -> Iterator[str]:
    """Check what a playbook says of others: the advice of a signal, a case handed over."""
    for alarm in playbook.alarms:
        if f"scam_in_progress__{alarm.signal}" not in content.replies:
            yield f"playbook {playbook.topic}: no advice for the signal {alarm.signal}"
    for item in playbook.hands_over:
        if item.to not in content.playbooks:
            yield f"playbook {playbook.topic}: hands over to {item.to}, which has no playbook"
        elif playbook.topic in _reached(content, item.to):
            yield f"playbook {playbook.topic}: {item.to} hands the case back"
        else:
            yield from _told(content.playbooks[item.to], item.tells)


def _told(target: Playbook, tells: Mapping[str, str]) -> Iterator[str]:
    fields = {field.id: field for field in target.fields}
    for name, value in tells.items():
        if name not in fields or fields[name].option(value) is None:
            yield f"playbook {target.topic} is told {name} {value}, which it does not know"


def _reached(content: Content, topic: str) -> set[str]:
    """Name all topics that a case of this one may end up in, this one included."""
    reached, ahead = set[str](), [topic]
    while ahead:
        at = ahead.pop()
        if at not in reached and at in content.playbooks:
            reached.add(at)
            ahead += [item.to for item in content.playbooks[at].hands_over]
    return reached


def _condition(content: Content, playbook: Playbook, where: str, when: When) -> Iterator[str]:
    fields = {field.id: field for field in playbook.fields}
    for key, values in when.items():
        if key in _DERIVED:
            continue
        if key not in fields:
            yield f"playbook {playbook.topic}, {where}: condition on {key}, which is no field"
            continue
        options = {option.id for option in fields[key].options}
        options |= {"yes", "no"} if fields[key].kind == "yes_no" else set()
        named = set(content.labels) if fields[key].entity else set()
        for value in sorted(set(values) - options - named - _ALWAYS):
            yield f"playbook {playbook.topic}, {where}: {key} is never {value}"


def _replies_of_domain(domain: dict[str, Any]) -> Iterator[str]:
    for variants in domain["responses"].values():
        yield from (variant["custom"]["reply"] for variant in variants)


def _strings(root: Path) -> tuple[set[str], set[str]]:
    """All strings of the code that speaks, and those that are said for certain."""
    words: set[str] = set()
    said: set[str] = set()
    for path in _sources(root):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.add(node.value)
            if isinstance(node, ast.Call) and _speaks(node.func) and node.args:
                said.update(_constants(node.args[0]))
    return words, said


def _sources(root: Path) -> Iterator[Path]:
    for name in _CODE:
        path = root / name
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path] if path.exists() else []


def _speaks(function: ast.expr) -> bool:
    if isinstance(function, ast.Name):
        return function.id == "Say"
    return (
        isinstance(function, ast.Attribute)
        and function.attr == "say"
        and isinstance(function.value, ast.Name)
        and function.value.id == "turn"
    )


def _constants(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    if isinstance(node, ast.IfExp):
        yield from _constants(node.body)
        yield from _constants(node.orelse)


def main(root: Path) -> int:
    """Print what is wrong; the exit status is 1 where anything is."""
    try:
        found = problems(root)
    except ContentError as error:
        found = [str(error)]
    sys.stdout.writelines(f"{line}\n" for line in found or ["content: no problems"])
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(__file__).resolve().parents[2]))
