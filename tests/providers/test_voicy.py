"""Voicy keeps the contract of all providers."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import SecretStr

from bot.calls.provider import CallProvider
from bot.demo.voicy import DANA, DEMO_FROM, SALES, VoicyStandIn
from bot.providers.voicy import VoicySettings
from tests.contracts.one_provider import PATIENCE
from tests.contracts.openapi_judge import Document
from tests.contracts.provider_contract import ProviderContract


class TestVoicy(ProviderContract):
    document: ClassVar[Document] = Document("voicy.yaml")
    agent_id: ClassVar[str] = DANA.id
    agent_name: ClassVar[str] = DANA.name
    other_agent_id: ClassVar[str] = SALES.id
    usable_agents: ClassVar[tuple[str, ...]] = ("Dana", "Sales")
    wrong_key: ClassVar[str] = "voicy_sk_live_another_key"
    tells: ClassVar[frozenset[str]] = ProviderContract.tells - {"cost_micros"}
    documented_id: ClassVar[str | None] = "550e8400-e29b-41d4-a716-446655440000"
    operations: ClassVar[Mapping[str, str]] = {
        "dialCall": "place",
        "getCall": "read",
        "listCalls": "overview",
        "listAgents": "list_agents",
    }

    def new_stand_in(self) -> VoicyStandIn:
        return VoicyStandIn()

    def open(self, base_url: str, api_key: str) -> CallProvider:
        return VoicySettings(
            api_key=SecretStr(api_key),
            base_url=base_url,
            from_number=DEMO_FROM,
            timeouts=PATIENCE,
        ).open()
