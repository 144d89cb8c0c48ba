"""What every provider must do when it is asked about calls and agents."""

from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.calls.errors import MaybePlaced, NotPlaced, ProviderError
from bot.calls.provider import CallProvider, Order
from bot.calls.states import ENDED_AT_PROVIDER, State, may_move
from bot.demo.vozagent import Fault, Kind, VozAgentStandIn
from tests.contracts.one_provider import NUMBER, OTHER_NUMBER, OneProvider, always, now


class ReadingContract(OneProvider):
    """Asking changes nothing, and not seen is never taken for not placed."""

    @pytest.mark.parametrize("kind", ["answered", "no-answer", "busy", "failed", "voicemail"])
    @pytest.mark.parametrize("show_ringing", [True, False])
    async def test_a_call_is_followed_to_its_end_by_allowed_moves(
        self,
        stand_in: VozAgentStandIn,
        provider: CallProvider,
        order: Order,
        kind: str,
        show_ringing: bool,
    ) -> None:
        stand_in.account.show_ringing = show_ringing
        stand_in.outcome(kind, number=NUMBER)
        state = State.PLACED
        call_id = await self.placed(provider, order)
        while state not in ENDED_AT_PROVIDER:
            stand_in.advance(call_id)
            news = await provider.read(call_id)
            assert news is not None
            assert news.state is not None
            assert may_move(state, news.state)
            state = news.state

    async def test_what_was_said_can_be_read_afterwards(
        self, stand_in: VozAgentStandIn, provider: CallProvider, order: Order
    ) -> None:
        call_id = await self.placed(provider, order)
        before = now() - timedelta(seconds=1)
        stand_in.advance(call_id)
        stand_in.advance(call_id)
        news = await provider.read(call_id)
        assert news is not None
        assert news.state is State.COMPLETED
        assert news.started_at is not None
        assert news.ended_at is not None
        assert before < news.started_at <= news.ended_at
        assert news.cost_micros == 150_000
        assert all([news.summary, news.transcript, news.recording_url])

    async def test_a_call_that_is_not_known_is_no_error(self, provider: CallProvider) -> None:
        assert await provider.read("call-nobody-knows") is None

    async def test_a_word_we_do_not_know_is_no_news_and_logged_once(
        self, stand_in: VozAgentStandIn, provider: CallProvider, order: Order
    ) -> None:
        stand_in.misbehave(Kind.UNKNOWN_WORD)
        call_id = await self.placed(provider, order)
        stand_in.advance(call_id)
        stand_in.advance(call_id)
        with capture_logs() as logs:
            reports = [await provider.read(call_id) for _ in range(3)]
        assert {report and report.state for report in reports} == {None}
        assert {report and report.raw_status for report in reports} == {"escalated_to_supervisor"}
        assert [line["event"] for line in logs] == ["provider_word_unknown"]

    async def test_a_call_whose_answer_was_lost_is_found_again(
        self, stand_in: VozAgentStandIn, provider: CallProvider, order: Order
    ) -> None:
        stand_in.misbehave(Kind.LOST_ANSWER)
        since = now()
        with pytest.raises(MaybePlaced):
            await provider.place(order, may_send=always)
        await provider.place(replace(order, number=OTHER_NUMBER), may_send=always)
        found = await self.found(provider, order, since)
        assert found == [stand_in.calls[0].id]

    async def test_a_call_is_found_by_number_agent_and_time_only(
        self, stand_in: VozAgentStandIn, provider: CallProvider, order: Order
    ) -> None:
        call_id = await self.placed(provider, order)
        stand_in.advance(call_id)
        since = now() - timedelta(minutes=1)
        assert await self.found(provider, order, since) == [call_id]
        assert await self.found(provider, replace(order, number=OTHER_NUMBER), since) == []
        assert await self.found(provider, replace(order, agent_id="another"), since) == []
        assert await self.found(provider, order, now() + timedelta(seconds=30)) == []

    async def test_a_call_the_list_does_not_show_yet_is_only_not_seen(
        self, stand_in: VozAgentStandIn, provider: CallProvider, order: Order
    ) -> None:
        stand_in.misbehave(Fault(Kind.LISTING_LAG, seconds=60))
        call_id = await self.placed(provider, order)
        assert await self.found(provider, order, now()) == []
        assert await provider.read(call_id) is None
        stand_in.account.calls[call_id].visible_from = 0
        assert await self.found(provider, order, now()) == [call_id]

    @pytest.mark.parametrize(
        "fault",
        [
            Fault(Kind.ERROR, on="read", status=500),
            Fault(Kind.ERROR, on="read", status=401),
            Fault(Kind.ERROR, on="read", status=429),
            Fault(Kind.HTML, on="read"),
            Fault(Kind.BAD_GZIP, on="read"),
            Fault(Kind.BLACK_HOLE, on="read"),
            Fault(Kind.REDIRECT, on="read"),
        ],
    )
    async def test_a_question_without_an_answer_is_an_error_and_dials_nothing(
        self, stand_in: VozAgentStandIn, provider: CallProvider, order: Order, fault: Fault
    ) -> None:
        for ask in (provider.read("call-1"), self.found(provider, order, now())):
            stand_in.misbehave(fault)
            with pytest.raises(ProviderError) as caught:
                await ask
            assert caught.value.for_user.endswith("Asking dialled nothing.")
            assert not isinstance(caught.value, NotPlaced | MaybePlaced)
        stand_in.misbehave(fault)
        with pytest.raises(ProviderError):
            await provider.list_agents()
        assert stand_in.posts == []

    async def test_a_question_is_asked_again_when_the_connection_breaks(
        self, stand_in: VozAgentStandIn, provider: CallProvider
    ) -> None:
        stand_in.misbehave(Kind.RESET_ON_CONNECT)
        assert await provider.list_agents()
        stand_in.misbehave(Fault(Kind.READ_THEN_RESET, on="read"))
        assert await provider.list_agents()

    async def test_agents_that_cannot_call_say_why(self, provider: CallProvider) -> None:
        agents = {agent.name: agent for agent in await provider.list_agents()}
        assert [name for name, agent in agents.items() if agent.active] == ["Voz", "Nova"]
        assert all((agent.why_not is None) == agent.active for agent in agents.values())
