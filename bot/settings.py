"""Every setting: from the environment, a ``.env`` file, or ``…_FILE`` for secrets."""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.calls.process_role import ProcessRole
from bot.providers import Providers, switched_on

PREFIX = "SWITCHBOARD_"
HERE = "127.0.0.1"


class Mistake(Exception):
    """A setting is missing, wrong or unknown; the text says which, why and how to mend it."""


class Settings(BaseSettings):
    """Frozen; errors never show what was given, since it may be a token."""

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",  # the environment holds other programs' variables; ours are checked apart
        hide_input_in_errors=True,
        env_nested_delimiter="__",
    )

    bot_token: SecretStr = Field(alias="SLACK_BOT_TOKEN", description="xoxb-…, from *Install App*")
    app_token: SecretStr | None = Field(
        default=None,
        alias="SLACK_APP_TOKEN",
        description="xapp-… with `connections:write`; Socket Mode only",
    )
    signing_secret: SecretStr | None = Field(
        default=None, alias="SLACK_SIGNING_SECRET", description="signed HTTP only"
    )
    slack_api_url: str = Field(
        default="https://slack.com/api/",
        alias="SLACK_API_URL",
        description="base URL of Slack's Web API; GovSlack and stand-ins set it",
    )
    database_url: str = Field(
        default="sqlite+aiosqlite:///switchboard.db",
        alias="DATABASE_URL",
        description="or `postgresql+asyncpg://…`",
    )
    command: str = Field(
        default="/dial",
        alias="SWITCHBOARD_COMMAND",
        pattern=r"^/[a-z0-9_-]{1,31}$",
        description="the root command",
    )
    providers: Providers = Field(
        default=Providers(),
        alias="SWITCHBOARD_PROVIDERS",
        description="`SWITCHBOARD_PROVIDERS__VOZAGENT__API_KEY`, `…__BASE_URL`, `…__AGENTS`: "
        "a provider is on when its key is there",
    )
    approvers: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), alias="SWITCHBOARD_APPROVERS", description="leads: user or group ids, by commas"
    )
    admins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), alias="SWITCHBOARD_ADMINS", description="admins: user or group ids, by commas"
    )
    oncall: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), alias="SWITCHBOARD_ONCALL", description="on-call staff: user or group ids"
    )
    oncall_channel: str | None = Field(
        default=None,
        alias="SWITCHBOARD_ONCALL_CHANNEL",
        pattern=r"^[CG][A-Z0-9]{2,}$",
        description="channel id for alerts; without it on-call staff, else admins, get them as "
        "direct messages",
    )
    default_region: str = Field(
        default="US",
        alias="SWITCHBOARD_DEFAULT_REGION",
        pattern=r"^[A-Z]{2}$",
        description="country of numbers written without a country code",
    )
    practice: bool = Field(
        default=False,
        alias="SWITCHBOARD_PRACTICE",
        description="`1`: stand-ins answer in place of every provider, and no phone rings",
    )
    clock_file: Path | None = Field(
        default=None,
        alias="SWITCHBOARD_CLOCK_FILE",
        description="rehearsals only: a file with the seconds by which the clock runs ahead",
    )

    @field_validator("approvers", "admins", "oncall", mode="before")
    @classmethod
    def _by_commas(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _ends_with_a_slash(cls, value: str) -> str:
        return value if value.endswith("/") else f"{value}/"

    @property
    def helpers(self) -> tuple[str, ...]:
        """Everybody who may act on other people's calls."""
        return (*self.approvers, *self.admins, *self.oncall)


class Given(EnvSettingsSource):
    """Reads from a mapping instead of the process's environment."""

    def __init__(self, settings: type[BaseSettings], given: Mapping[str, str]) -> None:
        self._given = given
        super().__init__(settings)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): value for name, value in self._given.items()}


