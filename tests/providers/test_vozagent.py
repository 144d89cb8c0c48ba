"""VozAgent keeps the contract of all providers."""

from collections.abc import Mapping
from typing import ClassVar

from pydantic import SecretStr

from bot.calls.provider import CallProvider
from bot.demo.vozagent import VozAgentStandIn
from bot.providers.vozagent import VozAgentSettings
from tests.contracts.one_provider import PATIENCE
from tests.contracts.openapi_judge import Document
from tests.contracts.provider_contract import ProviderContract


class TestVozAgent(ProviderContract):
    document: ClassVar[Document] = Document("vozagent.yaml")
    agent_id: ClassVar[str] = "asst-7d0c2a51-voz"
    agent_name: ClassVar[str] = "Voz"
    other_agent_id: ClassVar[str] = "asst-19e4b6f3-nova"
    usable_agents: ClassVar[tuple[str, ...]] = ("Voz", "Nova")
    wrong_key: ClassVar[str] = "gw_another_key"
    operations: ClassVar[Mapping[str, str]] = {
        "createOutboundCall": "place",
        "listCalls": "overview",
        "getCall": "read",
        "listAssistants": "list_agents",
    }

    def new_stand_in(self) -> VozAgentStandIn:
        return VozAgentStandIn()

    def open(self, base_url: str, api_key: str) -> CallProvider:
        key = SecretStr(api_key)
        return VozAgentSettings(api_key=key, base_url=base_url, timeouts=PATIENCE).open()
