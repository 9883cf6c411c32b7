"""Content: replies, choices, playbooks and cue phrases, read from ``data`` and checked."""

from bot.content.language import LANGUAGES, Language
from bot.content.loader import Content, ContentError, load_content
from bot.content.playbook import Block, Field, Option, Playbook
from bot.content.replies import Choice, Rendered, RenderedChoice, Reply
from bot.content.wording import Params, Text, fill

__all__ = [
    "LANGUAGES",
    "Block",
    "Choice",
    "Content",
    "ContentError",
    "Field",
    "Language",
    "Option",
    "Params",
    "Playbook",
    "Rendered",
    "RenderedChoice",
    "Reply",
    "Text",
    "fill",
    "load_content",
]