def load(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process. Raises ``Mistake`` with everything that is wrong."""
    given = _environment() if environment is None else dict(environment)
    check_names(given)
    read_secret_files(given)

    class Here(Settings):
        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *sources: Any, **named: Any
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            return (Given(settings_cls, given),)

    try:
        return Here()  # type: ignore[call-arg]  # its values come from ``given``
    except ValidationError as error:
        raise Mistake(_explain(error)) from None


def _environment() -> dict[str, str]:
    """The ``.env`` file of this folder under the real environment, which wins."""
    written = {name: value for name, value in dotenv_values(".env").items() if value is not None}
    return {**written, **os.environ}


def check_names(given: Mapping[str, str]) -> None:
    """An unknown ``SWITCHBOARD_`` name is a typing mistake; the nearest right one is offered."""
    known = {_alias(name) for name in Settings.model_fields}
    for name in given:
        if not name.startswith(PREFIX):
            continue
        base = name.removesuffix("_FILE").split("__")[0]
        if name in known or base in known:
            continue
        near = difflib.get_close_matches(base, known, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise Mistake(f"I know no setting {name}.{hint} Nothing was started.")


def read_secret_files(given: dict[str, str]) -> None:
    """``SLACK_BOT_TOKEN_FILE=/run/secrets/x`` stands for the file's content."""
    for name in [name for name in given if name.endswith("_FILE") and _takes_file(name)]:
        try:
            text = Path(given[name]).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise Mistake(f"{name} names a file I can't read: {error.strerror}.") from None
        given.setdefault(name.removesuffix("_FILE"), text)


def _takes_file(name: str) -> bool:
    ours = name.startswith(("SLACK_", PREFIX, "DATABASE_URL"))
    return ours and name != "SWITCHBOARD_CLOCK_FILE"


def _alias(name: str) -> str:
    return str(Settings.model_fields[name].alias)


def _explain(error: ValidationError) -> str:
    rows = ["These settings are missing or wrong; nothing was started:"]
    for each in error.errors(include_input=False, include_url=False):
        where = "__".join(str(part).upper() for part in each["loc"])
        rows.append(f"  {where}: {each['msg']}")
    return "\n".join(rows)


def check_start(settings: Settings, mode: str, role: ProcessRole, dialect: str) -> None:
    """Whether a process can be started like this. Raises ``Mistake`` with the reason."""
    if role is not ProcessRole.ALL:
        _check_role(settings, role, dialect)
    if role.takes:
        _check_mode(settings, mode)
    _check_practice(settings)


def _check_mode(settings: Settings, mode: str) -> None:
    if mode == "socket" and settings.app_token is None:
        raise Mistake(
            "Socket Mode needs SLACK_APP_TOKEN (xapp-…). Make one under *Basic Information, "
            "App-Level Tokens* with the scope connections:write. Nothing was started."
        )
    if mode == "http" and settings.signing_secret is None:
        raise Mistake(
            "HTTP mode needs SLACK_SIGNING_SECRET, from *Basic Information*. Nothing was started."
        )


def _check_role(settings: Settings, role: ProcessRole, dialect: str) -> None:
    """Several processes need a database, and a telephone network, that they can share."""
    if dialect == "sqlite":
        raise Mistake(
            f"--role {role} is for several processes, and a SQLite file is used by one. Leave "
            "--role out, or set DATABASE_URL to PostgreSQL; `switchboard migrate --to …` moves "
            "everything there. Nothing was started."
        )
    if settings.practice:
        raise Mistake(
            f"--role {role} is for several processes, and practice is one: its stand-ins live "
            "in it. Leave --role out, or leave practice off. Nothing was started."
        )


def _check_practice(settings: Settings) -> None:
    """Stand-ins live on this machine; a practice bot that knows another address is stopped."""
    accounts = switched_on(settings.providers) if settings.practice else {}
    for name, account in accounts.items():
        if urlsplit(account.base_url).hostname != HERE or account.proxy is not None:
            raise Mistake(
                f"Practice was about to use the real {name}. That is a mistake in the program: "
                "only `switchboard serve` starts practice. Nothing was started."
            )


def table() -> list[tuple[str, str, str]]:
    """Name, default and meaning of every setting, for the README and ``doctor``."""
    rows: list[tuple[str, str, str]] = []
    for field in Settings.model_fields.values():
        default: Any = "required" if field.is_required() else field.default
        default = int(default) if isinstance(default, bool) else default
        if isinstance(default, Providers) or default in (None, ()):
            default = "–"
        rows.append((str(field.alias), str(default), str(field.description)))
    return rows


__all__ = ["Mistake", "Settings", "check_names", "check_start", "load", "table"]
