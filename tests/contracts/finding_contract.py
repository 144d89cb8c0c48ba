"""What every provider that can be searched must do when a call's id is not known."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.calls.errors import MaybePlaced, NotPlaced, ProviderError
from bot.calls.provider import CallProvider, Order
from bot.demo.telephony import Fault, Kind, StandIn
from tests.contracts.one_provider import NUMBER, OTHER_NUMBER, OneProvider, always, now

UNANSWERED = (
    Fault(Kind.ERROR, on="read", status=500),
    Fault(Kind.ERROR, on="read", status=401),
    Fault(Kind.ERROR, on="read", status=429, retry_after="1"),
    Fault(Kind.HTML, on="read"),
    Fault(Kind.BAD_GZIP, on="read"),
    Fault(Kind.BLACK_HOLE, on="read"),
    Fault(Kind.REDIRECT, on="read"),
)


class FindingContract(OneProvider):
    """Not seen is never taken for not placed."""

    async def test_it_says_that_it_can_find(self, provider: CallProvider) -> None:
        assert provider.capabilities.can_find

    async def test_a_call_whose_answer_was_lost_is_found_again(
        self, stand_in: StandIn, provider: CallProvider, order: Order
    ) -> None:
        stand_in.misbehave(Kind.LOST_ANSWER)
        since = now()
        with pytest.raises(MaybePlaced):
            await provider.place([order], may_send=always)
        other = replace(order, reference="C-4F7K-2", number=OTHER_NUMBER)
        await provider.place([other], may_send=always)
        (news,) = await provider.find(order, since=since, until=since + timedelta(hours=1))
        assert news.provider_call_id is not None
        assert stand_in.calls[0].number == NUMBER
        if self.one_id:
            assert news.provider_call_id == stand_in.calls[0].id

    async def test_a_call_is_found_by_number_agent_and_time_only(
        self, stand_in: StandIn, provider: CallProvider, order: Order
    ) -> None:
        watched = await self.placed(provider, order)
        stand_in.advance(stand_in.calls[0].id)
        since = now() - timedelta(minutes=1)
        found = await self.found(provider, order, since)
        assert len(found) == 1
        assert not self.one_id or found == [watched.provider_call_id]
        other_agent = replace(order, agent_id=self.other_agent_id)
        assert await self.found(provider, replace(order, number=OTHER_NUMBER), since) == []
        assert await self.found(provider, other_agent, since) == []
        assert await self.found(provider, order, now() + timedelta(hours=2)) == []

    async def test_a_call_the_list_does_not_show_yet_is_only_not_seen(
        self, stand_in: StandIn, provider: CallProvider, order: Order
    ) -> None:
        stand_in.misbehave(Fault(Kind.LISTING_LAG, seconds=60))
        since = now()
        await self.placed(provider, order)
        assert await self.found(provider, order, since) == []
        stand_in.calls[0].visible_from = 0
        assert len(await self.found(provider, order, since)) == 1

    async def test_a_row_nobody_can_read_hides_no_call_searched_for(
        self, stand_in: StandIn, provider: CallProvider, order: Order
    ) -> None:
        since = now()
        await self.placed(provider, order)
        stand_in.misbehave(Fault(Kind.BAD_ROWS, on="read"))
        assert len(await self.found(provider, order, since)) == 1

    @pytest.mark.parametrize("fault", UNANSWERED, ids=lambda fault: f"{fault.kind}{fault.status}")
    async def test_a_search_without_an_answer_is_an_error_and_dials_nothing(
        self, stand_in: StandIn, provider: CallProvider, order: Order, fault: Fault
    ) -> None:
        stand_in.misbehave(fault)
        with pytest.raises(ProviderError) as caught:
            await self.found(provider, order, now())
        assert caught.value.for_user.endswith("Asking dialled nothing.")
        assert not isinstance(caught.value, NotPlaced | MaybePlaced)
        assert stand_in.posts == []
