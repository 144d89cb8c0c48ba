"""What every calling provider must be able to do, and the facts it gives back."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.calls.errors import ProviderError
from bot.calls.states import State
from bot.calls.timing import Window


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
    """Everything a provider needs for one dial. ``reference`` is ours, free of personal data.

    ``begins`` (aware UTC) is when the phone shall ring: this moment, unless the provider takes
    calls ahead. ``window`` is the asker's own, for providers that are given one; ``latest`` (aware
    UTC) is when the calling hours of the person called end.
    """

    reference: str
    number: str  # E.164
    agent_id: str
    agent_name: str
    begins: datetime
    name: str | None = None  # of the person called, as the asker wrote it
    notes: str | None = None
    window: Window | None = None
    latest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The provider took the call; no ``provider_call_id`` when its answer had none we can read.

    ``until`` (aware UTC) is the end of the time in which a provider that reports nothing may ring.
    """

    provider_call_id: str | None
    raw_status: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Watched:
    """A call that is asked about: its id there, what was ordered, and when it was claimed."""

    provider_call_id: str
    order: Order
    since: datetime  # aware UTC


@dataclass(frozen=True, slots=True)
class News:
    """What a provider says of a call now.

    ``state`` is ``None`` when its word is unknown to us, or when it only says "go and read": that
    changes nothing. Instants are aware UTC; ``cost_micros`` are millionths of ``currency``;
    ``seconds`` is the time on the line; ``variables`` are what the agent learned, in plain words.
    """

    state: State | None
    raw_status: str
    provider_call_id: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    seconds: float | None = None
    summary: str | None = None
    transcript: str | None = None  # one line per turn: "Agent: …"
    recording_url: str | None = None
    cost_micros: int | None = None
    currency: str = "USD"
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a provider can do and tell; nothing here is assumed."""

    can_read: bool  # how a placed call went; without it a call is handed over
    can_find: bool  # a call of which only number, agent and time are known
    can_list_agents: bool = True
    listing_lag: timedelta = timedelta(minutes=2)  # a record may appear this late in its list
    reads_at_once: int = 1  # calls that one ``overview`` may ask about
    places_at_once: int = 1  # recipients of one dial request
    ahead: bool = False  # is given a call when it is confirmed, with its window
    per_minute: int | None = None  # requests of all kinds; ``None``: no limit known
    live_calls: int | None = None  # calls on the line at a time
    hears: bool = False  # takes webhooks
    own_ids: bool = True  # the id a dial gives is the one that its records have
    secret_address: bool = False  # they are not signed: only their address is known to nobody else


class NotGenuine(ProviderError):
    """A webhook without the right signature, or one nobody can read: refused, nothing changed."""


class Pace(Protocol):
    """Keeps the requests of one account, from all processes together, under its rate."""

    async def turn(self) -> None:
        """Return when one more question may be asked."""

    async def park(self, wait: timedelta) -> None:
        """The provider asked for a pause: nobody dials or asks until it is over."""


class Unhurried:
    """A ``Pace`` without any limit."""

    async def turn(self) -> None:
        """At once."""

    async def park(self, wait: timedelta) -> None:
        """Nobody to tell."""


class CallProvider(Protocol):
    """Places one call. ``place`` raises ``NotPlaced`` or ``MaybePlaced``, and nothing else."""

    name: str
    label: str
    capabilities: Capabilities

    async def place(self, orders: Sequence[Order], *, may_send: Callable[[], bool]) -> Receipt:
        """Dial, in one request. ``may_send`` is asked right before the first byte.

        There is one order, or up to ``places_at_once`` with the same ``party``; what comes back
        is true of each of them.
        """

    def party(self, order: Order) -> Hashable:
        """Orders with equal parties may share a request, where ``places_at_once`` allows."""

    async def read(self, watched: Watched) -> News | None:
        """The call with all that is known of it; ``None`` when it does not know it (yet).

        Raises ``ProviderError`` when the provider cannot be asked.
        """

    async def overview(self, watched: Sequence[Watched]) -> Mapping[str, News]:
        """States of many calls in as few requests as can be, by provider call id.

        Summaries and the like may be missing. Not in it: not in the provider's list (yet). Raises
        ``ProviderError`` when the provider cannot be asked.
        """

    async def find(self, order: Order, *, since: datetime, until: datetime) -> tuple[News, ...]:
        """Calls that may be this one: same number, same agent, begun between the two instants.

        Empty means *not seen*, never *certainly not placed*. Raises ``ProviderError`` when the
        provider cannot be asked.
        """

    def hear(self, headers: Mapping[str, str], body: bytes) -> tuple[News, ...]:
        """What a webhook tells, each with its call id. Raises ``NotGenuine``."""

    async def list_agents(self) -> tuple[Agent, ...]:
        """Every agent of the account. Raises ``ProviderError`` when it cannot be asked."""

    async def aclose(self) -> None:
        """Close its connections."""
