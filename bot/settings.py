"""All settings, read from the environment in this one place.

Every variable is ``SEEDWARDEN_<NAME>``; a secret may also come from the file that
``SEEDWARDEN_<NAME>_FILE`` names. A value that is not usable stops the start.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.errors import SettingInvalid
from bot.keys import Keys

PREFIX: Final = "SEEDWARDEN_"
_SHORTEST_KEY: Final = 32
ROOT: Final = Path(__file__).resolve().parent.parent
_ADDRESS: Final = re.compile(r"https?://([\w.-]+|\[[0-9a-fA-F:]+\])(:\d{1,5})?(/[^\s?#]*)?")
_MAIL_FROM: Final = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+")


class _SecretFiles(PydanticBaseSettingsSource):
    """Reads ``SEEDWARDEN_X_FILE`` for every setting X."""

    def get_field_value(
        self,
        field: FieldInfo,  # noqa: ARG002 - the base class hands it over
        field_name: str,
    ) -> tuple[Any, str, bool]:
        """Give the content of the named file, without the newline at its end."""
        name = f"{PREFIX}{field_name.upper()}_FILE"
        path = os.environ.get(name)
        if not path:
            return None, field_name, False
        try:
            return Path(path).read_text(encoding="utf-8").rstrip("\n"), field_name, False
        except OSError as error:
            raise SettingInvalid(name, f"the file cannot be read ({error.strerror})") from error

    def __call__(self) -> dict[str, Any]:
        """Collect what the files give."""
        values = {
            name: self.get_field_value(field, name)[0]
            for name, field in self.settings_cls.model_fields.items()
        }
        return {name: value for name, value in values.items() if value is not None}


class Settings(BaseSettings):
    """What an operator may set. Times are seconds, sizes are bytes unless said otherwise."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    var: Path = Field(default=Path("var"), description="state of the embedded default")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    rasa_port: int = Field(default=5005, ge=1, le=65535)
    action_port: int = Field(default=5055, ge=1, le=65535)
    action_host: str = "127.0.0.1"
    rasa_url: str = ""
    rasa_processes: int = Field(default=1, ge=1, le=64)
    rasa_turns: int = Field(default=8, ge=1)
    action_url: str = ""
    rasa_token: SecretStr = SecretStr("")
    action_token: SecretStr = SecretStr("")
    database_url: SecretStr = SecretStr("")
    redis_url: SecretStr = SecretStr("")
    secret_key: SecretStr = SecretStr("")
    former_keys: SecretStr = SecretStr("")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    otlp_endpoint: str = ""
    token_lifetime: int = Field(default=30 * 24 * 3600, ge=60)
    engine_timeout: float = Field(default=8.0, gt=0)
    engine_queue: float = Field(default=60.0, ge=0)
    messages_per_minute: int = Field(default=30, ge=1)
    conversations_per_hour: int = Field(default=60, ge=1)
    requests_per_minute: int = Field(default=600, ge=1)
    lookups_per_minute: int = Field(default=20, ge=1)
    records_per_minute: int = Field(default=10, ge=1)
    backup_recipient: str = ""
    keep_messages_days: int = Field(default=180, ge=1)
    keep_tickets_days: int = Field(default=730, ge=1)
    keep_turns_days: int = Field(default=90, ge=1)
    keep_audit_days: int = Field(default=1095, ge=1)
    waiting_messages: int = Field(default=5, ge=1)
    allowed_origins: str = ""
    public_url: str = ""
    reported_lists: str = ""
    profile: str = ""
    trust_proxy: bool = False
    longest_wait: int = Field(default=600, ge=10)
    codes_per_hour: int = Field(default=5, ge=1)
    mail_server: str = ""
    mail_port: int = Field(default=587, ge=1, le=65535)
    mail_tls: Literal["starttls", "tls", "none"] = "starttls"
    mail_user: str = ""
    mail_password: SecretStr = SecretStr("")
    mail_from: str = ""
    telegram_token: SecretStr = SecretStr("")
    telegram_secret: SecretStr = SecretStr("")
    telegram_api: str = "https://api.telegram.org"
    chatwoot_url: str = ""
    chatwoot_account: int = Field(default=0, ge=0)
    chatwoot_inbox: str = ""
    chatwoot_token: SecretStr = SecretStr("")
    chatwoot_secret: SecretStr = SecretStr("")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - no .env files here
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - replaced by ours
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take arguments before the environment, and the environment before files."""
        return init_settings, env_settings, _SecretFiles(settings_cls)

    @property
    def var_folder(self) -> Path:
        """The absolute folder for state, relative names counted from the project's root."""
        return self.var if self.var.is_absolute() else ROOT / self.var

    @property
    def desk_url(self) -> str:
        """The desk's database as SQLAlchemy reads it; SQLite in the state folder by default."""
        given = self.database_url.get_secret_value()
        return given or f"sqlite+aiosqlite:///{self.var_folder / 'desk.db'}"

    @property
    def engine_urls(self) -> list[str]:
        """Where each Rasa answers, without a slash at the end."""
        here = (f"http://127.0.0.1:{self.rasa_port + n}" for n in range(self.rasa_processes))
        return [url.strip().rstrip("/") for url in (self.rasa_url or ",".join(here)).split(",")]

    @property
    def reported_files(self) -> tuple[Path, ...]:
        """The operator's own lists of reported hosts, relative names from the project's root."""
        names = (part.strip() for part in self.reported_lists.split(","))
        return tuple(ROOT / name for name in names if name)

    @property
    def origins(self) -> tuple[str, ...]:
        """Web origins besides our own that may embed the widget."""
        return tuple(part.strip() for part in self.allowed_origins.split(",") if part.strip())

    @property
    def own_hosts(self) -> tuple[str, ...]:
        """The names of our own pages and of those that may embed the widget; none: nobody said."""
        if not self.public_url:
            return ()
        named = (urlsplit(origin).hostname for origin in (self.public_url, *self.origins))
        return tuple(dict.fromkeys(host for host in named if host))

    @property
    def site(self) -> str:
        """Our own host as mails name it, with its port where it has one; empty: nobody said."""
        return urlsplit(self.public_url).netloc

    def keys(self) -> Keys:
        """The key that signs and encrypts: as set, or made once and kept in the state folder.

        One that was made there before the operator set one is a former key.
        """
        given = self.secret_key.get_secret_value()
        kept = self.var_folder / "secret.key"
        if not given:
            return Keys(_kept_key(kept), self._former())
        made = (kept.read_bytes(),) if kept.is_file() else ()
        return Keys(given.encode(), (*self._former(), *made))

    def _former(self) -> tuple[bytes, ...]:
        return tuple(self.former_keys.get_secret_value().replace(",", " ").encode().split())


