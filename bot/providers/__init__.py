"""The register of providers: which there are, and which are on."""

from collections.abc import Callable

from pydantic import BaseModel

from bot.calls.provider import CallProvider, Pace
from bot.providers.account import UNHURRIED, Account
from bot.providers.unleashx import UnleashXSettings
from bot.providers.voicy import VoicySettings
from bot.providers.vozagent import VozAgentSettings
from bot.providers.vozzo import VozzoSettings


class Providers(BaseModel, frozen=True, extra="forbid", hide_input_in_errors=True):
    """A provider is on when its settings are there."""

    vozagent: VozAgentSettings | None = None
    voicy: VoicySettings | None = None
    unleashx: UnleashXSettings | None = None
    vozzo: VozzoSettings | None = None


def switched_on(settings: Providers) -> dict[str, Account]:
    """The account of every provider that is on, by the provider's name."""
    accounts: dict[str, Account | None] = dict(settings)
    return {name: account for name, account in accounts.items() if account is not None}


def open_all(
    settings: Providers, pace_of: Callable[[str, Account], Pace] = lambda _, __: UNHURRIED
) -> dict[str, CallProvider]:
    """Every provider that is on, by name; to be closed by whoever opened them."""
    return {
        name: account.open(pace_of(name, account))
        for name, account in switched_on(settings).items()
    }
