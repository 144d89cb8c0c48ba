"""What every calling provider must be able to do, and the facts it gives back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.calls.states import State


@dataclass(frozen=True, slots=True)
class Agent:
    """One assistant of a provider's account. ``id`` is the provider's own reference."""

    name: str
    provider: str
    id: str
    active: bool = True
    language: str | None = None
    why_not: str | None = None  # said to people when it cannot be used


@dataclass(frozen=True, slots=True)
class Order:
    """Everything a provider needs for one dial. ``reference`` is ours, free of personal data."""

    reference: str
    number: str  # E.164
    agent_id: str
    agent_name: str
    name: str | None = None  # of the person called, as the asker wrote it
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The provider took the call; no ``provider_call_id`` when its answer was unreadable."""

    provider_call_id: str | None
    raw_status: str = ""


@dataclass(frozen=True, slots=True)
class News:
    """What a provider says of a call now.

    ``state`` is ``None`` when its word is unknown to us: that changes nothing. Instants are aware
    UTC; ``cost_micros`` are millionths of ``currency``; ``seconds`` is the time on the line.
    """

    state: State | None
    raw_status: str
    provider_call_id: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    seconds: float | None = None
    summary: str | None = None
    transcript: str | None = None
    recording_url: str | None = None
    cost_micros: int | None = None
    currency: str = "USD"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a provider can tell afterwards; nothing here is assumed."""

    can_read: bool
    can_find: bool
    listing_lag: timedelta = timedelta(minutes=2)  # a record may appear this late in its list


class CallProvider(Protocol):
    """Places one call. ``place`` raises ``NotPlaced`` or ``MaybePlaced``, and nothing else."""

    name: str
    label: str
    capabilities: Capabilities

    async def place(self, order: Order, *, may_send: Callable[[], bool]) -> Receipt:
        """Dial. ``may_send`` is asked right before the first byte; ``False`` sends nothing."""

    async def read(self, provider_call_id: str) -> News | None:
        """The call as the provider knows it; ``None`` when it does not know it (yet)."""

    async def find(self, order: Order, *, since: datetime, until: datetime) -> tuple[News, ...]:
        """Calls that may be this one: same number, same agent, begun between the two instants.

        Empty means *not seen*, never *certainly not placed*. Raises ``ProviderError`` when the
        provider cannot be asked.
        """

    async def list_agents(self) -> tuple[Agent, ...]:
        """Every agent of the account. Raises ``ProviderError`` when it cannot be asked."""

    async def aclose(self) -> None:
        """Close its connections."""
