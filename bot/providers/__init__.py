"""The register of providers: which there are, and which are on."""

from pydantic import BaseModel

from bot.calls.provider import CallProvider
from bot.providers.account import Account
from bot.providers.vozagent import VozAgentSettings


class Providers(BaseModel, frozen=True, extra="forbid", hide_input_in_errors=True):
    """A provider is on when its settings are there."""

    vozagent: VozAgentSettings | None = None


def open_all(settings: Providers) -> dict[str, CallProvider]:
    """Every provider that is on, by name; to be closed by whoever opened them."""
    accounts: list[Account | None] = [account for _, account in settings]
    opened = [account.open() for account in accounts if account is not None]
    return {provider.name: provider for provider in opened}
