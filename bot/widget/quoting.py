"""The chat's buttons on a page: a choice that a text names in quotation marks becomes a link."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from markupsafe import Markup, escape

Linked = Callable[[str], Markup]


def linking(places: Mapping[str, str]) -> Linked:
    """Give what sets a line: labels in quotation marks lead to their ``places``."""
    labels = "|".join(re.escape(label) for label in sorted(places, key=len, reverse=True))
    quoted = re.compile(f"“({labels})”")

    def linked(line: str) -> Markup:
        set_line, end = Markup(), 0
        for match in quoted.finditer(line) if labels else ():
            set_line += escape(line[end : match.start()])
            set_line += Markup('“<a href="{}">{}</a>”').format(places[match[1]], match[1])
            end = match.end()
        return set_line + escape(line[end:])

    return linked
