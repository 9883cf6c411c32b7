"""What a browser is told about our pages: hardly anything is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.widget.assets import Asset

_POLICY: Final = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
    "frame-ancestors 'self'",
    "base-uri 'none'",
    "form-action 'self'",
)
CONTENT_SECURITY_POLICY: Final = "; ".join(_POLICY)

_PERMISSIONS: Final = ", ".join(
    f"{power}=()"
    for power in ("camera", "microphone", "geolocation", "display-capture", "payment", "usb")
)


def page_headers(language: str) -> dict[str, str]:
    """Headers of an HTML page in ``language`` (BCP 47)."""
    return {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "Content-Language": language,
        "Vary": "Accept-Language, Accept-Encoding",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "SAMEORIGIN",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": _PERMISSIONS,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def asset_headers(asset: Asset, *, embedded: bool) -> dict[str, str]:
    """Headers of a static file; ``embedded``: other origins may load the element's own parts."""
    return {
        "Cache-Control": "no-cache",
        "ETag": asset.etag,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": (
            "cross-origin" if embedded and asset.is_element else "same-origin"
        ),
    }
