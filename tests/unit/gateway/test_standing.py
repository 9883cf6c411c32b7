"""The one line at the start that says what a gateway stands on."""

from __future__ import annotations

from pydantic import SecretStr

from bot.gateway.standing import uses
from bot.settings import Settings


def test_the_embedded_default_keeps_everything_for_itself():
    told = uses(Settings())
    assert told["database"] == "sqlite"
    assert {told[name] for name in ("events", "turns", "limits")} == {"own"}
    assert (told["mail"], told["doors"], told["people"]) == ("none", "none", "desk")


def test_what_is_shared_is_told_without_an_address_or_a_password():
    told = uses(
        Settings(
            database_url=SecretStr("postgresql+asyncpg://desk:hunter2@db.example/desk"),
            redis_url=SecretStr("redis://:hunter2@redis.example/0"),
            secret_key=SecretStr("k" * 40),
            telegram_token=SecretStr("123:hunter2"),
            mail_server="smtp.example",
            rasa_url="http://rasa-0:5005,http://rasa-1:5005",
        )
    )
    assert told["database"] == "postgresql"
    assert {told[name] for name in ("events", "turns", "limits")} == {"redis"}
    assert (told["rasa"], told["doors"], told["mail"]) == (2, "telegram", "starttls")
    assert "hunter2" not in str(told)
    assert "example" not in str(told)
