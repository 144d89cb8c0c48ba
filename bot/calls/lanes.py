"""A lane: the road to one provider account, shared by all processes."""

from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

NO_WAIT = timedelta(0)


class Tale(StrEnum):
    """What on-call staff have yet to be told of a lane."""

    SHUT = "shut"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a provider account takes; ``None``: no limit is known."""

    per_minute: int | None = None  # requests of all kinds
    live_calls: int | None = None  # calls dialling, doubtful or on the line


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Lane:
    """How a lane stands. All instants aware UTC.

    Shut: the provider refused our key; one call at a time may try again from ``probe_at`` on.
    Parked: the provider asked for a pause.
    """

    provider: str
    shut_since: datetime | None = None
    shut_why: str = ""  # a sentence for people
    probe_at: datetime | None = None
    parked_until: datetime | None = None
    to_tell: Tale | None = None


class Lanes(Protocol):
    """The lanes as database rows; each change is one transaction."""

    async def all(self) -> Mapping[str, Lane]:
        """Every lane that was ever used, by provider."""

    async def take(
        self, provider: str, per_minute: int, now: datetime, *, spare: int = 0
    ) -> timedelta:
        """Leave for one request: no wait when it may be made now, else how long to wait.

        A bucket: never more than ``per_minute`` in any minute, for all processes together.
        ``spare`` requests are left to those who dial.
        """

    async def park(self, provider: str, until: datetime) -> None:
        """Nobody dials or asks before that; an earlier end never shortens a pause."""

    async def shut(self, provider: str, *, why: str, now: datetime, probe_at: datetime) -> bool:
        """The key is refused; whether the lane was open until now (then on-call is to be told)."""

    async def reopen(self, provider: str) -> bool:
        """The key is taken again; whether the lane was shut."""

    def telling(self, provider: str) -> AbstractAsyncContextManager[Lane | None]:
        """The lane as it stands, for the one process that tells of it; ``None`` for all others."""

    async def told(self, provider: str, tale: Tale) -> None:
        """On-call staff know."""
