"""Which of the providers that are on can do what."""

from collections.abc import Mapping

from bot.calls.lanes import Limits
from bot.calls.provider import CallProvider

Providers = Mapping[str, CallProvider]


def silent_of(providers: Providers) -> frozenset[str]:
    """Providers that can't be asked about a call nobody is sure of."""
    return frozenset(name for name, one in providers.items() if not one.capabilities.can_find)


def mute_of(providers: Providers) -> frozenset[str]:
    """Providers that report no outcome."""
    return frozenset(name for name, one in providers.items() if not one.capabilities.can_read)


def ahead_of(providers: Providers) -> frozenset[str]:
    """Providers that get a call when it is confirmed."""
    return frozenset(name for name, one in providers.items() if one.capabilities.ahead)


def limits_of(provider: CallProvider) -> Limits:
    """How much the provider takes."""
    return Limits(provider.capabilities.per_minute, provider.capabilities.live_calls)


def limits_of_all(providers: Providers) -> Mapping[str, Limits]:
    """The same for each of them."""
    return {name: limits_of(provider) for name, provider in providers.items()}
