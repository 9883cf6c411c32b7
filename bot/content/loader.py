"""Reads the content from ``data``, checks it against its schemas, and freezes it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jsonschema
import yaml

from bot.content.channels import RegistryError, load_channels
from bot.content.faq import EMPTY, SOURCE_LINE, Faq, read_faq
from bot.content.lexicon import load_lexicon
from bot.content.operator_words import OperatorWords
from bot.content.playbook import Playbook, read_playbook
from bot.content.profile import OPERATOR, profile
from bot.content.replies import Choice, Rendered, RenderedChoice, Reply
from bot.content.wording import Params, Text, fill, text_of
from bot.content.yaml_files import SafeLoader
from bot.errors import SeedwardenError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from bot.content.language import Language
    from bot.content.lexicon import Lexicon


class ContentError(SeedwardenError):
    """A content file cannot be used: which file, and what is wrong with it."""

    def __init__(self, file: str, problem: str) -> None:
        super().__init__(f"{file}: {problem}. Correct the file and start again.")
        self.file = file


@dataclass(frozen=True)
class Content:
    """All authored content; replies, choices and playbooks by name.

    ``cues`` holds short phrases by what they mean (``skip``, ``unknown`` …); ``groups`` the
    kind of wallet by vendor id, ``custody`` who holds its keys, ``parents`` the vendor whose
    channels serve it too; ``labels`` the names of vendors, models, chains and assets by id.
    """

    replies: Mapping[str, Reply]
    choices: Mapping[str, Choice]
    playbooks: Mapping[str, Playbook]
    cues: Mapping[str, tuple[str, ...]]
    groups: Mapping[str, str]
    labels: Mapping[str, Text]
    custody: Mapping[str, str] = field(default_factory=dict)
    parents: Mapping[str, str] = field(default_factory=dict)
    faq: Faq = EMPTY

    def reply(self, name: str) -> Reply:
        """Find a reply by name.

        Raises:
            KeyError: there is no such reply.
        """
        return self.replies[name]

    def message(self, payload: Mapping[str, Any], language: Language) -> Rendered:
        """Word a reply as it comes out of Rasa: ``{"reply", "params"?, "choices"?}``.

        Choices given in the payload take the place of the reply's own.

        Raises:
            KeyError: an unknown reply or choice, or a placeholder without value.
        """
        reply = self.reply(payload["reply"])
        params: Params = payload.get("params") or {}
        wanted = payload.get("choices")
        chosen = reply.choices if wanted is None else wanted
        return Rendered(
            reply.render(language, params),
            tuple(self._choice(item, language) for item in chosen),
        )

    def _choice(self, item: str | Mapping[str, Any], language: Language) -> RenderedChoice:
        if isinstance(item, str):
            known = self.choices[item]
            return RenderedChoice(known.id, known.label.of(language), known.send)
        label = fill("{label}", {"label": item["label"]}, language)
        return RenderedChoice(item["id"], label, item.get("send") or choose(item["id"]))


def choose(choice_id: str) -> str:
    """Give the slash payload (without slash) that names a choice."""
    return f"choose{json.dumps({'choice': choice_id})}"


def load_content(root: Path) -> Content:
    """Read and check everything below ``root/data``.

    Raises:
        ContentError: a file is missing, is no YAML, or breaks its schema.
    """
    data = root / "data"
    answers = _read(data / "shared" / "answers.yml", data)
    names = load_lexicon(root)
    faq = _faq(data)
    replies = {reply.name: reply for reply in _replies(data)}
    own = OperatorWords(profile(), replies)
    replies = {name: own.of(reply) for name, reply in replies.items()}
    return Content(
        replies=replies | {reply.name: reply for reply in _answers(faq, replies)},
        choices={choice.id: choice for choice in (*_choices(data), *faq.choices())},
        playbooks={playbook.topic: playbook for playbook in _playbooks(data)},
        cues={key: _flat(words) for key, words in answers["cues"].items()},
        groups={vendor.id: vendor.kind for vendor in names.vendors.values()},
        labels={**dict(_labels(names)), OPERATOR: profile().name},
        custody={vendor.id: vendor.custody for vendor in names.vendors.values()},
        parents={v.id: v.part_of for v in names.vendors.values() if v.part_of is not None},
        faq=faq,
    )


def _replies(data: Path) -> Iterator[Reply]:
    for path in sorted(data.glob("**/replies.yml")):
        for name, raw in _read(path, data, "replies")["replies"].items():
            yield Reply(name, text_of(raw), tuple(raw.get("choices", ())))


def _choices(data: Path) -> Iterator[Choice]:
    for name, raw in _read(data / "shared" / "choices.yml", data, "choices")["choices"].items():
        yield Choice(name, text_of(raw), raw.get("send") or choose(name))


def _playbooks(data: Path) -> Iterator[Playbook]:
    for path in sorted(data.glob("topics/*/playbook.yml")):
        raw = _read(path, data, "playbook")
        if raw["topic"] != path.parent.name:
            raise ContentError(str(path.name), f"topic {raw['topic']!r} is not its folder's name")
        try:
            yield read_playbook(raw)
        except KeyError as error:
            raise ContentError(str(path), f"no field named {error.args[0]!r}") from error


def _faq(data: Path) -> Faq:
    path = data / "topics" / "faq" / "answers.yml"
    raw = _read(path, data, "faq")
    try:
        return read_faq(raw, load_channels(data))
    except RegistryError as error:
        raise ContentError("data/knowledge/official_channels.yml", str(error)) from error
    except ValueError as error:
        raise ContentError(path.relative_to(data.parent).as_posix(), str(error)) from error


def _answers(faq: Faq, replies: Mapping[str, Reply]) -> list[Reply]:
    try:
        return list(faq.replies(replies[SOURCE_LINE]))
    except KeyError as error:
        raise ContentError("data/topics/faq/replies.yml", f"no {error.args[0]!r}") from error


def _labels(names: Lexicon) -> Iterator[tuple[str, Text]]:
    for shelf in (names.assets, names.chains, names.models, names.vendors):
        yield from ((item.id, item.name) for item in shelf.values())


def _flat(words: Mapping[str, list[str]]) -> tuple[str, ...]:
    return tuple(str(word).lower() for group in words.values() for word in group)


def _read(path: Path, data: Path, schema: str = "") -> dict[str, Any]:
    name = path.relative_to(data.parent).as_posix()
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_loader())  # noqa: S506 - a SafeLoader
    except (OSError, yaml.YAMLError) as error:
        raise ContentError(name, f"cannot be read ({_where(error)})") from error
    if schema:
        _check(raw, data / "knowledge" / "schema" / f"{schema}.schema.json", name)
    return dict(raw)


def _check(raw: Any, schema: Path, name: str) -> None:
    try:
        jsonschema.validate(raw, json.loads(schema.read_text(encoding="utf-8")))
    except jsonschema.ValidationError as error:
        where = "/".join(str(part) for part in error.absolute_path) or "top"
        raise ContentError(name, f"at {where}: {error.message}") from None


@lru_cache(maxsize=1)
def _loader() -> type[SafeLoader]:
    """A safe loader that refuses a key given twice: the second would win in silence."""

    class Loader(SafeLoader):
        pass

    def mapping(loader: SafeLoader, node: yaml.MappingNode) -> dict[Any, Any]:
        keys = [loader.construct_object(key) for key, _ in node.value]
        if len(keys) != len(set(keys)):
            raise yaml.YAMLError("a key is given twice")
        return dict(
            zip(
                keys,
                (loader.construct_object(value, deep=True) for _, value in node.value),
                strict=True,
            )
        )

    Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, mapping)
    return Loader


def _where(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    line = f" at line {mark.line + 1}" if mark is not None else ""
    return f"{type(error).__name__}{line}"
