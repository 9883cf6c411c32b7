"""Reads what visitors post: short texts, and nothing that is too long to be one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from fastapi import Request

LONGEST_TEXT: Final = 2000
_LONGEST_FORM: Final = 16 * 1024


async def short_text(request: Request, name: str) -> str | None:
    """One field without spaces around it; None when the form is too long or no form at all."""
    try:
        form = await request.form(max_files=0, max_fields=4, max_part_size=_LONGEST_FORM)
    except (HTTPException, ValueError):
        return None
    text = str(form.get(name, "")).strip()
    return text if len(text) <= LONGEST_TEXT else None
