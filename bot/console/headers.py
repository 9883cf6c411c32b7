"""What a browser is told about the agents' pages: hardly anything is allowed, nothing is kept."""

from __future__ import annotations

from typing import Final

_POLICY: Final = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    # htmx hands the server's fragments to the parser; the policy named here lets markup through
    # that has no script in it, and makes neither scripts nor addresses of scripts.
    "require-trusted-types-for 'script'",
    "trusted-types default",
    "frame-ancestors 'none'",
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
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex",
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": _PERMISSIONS,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def asset_headers(etag: str) -> dict[str, str]:
    """Headers of a static file."""
    return {
        "Cache-Control": "no-cache",
        "ETag": etag,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
