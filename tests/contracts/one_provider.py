"""A provider opened against its stand-in, for the contracts to ask things of."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest

from bot.calls.provider import CallProvider, Order
from bot.demo.vozagent import VozAgentStandIn
from tests.contracts.judging_middleware import Judge
from tests.contracts.openapi_judge import Document

NUMBER = "+12025550142"
OTHER_NUMBER = "+12025550143"


def now() -> datetime:
    return datetime.now(UTC)


def always() -> bool:
    return True


class Leave:
    """Always lets a dial be sent, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> bool:
        self.asked += 1
        return True


class OneProvider:
    """A provider and its stand-in for one test, and what is peculiar to them."""

    document: ClassVar[Document]
    agent_id: ClassVar[str]

    def new_stand_in(self) -> VozAgentStandIn:
        raise NotImplementedError

    def open(self, base_url: str, api_key: str) -> CallProvider:
        """With an answer awaited for 0.6 seconds at most."""
        raise NotImplementedError

    @pytest.fixture
    async def stand_in(self) -> AsyncIterator[VozAgentStandIn]:
        stand_in, judge = self.new_stand_in(), Judge(self.document)
        stand_in.account.pace = None
        judge.attach(stand_in.app)
        await stand_in.start()
        yield stand_in
        await stand_in.stop()
        assert judge.problems == []

    @pytest.fixture
    async def provider(self, stand_in: VozAgentStandIn) -> AsyncIterator[CallProvider]:
        provider = self.open(stand_in.base_url, stand_in.api_key)
        yield provider
        await provider.aclose()

    @pytest.fixture
    def order(self) -> Order:
        return Order("C-4F7K-1", NUMBER, self.agent_id, "Voz", name="Ann Lee", notes="Kitchen")

    async def placed(self, provider: CallProvider, order: Order) -> str:
        receipt = await provider.place(order, may_send=always)
        assert receipt.provider_call_id is not None
        return receipt.provider_call_id

    async def found(self, provider: CallProvider, order: Order, since: datetime) -> list[Any]:
        found = await provider.find(order, since=since, until=since + timedelta(hours=1))
        return [news.provider_call_id for news in found]
