"""What the registry says can be said: no list of official channels is held back on its way out."""

from __future__ import annotations

import pytest

from actions.services import OfficialChannel, _most_useful
from bot.content import load_content
from bot.content.channels import load_channels
from bot.guard import review
from bot.settings import ROOT

CONTENT, REGISTRY = load_content(ROOT), load_channels(ROOT)


class Parts:
    content = CONTENT


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("vendor", sorted({channel.vendor for channel in REGISTRY.channels}))
def test_the_outbound_guard_lets_every_vendors_list_pass(vendor, language):
    action = OfficialChannel(Parts())
    current = [channel for channel in REGISTRY.of(vendor) if channel.current]
    shown = "\n".join(action._line(channel)[language] for channel in _most_useful(current))
    text = CONTENT.reply("channel_list").render(language, {"vendor": vendor, "channels": shown})
    reasons = review(text, author="bot", language=language).reasons
    assert [(reason.rule, text[reason.start : reason.end]) for reason in reasons] == []
