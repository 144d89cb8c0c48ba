"""What every provider with a list of agents must do when it is asked for it."""

import pytest

from bot.calls.errors import MaybePlaced, NotPlaced, ProviderError
from bot.calls.provider import CallProvider
from bot.demo.telephony import Fault, Kind, StandIn
from tests.contracts.finding_contract import UNANSWERED
from tests.contracts.one_provider import OneProvider


class AgentsContract(OneProvider):
    """Who can call is told, and why the others cannot."""

    async def test_agents_that_cannot_call_say_why(self, provider: CallProvider) -> None:
        agents = {agent.name: agent for agent in await provider.list_agents()}
        usable = tuple(name for name, agent in agents.items() if agent.active)
        assert usable == self.usable_agents
        assert all((agent.why_not is None) == agent.active for agent in agents.values())

    async def test_every_agent_is_told_with_its_provider_and_an_id(
        self, provider: CallProvider
    ) -> None:
        agents = await provider.list_agents()
        assert {agent.provider for agent in agents} == {provider.name}
        assert len({agent.id for agent in agents}) == len(agents)
        assert self.agent_id in {agent.id for agent in agents}

    async def test_an_agent_nobody_can_read_hides_no_other(
        self, stand_in: StandIn, provider: CallProvider
    ) -> None:
        agents = await provider.list_agents()
        stand_in.misbehave(Fault(Kind.BAD_ROWS, on="read"))
        assert await provider.list_agents() == agents

    @pytest.mark.parametrize("fault", UNANSWERED, ids=lambda fault: f"{fault.kind}{fault.status}")
    async def test_a_list_without_an_answer_is_an_error_and_dials_nothing(
        self, stand_in: StandIn, provider: CallProvider, fault: Fault
    ) -> None:
        stand_in.misbehave(fault)
        with pytest.raises(ProviderError) as caught:
            await provider.list_agents()
        assert caught.value.for_user.endswith("Asking dialled nothing.")
        assert not isinstance(caught.value, NotPlaced | MaybePlaced)
        assert stand_in.posts == []

    async def test_a_list_is_asked_for_again_when_the_connection_breaks(
        self, stand_in: StandIn, provider: CallProvider
    ) -> None:
        stand_in.misbehave(Kind.RESET_ON_CONNECT)
        assert await provider.list_agents()
        stand_in.misbehave(Fault(Kind.READ_THEN_RESET, on="read"))
        assert await provider.list_agents()
