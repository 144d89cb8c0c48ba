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
from bot.calls.provider import CallProvider, NotGenuine, Order
from bot.demo.telephony import Fault, Kind, StandIn
from tests.contracts.one_provider import NUMBER, OTHER_NUMBER, Leave, OneProvider, always
from tests.contracts.troubles import NO_ID, NOT_PLACED, PLACED, TROUBLES, Trouble, verdict_on

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
        self, stand_in: StandIn, provider: CallProvider, order: Order
    ) -> None:
        receipt = await provider.place([order], may_send=always)
        assert stand_in.posts_to(NUMBER) == len(stand_in.posts) == len(stand_in.calls) == 1
        if self.gives_ids:
            assert receipt.provider_call_id == stand_in.calls[0].id

    async def test_two_calls_have_two_ids(
        self, stand_in: StandIn, provider: CallProvider, order: Order
    ) -> None:
        both = [await provider.place([order], may_send=always) for _ in range(2)]
        ids = [receipt.provider_call_id for receipt in both if receipt.provider_call_id]
        assert len(set(ids)) == len(ids)
        assert len(ids) == 2 or not self.gives_ids
        assert stand_in.posts_to(NUMBER) == 2

    async def test_nothing_is_sent_once_sending_is_forbidden(
        self, stand_in: StandIn, provider: CallProvider, order: Order
    ) -> None:
        with pytest.raises(NotPlaced) as caught:
            await provider.place([order], may_send=lambda: False)
        assert caught.value.cause is Cause.TOO_LATE
        assert stand_in.posts == []

    async def test_leave_to_send_is_asked_once_for_each_dial(
        self, stand_in: StandIn, provider: CallProvider, order: Order
    ) -> None:
        leave = Leave()
        await provider.place([order], may_send=leave)
        assert leave.asked == 1

    @pytest.mark.parametrize(("status", "cause"), NO_EFFECT)
    async def test_a_clear_no_is_not_placed(
        self,
        stand_in: StandIn,
        provider: CallProvider,
        order: Order,
        status: int,
        cause: Cause,
    ) -> None:
        stand_in.misbehave(Fault(Kind.ERROR, status=status))
        with pytest.raises(NotPlaced) as caught:
            await provider.place([order], may_send=always)
        assert caught.value.cause is cause
        assert caught.value.for_user.endswith("No phone rang.")
        assert stand_in.posts_to(NUMBER) == 1

    async def test_the_reason_of_a_refusal_is_told_in_the_providers_words(
        self, stand_in: StandIn, provider: CallProvider, order: Order
    ) -> None:
        stand_in.misbehave(Fault(Kind.ERROR, status=422, message="We do not call this country."))
        with pytest.raises(NotPlaced, match="422") as caught:
            await provider.place([order], may_send=always)
        assert "“We do not call this country.”" in caught.value.for_user

    @pytest.mark.parametrize(
        ("headers", "seconds"),
        [
            ({"Retry-After": "7"}, 7),
            ({"X-RateLimit-Reset": "9"}, 9),
            ({}, None),
        ],
    )
    async def test_a_busy_line_says_how_long_to_wait(
        self,
        stand_in: StandIn,
        provider: CallProvider,
        order: Order,
        headers: dict[str, str],
        seconds: float | None,
    ) -> None:
        stand_in.misbehave(Fault(Kind.ERROR, status=429, headers=headers))
        with pytest.raises(NotPlaced) as caught:
            await provider.place([order], may_send=always)
        assert caught.value.wait == (None if seconds is None else timedelta(seconds=seconds))
        assert stand_in.calls == []

    @pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
    async def test_every_trouble_is_taken_for_what_it_is(
        self, stand_in: StandIn, order: Order, trouble: Trouble
    ) -> None:
        stand_in.misbehave(*trouble.faults)
        with trouble.address(stand_in) as base_url:
            provider = self.open(base_url, stand_in.api_key)
            verdict = await verdict_on(provider, order)
            await provider.aclose()
        allowed = {trouble.verdict}
        if trouble.verdict == PLACED and not self.gives_ids:
            allowed.add(NO_ID)
        assert (verdict in allowed, len(stand_in.posts)) == (True, trouble.requests)
        assert stand_in.posts_to(NUMBER) == trouble.requests
        # The one mistake that could ring a phone twice.
        assert verdict != NOT_PLACED or stand_in.calls == []

    @pytest.mark.parametrize(
        "fault",
        [Fault(Kind.LOST_ANSWER), Fault(Kind.REDIRECT), Fault(Kind.ERROR, status=503)],
        ids=lambda fault: fault.kind,
    )
    async def test_a_doubt_is_said_and_never_called_a_no(
        self, stand_in: StandIn, provider: CallProvider, order: Order, fault: Fault
    ) -> None:
        stand_in.misbehave(fault)
        with pytest.raises(MaybePlaced) as caught:
            await provider.place([order], may_send=always)
        assert caught.value.for_user.endswith("The phone may have rung.")
        assert stand_in.posts_to(NUMBER) == 1

    async def test_orders_of_one_party_share_one_request_and_others_have_their_own(
        self, stand_in: StandIn, provider: CallProvider, order: Order
    ) -> None:
        other = replace(order, reference="C-4F7K-2", number=OTHER_NUMBER, name="Bob")
        if provider.capabilities.places_at_once == 1:
            assert provider.party(order) != provider.party(other)
            return
        assert provider.party(order) == provider.party(other)
        assert provider.party(order) != provider.party(replace(other, agent_id="another"))
        await provider.place([order, other], may_send=always)
        assert {call.number for call in stand_in.calls} == {NUMBER, OTHER_NUMBER}
        assert len(stand_in.posts) == stand_in.posts_to(NUMBER) == stand_in.posts_to(OTHER_NUMBER)

    async def test_a_webhook_nobody_can_read_is_refused(self, provider: CallProvider) -> None:
        for body in (b"", b"\xff", b"[]", b"null"):
            with pytest.raises(NotGenuine):
                provider.hear({}, body)

    async def test_a_wrong_key_is_said_without_the_key(
        self, stand_in: StandIn, order: Order
    ) -> None:
        provider = self.open(stand_in.base_url, self.wrong_key)
        with pytest.raises(NotPlaced) as caught:
            await provider.place([order], may_send=always)
        await provider.aclose()
        assert caught.value.cause is Cause.CREDENTIALS
        assert self.wrong_key not in caught.value.for_user + str(caught.value)
        assert stand_in.calls == []

    async def test_where_nobody_listens_nothing_was_sent(self, order: Order) -> None:
        stand_in = self.new_stand_in()
        base_url = await stand_in.start()
        await stand_in.stop()
        leave = Leave()
        provider = self.open(base_url, stand_in.api_key)
        with pytest.raises(NotPlaced) as caught:
            await provider.place([order], may_send=leave)
        await provider.aclose()
        assert (caught.value.cause, leave.asked) == (Cause.UNREACHABLE, 0)

    async def test_a_cancel_from_outside_goes_on_and_is_written_down(
        self, stand_in: StandIn, provider: CallProvider, order: Order
    ) -> None:
        stand_in.misbehave(Kind.BLACK_HOLE)
        with capture_logs() as logs, pytest.raises(TimeoutError):
            await asyncio.wait_for(provider.place([order], may_send=always), 0.15)
        assert stand_in.posts_to(NUMBER) == 1
        assert [(line["class"], line["phase"]) for line in logs] == [("cancelled", "sent")]

    @pytest.mark.parametrize("text", HOSTILE)
    async def test_hostile_words_make_a_request_that_fits_the_document(
        self, stand_in: StandIn, provider: CallProvider, order: Order, text: str
    ) -> None:
        await provider.place([replace(order, name=text, notes=text)], may_send=always)
        await provider.place([replace(order, name=None, notes=None)], may_send=always)
        assert stand_in.posts_to(NUMBER) == len(stand_in.calls) == 2

    @pytest.mark.parametrize(
        "number", ["", "555", "2025550142", "+0", "+1202555014x", f"{NUMBER}\n"]
    )
    async def test_a_number_that_breaks_the_document_is_not_sent(
        self, stand_in: StandIn, provider: CallProvider, order: Order, number: str
    ) -> None:
        with pytest.raises(NotPlaced) as caught:
            await provider.place([replace(order, number=number)], may_send=always)
        assert caught.value.cause is Cause.REFUSED
        assert stand_in.posts == []

    async def test_neither_key_nor_person_is_in_the_log(
        self, stand_in: StandIn, provider: CallProvider, order: Order
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

    async def _whatever(self, provider: CallProvider, order: Order) -> None:
        with suppress(ProviderError):
            await provider.place([order], may_send=always)
