"""What this gateway stands on, one word a thing and no address: addresses hold passwords."""

from __future__ import annotations

from bot.settings import Settings


def uses(settings: Settings) -> dict[str, str | int | bool]:
    """What the operator reads in one line at the start.

    ``own`` means: kept by this gateway for itself, so that a second one would know nothing of it.
    """
    several = "redis" if settings.redis_url.get_secret_value() else "own"
    people = "chatwoot" if settings.chatwoot_url else "desk"
    doors = [
        name.removesuffix("_token")
        for name in type(settings).model_fields
        if name.endswith("_token") and name not in {"rasa_token", "action_token", "chatwoot_token"}
    ]
    return {
        "database": settings.desk_url.partition(":")[0].partition("+")[0],
        "events": several,
        "turns": several,
        "limits": several,
        "rasa": len(settings.engine_urls),
        "mail": settings.mail_tls if settings.mail_server else "none",
        "people": people,
        "doors": " ".join(name for name in doors if _is_set(settings, name)) or "none",
        "key": "set" if settings.secret_key.get_secret_value() else "made here",
        "traces": bool(settings.otlp_endpoint),
    }


def _is_set(settings: Settings, door: str) -> bool:
    return bool(getattr(settings, f"{door}_token").get_secret_value())
