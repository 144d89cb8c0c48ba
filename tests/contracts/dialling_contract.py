"""What every provider must do when it dials, asked over the wire of its stand-in.

Requests are counted at the stand-in, never from our own records.
"""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.calls.errors import Cause, MaybePlaced, NotPlaced, ProviderError
from bot.calls.provider import CallProvider, Order
from bot.demo.vozagent import Fault, Kind, VozAgentStandIn
from tests.contracts.one_provider import NUMBER, Leave, OneProvider, always

HOSTILE = [
    "",
    "   ",
    'Robert "Bobby" O\'Tables; --',
    "Zoë 😀👩‍👩‍👧 李雷",
    "half a pair \ud800 of surrogates",
    "line\nbreaks\r\n\tand\x00nothing",
    "{{mustache}} <script> %s ${x} \\",
    "long " * 5000,
]
NO_EFFECT = [
    (400, Cause.REFUSED),
    (401, Cause.CREDENTIALS),
    (402, Cause.CREDENTIALS),
    (403, Cause.CREDENTIALS),
    (404, Cause.REFUSED),
    (422, Cause.REFUSED),
    (429, Cause.BUSY_LINE),
]


class DiallingContract(OneProvider):
    """A dial leaves at most once, and its outcome is told as it is."""

    async def test_a_placed_call_rings_once_under_its_id(
        self, stand_in: VozAgentStandIn, provider: CallProvider, order: Order
    ) -> None:
        receipt = await provider.place(order, may_send=always)
        assert [call.id for call in stand_in.calls] == [receipt.provider_call_id]
        assert stand_in.posts_to(NUMBER) == 1

    async def test_two_calls_have_two_ids(
        self, stand_in: VozAgentStandIn, provider: CallProvider, order: Order
    ) -> None:
        first = await provider.place(order, may_send=always)
        second = await provider.place(order, may_send=always)
        assert first.provider_call_id != second.provider_call_id

    async def test_nothing_is_sent_once_sending_is_forbidden(
        self, stand_in: VozAgentStandIn, provider: CallProvider, order: Order
    ) -> None:
        with pytest.raises(NotPlaced) as caught:
            await provider.place(order, may_send=lambda: False)
        assert caught.value.cause is Cause.TOO_LATE
        assert stand_in.posts == []

    async def test_leave_to_send_is_asked_once_for_each_dial(
        self, stand_in: VozAgentStandIn, provider: CallProvider, order: Order
    ) -> None:
        leave = Leave()
        await provider.place(order, may_send=leave)
        assert leave.asked == 1

    @pytest.mark.parametrize(("status", "cause"), NO_EFFECT)
    async def test_a_clear_no_is_not_placed(
        self,
        stand_in: VozAgentStandIn,
        provider: CallProvider,
        order: Order,
        status: int,
        cause: Cause,
    ) -> None:
        stand_in.misbehave(Fault(Kind.ERROR, status=status))
        with pytest.raises(NotPlaced) as caught:
            await provider.place(order, may_send=always)
        assert caught.value.cause is cause
        assert caught.value.for_user.endswith("No phone rang.")
        assert stand_in.posts_to(NUMBER) == 1

    async def test_the_reason_of_a_refusal_is_told_in_the_providers_words(
        self, stand_in: VozAgentStandIn, provider: CallProvider, order: Order
    ) -> None:
        stand_in.misbehave(Fault(Kind.ERROR, status=422, message="We do not call this country."))
        with pytest.raises(NotPlaced, match="422") as caught:
            await provider.place(order, may_send=always)
        assert "“We do not call this country.”" in caught.value.for_user

    @pytest.mark.parametrize("retry_after", ["7", None])
    async def test_a_busy_line_says_how_long_to_wait(
        self,
        stand_in: VozAgentStandIn,
        provider: CallProvider,
        order: Order,
        retry_after: str | None,
    ) -> None:
        stand_in.misbehave(Fault(Kind.ERROR, status=429, retry_after=retry_after))
        with pytest.raises(NotPlaced) as caught:
            await provider.place(order, may_send=always)
        assert caught.value.wait == (timedelta(seconds=7) if retry_after else None)

    @pytest.mark.parametrize("effect", [True, False])
    @pytest.mark.parametrize("status", [300, 307, 405, 408, 409, 500, 502, 503, 504])
    async def test_an_unclear_answer_is_never_a_no(
        self,
        stand_in: VozAgentStandIn,
        provider: CallProvider,
        order: Order,
        status: int,
        effect: bool,
    ) -> None:
        stand_in.misbehave(Fault(Kind.ERROR, status=status, effect=effect))
        await self._is_maybe(stand_in, provider, order)

    @pytest.mark.parametrize(
        "kind",
        [Kind.READ_THEN_CLOSE, Kind.READ_THEN_RESET, Kind.LOST_ANSWER, Kind.BLACK_HOLE],
    )
    async def test_silence_is_never_a_no(
        self, stand_in: VozAgentStandIn, provider: CallProvider, order: Order, kind: Kind
    ) -> None:
        stand_in.misbehave(kind)
        await self._is_maybe(stand_in, provider, order)
        assert len(stand_in.calls) == 1

    @pytest.mark.parametrize("kind", [Kind.CLOSE_ON_CONNECT, Kind.RESET_ON_CONNECT])
    async def test_a_slammed_door_is_never_a_no(
        self, stand_in: VozAgentStandIn, provider: CallProvider, order: Order, kind: Kind
    ) -> None:
        stand_in.misbehave(kind)
        with pytest.raises(MaybePlaced):
            await provider.place(order, may_send=always)
        assert stand_in.posts == []

    async def test_a_redirect_is_not_followed(
        self, stand_in: VozAgentStandIn, provider: CallProvider, order: Order
    ) -> None:
        stand_in.misbehave(Kind.REDIRECT)
        await self._is_maybe(stand_in, provider, order)

    @pytest.mark.parametrize("kind", [Kind.HTML, Kind.BAD_GZIP, Kind.NO_CALL_ID, Kind.HALF_ANSWER])
    async def test_a_yes_we_cannot_read_is_a_call_without_an_id(
        self, stand_in: VozAgentStandIn, provider: CallProvider, order: Order, kind: Kind
    ) -> None:
        stand_in.misbehave(kind)
        receipt = await provider.place(order, may_send=always)
        assert receipt.provider_call_id is None
        assert stand_in.posts_to(NUMBER) == len(stand_in.calls) == 1

    async def test_a_wrong_key_is_said_without_the_key(
        self, stand_in: VozAgentStandIn, order: Order
    ) -> None:
        provider = self.open(stand_in.base_url, "gw_wrong_one")
        with pytest.raises(NotPlaced) as caught:
            await provider.place(order, may_send=always)
        await provider.aclose()
        assert caught.value.cause is Cause.CREDENTIALS
        assert "gw_" not in caught.value.for_user + str(caught.value)
        assert stand_in.calls == []

    async def test_where_nobody_listens_nothing_was_sent(self, order: Order) -> None:
        stand_in = self.new_stand_in()
        base_url = await stand_in.start()
        await stand_in.stop()
        leave = Leave()
        provider = self.open(base_url, stand_in.api_key)
        with pytest.raises(NotPlaced) as caught:
            await provider.place(order, may_send=leave)
        await provider.aclose()
        assert (caught.value.cause, leave.asked) == (Cause.UNREACHABLE, 0)

    async def test_a_cancel_from_outside_goes_on_and_is_written_down(
        self, stand_in: VozAgentStandIn, provider: CallProvider, order: Order
    ) -> None:
        stand_in.misbehave(Kind.BLACK_HOLE)
        with capture_logs() as logs, pytest.raises(TimeoutError):
            await asyncio.wait_for(provider.place(order, may_send=always), 0.15)
        assert stand_in.posts_to(NUMBER) == 1
        assert [(line["class"], line["phase"]) for line in logs] == [("cancelled", "sent")]

    @pytest.mark.parametrize("text", HOSTILE)
    async def test_hostile_words_make_a_request_that_fits_the_document(
        self, stand_in: VozAgentStandIn, provider: CallProvider, order: Order, text: str
    ) -> None:
        await provider.place(replace(order, name=text, notes=text), may_send=always)
        await provider.place(replace(order, name=None, notes=None), may_send=always)
        assert stand_in.posts_to(NUMBER) == len(stand_in.calls) == 2

    @pytest.mark.parametrize(
        "number", ["", "555", "2025550142", "+0", "+1202555014x", f"{NUMBER}\n"]
    )
    async def test_a_number_that_breaks_the_document_is_not_sent(
        self, stand_in: VozAgentStandIn, provider: CallProvider, order: Order, number: str
    ) -> None:
        with pytest.raises(NotPlaced) as caught:
            await provider.place(replace(order, number=number), may_send=always)
        assert caught.value.cause is Cause.REFUSED
        assert stand_in.posts == []

    async def test_neither_key_nor_person_is_in_the_log(
        self, stand_in: VozAgentStandIn, provider: CallProvider, order: Order
    ) -> None:
        with capture_logs() as logs:
            for kind in (None, Kind.LOST_ANSWER, Kind.HTML, Kind.CLOSE_ON_CONNECT):
                if kind:
                    stand_in.misbehave(kind)
                await self._whatever(provider, order)
            stand_in.misbehave(Fault(Kind.ERROR, status=400, message=f"{NUMBER} Ann Kitchen"))
            await self._whatever(provider, order)
        told = repr(logs)
        assert len(logs) == 5
        assert all(line["reference"] == order.reference for line in logs)
        for secret in (stand_in.api_key, NUMBER, NUMBER[2:], "Ann", "Lee", "Kitchen"):
            assert secret not in told

    async def _is_maybe(
        self, stand_in: VozAgentStandIn, provider: CallProvider, order: Order
    ) -> None:
        with pytest.raises(MaybePlaced) as caught:
            await provider.place(order, may_send=always)
        assert caught.value.for_user.endswith("The phone may have rung.")
        assert stand_in.posts_to(NUMBER) == 1

    async def _whatever(self, provider: CallProvider, order: Order) -> None:
        with suppress(ProviderError):
            await provider.place(order, may_send=always)
