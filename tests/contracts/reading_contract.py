"""What every provider that can be asked about its calls must do when it is asked."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.calls.errors import MaybePlaced, NotPlaced, ProviderError
from bot.calls.provider import CallProvider, Order, Watched
from bot.calls.states import ENDED_AT_PROVIDER, State, may_move
from bot.demo.telephony import UNKNOWN_WORD, Fault, Kind, StandIn
from tests.contracts.finding_contract import UNANSWERED
from tests.contracts.one_provider import NUMBER, OTHER_NUMBER, OneProvider, now

Question = Callable[[CallProvider, Watched], Awaitable[object]]
QUESTIONS: tuple[Question, ...] = (
    lambda provider, watched: provider.read(watched),
    lambda provider, watched: provider.overview([watched]),
)


class ReadingContract(OneProvider):
    """Asking changes nothing, and what is not known is no news."""

    async def test_it_says_that_it_can_read(self, provider: CallProvider) -> None:
        assert provider.capabilities.can_read

    @pytest.mark.parametrize("kind", ["answered", "no-answer", "busy", "failed", "voicemail"])
    @pytest.mark.parametrize("show_ringing", [True, False])
    async def test_a_call_is_followed_to_its_end_by_allowed_moves(
        self,
        stand_in: StandIn,
        provider: CallProvider,
        order: Order,
        kind: str,
        show_ringing: bool,
    ) -> None:
        stand_in.account.show_ringing = show_ringing
        stand_in.outcome(kind, number=NUMBER)
        state = State.PLACED
        watched = await self.placed(provider, order)
        call = stand_in.calls[0]
        while call.ended_at is None:
            stand_in.advance(call.id)
            news = await provider.read(watched)
            assert news is not None
            assert news.state is not None
            assert news.state is state or may_move(state, news.state)
            state = news.state
        assert state in ENDED_AT_PROVIDER

    async def test_what_was_said_can_be_read_afterwards(
        self, stand_in: StandIn, provider: CallProvider, order: Order
    ) -> None:
        watched = await self.placed(provider, order)
        before = now() - timedelta(seconds=1)
        self.finish(stand_in, watched)
        news = await provider.read(watched)
        assert news is not None
        assert news.state is State.COMPLETED
        assert {name for name in self.tells if getattr(news, name) is None} == set()
        if news.started_at is not None and news.ended_at is not None:
            assert before < news.started_at <= news.ended_at
        assert news.cost_micros == (150_000 if "cost_micros" in self.tells else None)

    @pytest.mark.parametrize("question", QUESTIONS, ids=["read", "overview"])
    async def test_a_call_that_is_not_known_is_no_error(
        self, provider: CallProvider, order: Order, question: Question
    ) -> None:
        assert not await question(provider, self.unknown(order))

    @pytest.mark.parametrize("question", QUESTIONS, ids=["read", "overview"])
    async def test_a_call_that_is_not_shown_yet_is_no_error(
        self, stand_in: StandIn, provider: CallProvider, order: Order, question: Question
    ) -> None:
        stand_in.misbehave(Fault(Kind.LISTING_LAG, seconds=60))
        watched = await self.placed(provider, order)
        assert not await question(provider, watched)
        stand_in.calls[0].visible_from = 0
        assert await question(provider, watched)

    async def test_a_word_we_do_not_know_is_no_news_and_logged_once(
        self, stand_in: StandIn, provider: CallProvider, order: Order
    ) -> None:
        stand_in.misbehave(Kind.UNKNOWN_WORD)
        watched = await self.placed(provider, order)
        self.finish(stand_in, watched)
        with capture_logs() as logs:
            reports = [await provider.read(watched) for _ in range(3)]
            told = (await provider.overview([watched]))[watched.provider_call_id]
        assert {report and report.state for report in [*reports, told]} == {None}
        assert {report and report.raw_status for report in [*reports, told]} == {UNKNOWN_WORD}
        assert [line["event"] for line in logs] == ["provider_word_unknown"]

    async def test_many_calls_are_told_in_fewer_questions_than_calls(
        self, stand_in: StandIn, provider: CallProvider, order: Order
    ) -> None:
        watched = await self._several(stand_in, provider, order, 5)
        stand_in.account.reads.clear()
        told = await provider.overview(watched)
        assert set(told) == {each.provider_call_id for each in watched}
        assert {news.provider_call_id for news in told.values()} == set(told)
        if provider.capabilities.reads_at_once > 1:
            assert len(stand_in.account.reads) < len(watched)

    async def test_asked_about_nothing_nothing_is_asked(
        self, stand_in: StandIn, provider: CallProvider
    ) -> None:
        assert dict(await provider.overview([])) == {}
        assert stand_in.account.reads == []

    async def test_of_many_calls_those_it_does_not_know_are_left_out(
        self, stand_in: StandIn, provider: CallProvider, order: Order
    ) -> None:
        (watched,) = await self._several(stand_in, provider, order, 1)
        nobody = self.unknown(replace(order, reference="C-0000-1", number=OTHER_NUMBER))
        assert set(await provider.overview([nobody, watched])) == {watched.provider_call_id}

    async def test_among_many_calls_one_that_ended_is_told_as_ended(
        self, stand_in: StandIn, provider: CallProvider, order: Order
    ) -> None:
        live, over = await self._several(stand_in, provider, order, 2)
        self.finish(stand_in, over)
        told = await provider.overview([live, over])
        assert told[over.provider_call_id].state is State.COMPLETED
        assert told[live.provider_call_id].state not in {None, *ENDED_AT_PROVIDER}

    async def test_a_row_nobody_can_read_hides_no_other_call(
        self, stand_in: StandIn, provider: CallProvider, order: Order
    ) -> None:
        watched = await self._several(stand_in, provider, order, 3)
        stand_in.misbehave(Fault(Kind.BAD_ROWS, on="read"))
        told = await provider.overview(watched)
        assert set(told) == {each.provider_call_id for each in watched}

    @pytest.mark.parametrize("fault", UNANSWERED, ids=lambda fault: f"{fault.kind}{fault.status}")
    @pytest.mark.parametrize("question", QUESTIONS, ids=["read", "overview"])
    async def test_a_question_without_an_answer_is_an_error_and_dials_nothing(
        self,
        stand_in: StandIn,
        provider: CallProvider,
        order: Order,
        fault: Fault,
        question: Question,
    ) -> None:
        stand_in.misbehave(fault)
        with pytest.raises(ProviderError) as caught:
            await question(provider, self.unknown(order))
        assert caught.value.for_user.endswith("Asking dialled nothing.")
        assert not isinstance(caught.value, NotPlaced | MaybePlaced)
        assert stand_in.posts == []

    @pytest.mark.parametrize("question", QUESTIONS, ids=["read", "overview"])
    async def test_a_question_is_asked_again_when_the_connection_breaks(
        self, stand_in: StandIn, provider: CallProvider, order: Order, question: Question
    ) -> None:
        watched = await self.placed(provider, order)
        stand_in.misbehave(Kind.RESET_ON_CONNECT)
        assert await question(provider, watched)
        stand_in.misbehave(Fault(Kind.READ_THEN_RESET, on="read"))
        assert await question(provider, watched)
        assert len(stand_in.posts) == len(stand_in.calls) == 1

    async def _several(
        self, stand_in: StandIn, provider: CallProvider, order: Order, count: int
    ) -> list[Watched]:
        """Calls to different numbers, each with somebody on the line."""
        orders = [
            replace(order, reference=f"C-4F7K-{n}", number=f"+120255501{50 + n}")
            for n in range(count)
        ]
        watched = [await self.placed(provider, each) for each in orders]
        for call in stand_in.calls:
            stand_in.advance(call.id)
        return watched
