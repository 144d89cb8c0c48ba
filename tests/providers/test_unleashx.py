"""UnleashX keeps the contract of all providers."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import SecretStr

from bot.calls.provider import CallProvider
from bot.demo.unleashx import UnleashXStandIn
from bot.providers.unleashx import UnleashXSettings
from tests.contracts.one_provider import PATIENCE
from tests.contracts.openapi_judge import Document
from tests.contracts.provider_contract import ProviderContract


class TestUnleashX(ProviderContract):
    document: ClassVar[Document] = Document("unleashx.yaml")
    agent_id: ClassVar[str] = "412"
    agent_name: ClassVar[str] = "Maya"
    other_agent_id: ClassVar[str] = "418"
    usable_agents: ClassVar[tuple[str, ...]] = ("Maya", "Omar")
    one_id: ClassVar[bool] = False  # a record has an id of its own
    tells: ClassVar[frozenset[str]] = frozenset(
        {"started_at", "seconds", "transcript", "recording_url"}
    )
    operations: ClassVar[Mapping[str, str]] = {
        "makeCall": "place",
        "getAgents": "list_agents",
        "listExecutions": "read",
    }
    documented_id: ClassVar[str | None] = "9001"

    def new_stand_in(self) -> UnleashXStandIn:
        return UnleashXStandIn()

    def open(self, base_url: str, api_key: str) -> CallProvider:
        key = SecretStr(api_key)
        return UnleashXSettings(api_key=key, base_url=base_url, timeouts=PATIENCE).open()