def load_settings() -> Settings:
    """Read the environment.

    Raises:
        SettingInvalid: a value is not usable; names the variable and what it must look like.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"{PREFIX}{str(first['loc'][0]).upper()}"
        raise SettingInvalid(name, first["msg"]) from None
    for check in (
        *(_check_database, _check_redis, _check_key, _check_public),
        *(_check_lists, _check_mail, _check_chatwoot, _check_telegram),
    ):
        check(settings)
    return settings


def _check_database(settings: Settings) -> None:
    scheme = urlsplit(settings.desk_url).scheme
    if scheme not in {"sqlite+aiosqlite", "postgresql+asyncpg"}:
        expected = "expected sqlite+aiosqlite:///… or postgresql+asyncpg://…"
        raise SettingInvalid(f"{PREFIX}DATABASE_URL", expected)


def _check_redis(settings: Settings) -> None:
    """Redis joins several gateways, and several gateways on SQLite lose messages."""
    given = settings.redis_url.get_secret_value()
    if given and urlsplit(given).scheme not in {"redis", "rediss"}:
        raise SettingInvalid(f"{PREFIX}REDIS_URL", "expected redis://host:6379/0 or rediss://…")
    if given and settings.desk_url.startswith("sqlite"):
        raise SettingInvalid(
            f"{PREFIX}REDIS_URL",
            "several gateways lose messages on SQLite. Set SEEDWARDEN_DATABASE_URL to "
            "postgresql+asyncpg://… on each of them, or leave this one out for a single gateway",
        )


def _check_telegram(settings: Settings) -> None:
    """Without the secret anybody could write in a customer's name: the door stays shut."""
    token = settings.telegram_token.get_secret_value()
    secret = settings.telegram_secret.get_secret_value()
    if bool(token) != bool(secret):
        missing = "SECRET" if token else "TOKEN"
        raise SettingInvalid(f"{PREFIX}TELEGRAM_{missing}", "token and secret go together")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", secret):
        raise SettingInvalid(
            f"{PREFIX}TELEGRAM_SECRET", "expected 16 to 256 letters, digits, _ or -"
        )


def _check_chatwoot(settings: Settings) -> None:
    """Chatwoot is set up whole or not at all: without the secret anybody could speak for us."""
    given = {
        "URL": settings.chatwoot_url,
        "ACCOUNT": settings.chatwoot_account,
        "INBOX": settings.chatwoot_inbox,
        "TOKEN": settings.chatwoot_token.get_secret_value(),
        "SECRET": settings.chatwoot_secret.get_secret_value(),
    }
    missing = next((name for name, value in given.items() if not value), None)
    if any(given.values()) and missing is not None:
        raise SettingInvalid(
            f"{PREFIX}CHATWOOT_{missing}",
            "it is missing while another SEEDWARDEN_CHATWOOT_* is set",
        )


def _check_lists(settings: Settings) -> None:
    for path in settings.reported_files:
        if not os.access(path, os.R_OK) or not path.is_file():
            raise SettingInvalid(f"{PREFIX}REPORTED_LISTS", f"{path.name} is no readable file")


def _check_public(settings: Settings) -> None:
    likes = {"PUBLIC_URL": "https://help.example", "OTLP_ENDPOINT": "http://collector:4318"}
    for name, like in likes.items():
        if (given := getattr(settings, name.lower())) and not _ADDRESS.fullmatch(given):
            raise SettingInvalid(f"{PREFIX}{name}", f"expected an address like {like}")


def _check_mail(settings: Settings) -> None:
    """Mail is off without a server; with one it must know who writes, and for which site."""
    if not settings.mail_server:
        return
    if not _MAIL_FROM.fullmatch(settings.mail_from):
        raise SettingInvalid(f"{PREFIX}MAIL_FROM", "expected an address, name@example.org")
    if not settings.site:
        raise SettingInvalid(f"{PREFIX}PUBLIC_URL", "mails name the site, so it must be known")
    if settings.mail_tls == "none" and settings.mail_password.get_secret_value():
        raise SettingInvalid(f"{PREFIX}MAIL_TLS", "a password is never sent without TLS")


def _check_key(settings: Settings) -> None:
    given = settings.secret_key.get_secret_value()
    if given and len(given) < _SHORTEST_KEY:
        raise SettingInvalid(f"{PREFIX}SECRET_KEY", "expected at least 32 characters")
    former = settings.former_keys.get_secret_value().replace(",", " ").split()
    if any(len(key) < _SHORTEST_KEY for key in former):
        raise SettingInvalid(
            f"{PREFIX}FORMER_KEYS", "expected keys of at least 32 characters, one a line"
        )


def _kept_key(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(handle, "wb") as file:
        key = secrets.token_hex(32).encode()
        file.write(key)
    return key
