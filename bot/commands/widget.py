"""The lines that put the chat on another page."""

from __future__ import annotations

import json

import click

from bot.content.language import Language
from bot.content.profile import use_profile
from bot.errors import SettingInvalid
from bot.settings import PREFIX, Settings, load_settings
from bot.widget.assets import Asset, load_assets
from bot.widget.words import TAGS


@click.command("widget-tag")
@click.option("--language", type=click.Choice(["zh", "en"]), help="language of the button")
@click.option("--modules", is_flag=True, help="an import map with the hash of every other file too")
def widget_tag(language: Language | None, *, modules: bool) -> None:
    """Print the script tag, with its hash, that embeds the chat in another page."""
    settings = load_settings()
    use_profile(settings.profile)
    if not settings.public_url:
        raise SettingInvalid(
            f"{PREFIX}PUBLIC_URL", "the tag has to name the address that browsers reach us by"
        )
    click.echo("\n".join(tag_lines(settings, language, modules=modules)))


def tag_lines(settings: Settings, language: Language | None, *, modules: bool) -> list[str]:
    """The lines of HTML; the hash changes with every release and with the names of our hosts."""
    base = settings.public_url.rstrip("/")
    assets = load_assets(settings.own_hosts)
    proof = f'integrity="{assets["widget.js"].integrity}" crossorigin="anonymous"'
    spoken = f' lang="{TAGS[language]}"' if language else ""
    return [
        *([_import_map(base, assets)] if modules else []),
        f'<script type="module" src="{base}/widget.js" {proof}></script>',
        f"<seedwarden-chat{spoken}></seedwarden-chat>",
    ]


def _import_map(base: str, assets: dict[str, Asset]) -> str:
    hashes = {
        f"{base}/static/{name}": asset.integrity
        for name, asset in assets.items()
        if name.startswith("widget") and "/" in name and name.endswith(".js")
    }
    found = json.dumps({"integrity": hashes}, indent=1)
    return f'<script type="importmap">\n{found}\n</script>'
