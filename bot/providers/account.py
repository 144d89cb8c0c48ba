"""How an account at a provider is configured: its key, address, timeouts and agents."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from bot.calls.provider import CallProvider


class Timeouts(BaseModel):
    """All in seconds. ``whole`` bounds one request however slowly its answer drips in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    connect: float = Field(default=5, gt=0)  # TCP and TLS together may take twice this
    free_connection: float = Field(default=5, gt=0)
    send: float = Field(default=10, gt=0)
    answer: float = Field(default=20, gt=0)
    whole: float = Field(default=40, gt=0)


class AgentAlias(BaseModel):
    """A name the team uses for one of the provider's agents."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    language: str | None = None


class Account(BaseModel, ABC):
    """The settings every provider has; errors hide what was given, since it may be the key."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    api_key: SecretStr
    base_url: str
    agents: Mapping[str, AgentAlias] = Field(default_factory=dict)
    timeouts: Timeouts = Timeouts()
    proxy: SecretStr | None = None  # the environment's proxy variables are not looked at

    @abstractmethod
    def open(self) -> CallProvider:
        """The provider, ready to dial; to be closed by whoever opened it."""

    @field_validator("api_key")
    @classmethod
    def _fits_into_a_header(cls, key: SecretStr) -> SecretStr:
        bare = key.get_secret_value().strip()
        if not bare or any(not "!" <= letter <= "~" for letter in bare):
            raise ValueError("the key must be plain letters, digits and signs without spaces")
        return SecretStr(bare)

    @field_validator("base_url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in {"https", "http"} or not parts.hostname:
            raise ValueError("the base URL must begin with https:// (or http://) and name a host")
        if parts.username or parts.query or parts.fragment:
            raise ValueError("the base URL must hold no user name, question mark or #")
        return url.rstrip("/")
