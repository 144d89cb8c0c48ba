"""A provider opened against its stand-in, for the contracts to ask things of."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest

from bot.calls.provider import CallProvider, Order, Watched
from bot.demo.telephony import StandIn
from bot.providers.account import Timeouts
from tests.contracts.judging_middleware import Judge
from tests.contracts.openapi_judge import Document

NUMBER = "+12025550142"
OTHER_NUMBER = "+12025550143"
PATIENCE = Timeouts(connect=1, answer=0.6)


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
    agent_id: ClassVar[str]  # of an agent that can call
    agent_name: ClassVar[str]
    other_agent_id: ClassVar[str]  # of one that did not call, written as the document wants it
    usable_agents: ClassVar[tuple[str, ...]]  # names, in the order of the list
    unknown_id: ClassVar[str] = "00000000-0000-4000-8000-000000000000"  # of no call
    wrong_key: ClassVar[str] = "another-key"
    gives_ids: ClassVar[bool] = True  # else a good answer may leave us without one
    one_id: ClassVar[bool] = True  # its lists show the id that the answer to the dial had
    tells: ClassVar[frozenset[str]] = frozenset(  # of an answered call, once it is over
        {"started_at", "ended_at", "seconds", "summary", "transcript"}
        | {"recording_url", "cost_micros"}
    )
    # Which of our questions reads the answer of which operation of the document: "place", "read",
    # "overview" or "list_agents". An operation not named here is one we do not use.
    operations: ClassVar[Mapping[str, str]]
    documented_id: ClassVar[str | None] = None  # of the call in the examples that "read" reads

    def new_stand_in(self) -> StandIn:
        raise NotImplementedError

    def open(self, base_url: str, api_key: str) -> CallProvider:
        """With ``PATIENCE`` as its timeouts."""
        raise NotImplementedError

    @pytest.fixture
    async def stand_in(self) -> AsyncIterator[StandIn]:
        stand_in, judge = self.new_stand_in(), Judge(self.document)
        stand_in.account.pace = None
        judge.attach(stand_in)
        await stand_in.start()
        yield stand_in
        await stand_in.stop()
        assert judge.problems == []

    @pytest.fixture
    async def provider(self, stand_in: StandIn) -> AsyncIterator[CallProvider]:
        provider = self.open(stand_in.base_url, stand_in.api_key)
        yield provider
        await provider.aclose()

    @pytest.fixture
    def order(self) -> Order:
        return Order(
            "C-4F7K-1",
            NUMBER,
            self.agent_id,
            self.agent_name,
            begins=now(),
            name="Ann Lee",
            notes="Kitchen",
        )

    async def placed(self, provider: CallProvider, order: Order) -> Watched:
        since = now()
        receipt = await provider.place([order], may_send=always)
        assert receipt.provider_call_id is not None
        return Watched(receipt.provider_call_id, order, since)

    def unknown(self, order: Order) -> Watched:
        return Watched(self.unknown_id, order, now())

    def finish(self, stand_in: StandIn, watched: Watched) -> None:
        call = stand_in.account.calls[watched.provider_call_id]
        while call.ended_at is None:
            stand_in.advance(call.id)

    async def found(
        self, provider: CallProvider, order: Order, since: datetime
    ) -> list[str | None]:
        found = await provider.find(order, since=since, until=since + timedelta(hours=1))
        return [news.provider_call_id for news in found]
