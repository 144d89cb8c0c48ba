"""How an account at a provider is configured: its key, address, timeouts and agents."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from bot.calls.provider import CallProvider, Pace, Unhurried
from bot.providers.key import Key, fits_into_a_header

UNHURRIED = Unhurried()


class Timeouts(BaseModel):
    """All in seconds. ``whole`` bounds one request however slowly its answer drips in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    connect: float = Field(default=5, gt=0)  # TCP and TLS together may take twice this
    free_connection: float = Field(default=5, gt=0)
    send: float = Field(default=10, gt=0)
    answer: float = Field(default=20, gt=0)
    # With the time between claim and first byte, it stays under the lease of a dial.
    whole: float = Field(default=40, gt=0, le=45)


class AgentAlias(BaseModel):
    """A name the team uses for one of the provider's agents."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1)
    language: str | None = None


class Account(BaseModel, ABC):
    """The settings every provider has; errors hide what was given, since it may be the key."""

    usual_per_minute: ClassVar[int | None] = None  # as documented; ``None``: nothing is
    usual_live_calls: ClassVar[int | None] = None

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    api_key: SecretStr
    api_key_file: Path | None = None  # read again whenever it changes; wins over ``api_key``
    base_url: str
    agents: Mapping[str, AgentAlias] = Field(default_factory=dict)
    timeouts: Timeouts = Timeouts()
    proxy: SecretStr | None = None  # the environment's proxy variables are not looked at
    per_minute: int | None = Field(default=None, gt=0)  # requests; in place of the usual limit
    live_calls: int | None = Field(default=None, gt=0)  # on the line at a time; likewise

    @abstractmethod
    def open(self, pace: Pace = UNHURRIED) -> CallProvider:
        """The provider, ready to dial; to be closed by whoever opened it."""

    @property
    def requests_a_minute(self) -> int | None:
        """Of all kinds together; ``None``: no limit is known."""
        return self.per_minute or self.usual_per_minute

    @property
    def calls_at_once(self) -> int | None:
        """On the line at a time; ``None``: no limit is known."""
        return self.live_calls or self.usual_live_calls

    @property
    def key(self) -> Key:
        """What every request is signed with, as it stands at that moment."""
        return Key(self.api_key, self.api_key_file)

    @field_validator("api_key")
    @classmethod
    def _fits_into_a_header(cls, key: SecretStr) -> SecretStr:
        bare = key.get_secret_value().strip()
        if not fits_into_a_header(bare):
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
