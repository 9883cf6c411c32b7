"""People answer in Chatwoot instead of our own console: docs/chatwoot.md."""

from __future__ import annotations

from typing import Final

PROVIDER: Final = "chatwoot"
