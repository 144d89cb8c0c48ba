"""VozAgent keeps the contract of all providers."""

from typing import ClassVar

from pydantic import SecretStr

from bot.calls.provider import CallProvider
from bot.demo.vozagent import VozAgentStandIn
from bot.providers.account import Timeouts
from bot.providers.vozagent import VozAgentSettings
from tests.contracts.openapi_judge import Document
from tests.contracts.provider_contract import ProviderContract


class TestVozAgent(ProviderContract):
    document: ClassVar[Document] = Document("vozagent.yaml")
    agent_id: ClassVar[str] = "asst-7d0c2a51-voz"

    def new_stand_in(self) -> VozAgentStandIn:
        return VozAgentStandIn()

    def open(self, base_url: str, api_key: str) -> CallProvider:
        patience = Timeouts(answer=0.6)
        key = SecretStr(api_key)
        return VozAgentSettings(api_key=key, base_url=base_url, timeouts=patience).open()
