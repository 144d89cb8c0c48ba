"""What an operator can ask of a provider's account besides calls, where the provider has it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from bot.calls.provider import Agent, CallProvider


@runtime_checkable
class Numbered(Protocol):
    """A provider that can tell from which numbers its calls come."""

    async def phone_numbers(self) -> tuple[str, ...]:
        """E.164, those in use. Raises ``ProviderError`` when it cannot be asked."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A webhook as its provider keeps it; ``secret`` is told once, when it is made."""

    id: str
    url: str
    active: bool = True
    secret: str | None = field(default=None, repr=False)


@runtime_checkable
class Subscribing(Protocol):
    """A provider at which webhooks are registered by its API. All raise ``ProviderError``."""

    async def subscriptions(self) -> tuple[Subscription, ...]:
        """Every webhook of the account, other people's too."""

    async def subscribe(self, url: str) -> Subscription:
        """Have calls that begin or end told to that address."""

    async def pause_subscription(self, subscription_id: str) -> None:
        """Have nothing told to it any more; it stays in the account."""


@runtime_checkable
class SetByHand(Protocol):
    """A provider at which webhooks are entered by hand."""

    def webhook_advice(self, url: str) -> str:
        """What an admin has to do there, and here, so that ``url`` is told of calls."""


class Address(Protocol):
    """Where a provider was told to reach us."""

    @property
    def url(self) -> str:
        """Without the key in it."""

    @property
    def their_id(self) -> str | None:
        """The provider's own reference to it."""

    @property
    def registered_at(self) -> datetime:
        """Aware UTC."""

    def opens(self, address_key: str) -> bool:
        """Whether that is the key of the address."""


class Addresses(Protocol):
    """At most one address for each provider, kept without its key."""

    async def of(self, provider: str) -> Address | None:
        """``None`` when none was registered."""

    async def keep(
        self,
        provider: str,
        *,
        url: str,
        now: datetime,
        their_id: str | None = None,
        address_key: str | None = None,
        secret: str | None = None,
    ) -> None:
        """Keep it instead of the one before."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account stands; ``why_not`` says why it could not be asked.

    ``numbers`` are ``None`` where the provider does not tell them.
    """

    provider: CallProvider
    agents: Sequence[Agent] = ()
    numbers: Sequence[str] | None = None
    why_not: str | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of a registration; without ``url`` the provider is not known to tell anybody.

    ``paused`` are older webhooks it replaces, by the provider's ids; ``still_there`` are those that
    could not be paused. ``why_not`` says why nothing was registered, ``by_hand`` what an admin has
    to do instead.
    """

    provider: CallProvider
    url: str = ""
    paused: Sequence[str] = ()
    still_there: Sequence[str] = ()
    why_not: str | None = None
    by_hand: str | None = None
