"""How UnleashX's records are found and joined to calls, since none of them shows a call's id."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.calls.errors import MaybePlaced
from bot.calls.provider import Watched
from bot.calls.states import State
from bot.demo.unleashx import Kind, Outcome, UnleashXStandIn
from bot.providers.unleashx import UnleashX
from tests.providers.unleashx_account import (
    NOON,
    ORDER,
    OTHER_NUMBER,
    HandClock,
    dialled,
    found,
    opened,
    ring,
)

AGAIN = replace(ORDER, reference="C-7Q2M.1")  # the same agent to the same number, ordered apart
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def stand_in(clock: HandClock) -> AsyncIterator[UnleashXStandIn]:
    stand_in = UnleashXStandIn(clock)
    stand_in.account.pace = None
    await stand_in.start()
    yield stand_in
    await stand_in.stop()


@pytest.fixture
async def unleashx(stand_in: UnleashXStandIn) -> AsyncIterator[UnleashX]:
    provider = opened(stand_in)
    yield provider
    await provider.aclose()


@pytest.mark.parametrize("works", [True, False])
async def test_a_call_whose_answer_was_lost_is_found_once_and_then_read_by_its_record(
    stand_in: UnleashXStandIn, unleashx: UnleashX, works: bool
) -> None:
    stand_in.account.input_data_works = works
    ring(stand_in, OTHER_NUMBER)
    ring(stand_in, agent_id=418)
    stand_in.misbehave(Kind.LOST_ANSWER)
    with pytest.raises(MaybePlaced):
        await unleashx.place([ORDER], may_send=lambda: True)
    (news,) = await found(unleashx)
    lost = stand_in.account.calls[stand_in.posts[0].call_ids[0]]
    assert news.provider_call_id == str(lost.row_id)
    stand_in.advance(lost.id)
    stand_in.advance(lost.id)
    told = await unleashx.read(Watched(news.provider_call_id, ORDER, NOON))
    assert told is not None
    assert (told.state, told.provider_call_id) == (State.COMPLETED, news.provider_call_id)
    assert await found(unleashx) == (told,)


async def test_a_call_stays_under_the_id_it_was_asked_by(
    stand_in: UnleashXStandIn, unleashx: UnleashX, clock: HandClock
) -> None:
    watched = await dialled(unleashx, ORDER, clock)
    for told in (await unleashx.read(watched), *(await unleashx.overview([watched])).values()):
        assert told is not None
        assert told.provider_call_id == watched.provider_call_id == stand_in.calls[0].id


async def test_two_calls_alike_are_told_apart_by_their_reference(
    stand_in: UnleashXStandIn, unleashx: UnleashX, clock: HandClock
) -> None:
    first, second = [await dialled(unleashx, order, clock) for order in (ORDER, AGAIN)]
    assert await unleashx.overview([first, second]) == {}
    stand_in.advance(first.provider_call_id)
    (one, other) = [await unleashx.read(each) for each in (first, second)]
    assert (one and one.state, other and other.state) == (State.IN_PROGRESS, State.PLACED)
    assert set(await unleashx.overview([first, second])) == {
        first.provider_call_id,
        second.provider_call_id,
    }


async def test_two_calls_that_nothing_tells_apart_are_left_to_a_person(
    stand_in: UnleashXStandIn, unleashx: UnleashX, clock: HandClock
) -> None:
    stand_in.account.input_data_works = False
    watched = [await dialled(unleashx, order, clock) for order in (ORDER, AGAIN)]
    with capture_logs() as logs:
        for each in watched * 2:
            assert await unleashx.read(each) is None
    assert [(line["event"], line["reference"], line["rows"]) for line in logs] == [
        ("provider_rows_ambiguous", "C-4F7K.1", 2),
        ("provider_rows_ambiguous", "C-7Q2M.1", 2),
    ]
    assert await unleashx.overview(watched) == {}
    assert len(await found(unleashx)) == 2


async def test_a_record_once_taken_for_a_call_stays_its_own(
    stand_in: UnleashXStandIn, unleashx: UnleashX, clock: HandClock
) -> None:
    stand_in.account.input_data_works = False
    first = await dialled(unleashx, ORDER, clock)
    assert await unleashx.read(first)
    second = await dialled(unleashx, AGAIN, clock)
    stand_in.advance(second.provider_call_id)
    one, other = [await unleashx.read(each) for each in (first, second)]
    assert (one and one.state, other and other.state) == (State.PLACED, State.IN_PROGRESS)
    assert await found(unleashx) == ()


async def test_the_record_of_another_call_is_not_taken_while_our_own_is_not_shown(
    stand_in: UnleashXStandIn, unleashx: UnleashX, clock: HandClock
) -> None:
    stand_in.account.input_data_works = False
    first = await dialled(unleashx, ORDER, clock)
    assert await unleashx.read(first)
    stand_in.account.listing_lag = 60
    second = await dialled(unleashx, AGAIN, clock)
    assert await unleashx.read(second) is None
    assert set(await unleashx.overview([first, second])) == {first.provider_call_id}


async def test_where_records_show_our_reference_it_decides(
    stand_in: UnleashXStandIn, unleashx: UnleashX, clock: HandClock
) -> None:
    stand_in.account.input_data_works = False
    stand_in.account.input_data_shown = True
    watched = [await dialled(unleashx, order, clock) for order in (ORDER, AGAIN)]
    stand_in.advance(watched[1].provider_call_id)
    told = await unleashx.overview(watched)
    states = [told[each.provider_call_id].state for each in watched]
    assert states == [State.PLACED, State.IN_PROGRESS]
    assert len(await found(unleashx)) == 0  # both records are known to be calls with ids


async def test_a_reference_that_another_one_begins_with_is_not_taken_for_it(
    unleashx: UnleashX, clock: HandClock
) -> None:
    tenth = await dialled(unleashx, replace(ORDER, reference="C-4F7K.10"), clock)
    clock.now += timedelta(hours=1)
    first = await dialled(unleashx, ORDER, clock)
    one, other = [await unleashx.read(each) for each in (first, tenth)]
    assert one is not None
    assert other is not None
    assert (one.started_at, other.started_at) == (clock.now, NOON)


@pytest.mark.parametrize(("minutes", "seen"), [(-2, False), (-0.5, True), (4, True), (6, False)])
async def test_only_a_record_of_about_that_time_is_the_call(
    stand_in: UnleashXStandIn, unleashx: UnleashX, clock: HandClock, minutes: float, seen: bool
) -> None:
    clock.now = NOON + minutes * MINUTE
    ring(stand_in)
    watched = Watched("00000000-0000-4000-8000-000000000000", ORDER, NOON)
    assert bool(await unleashx.read(watched)) == seen
    assert bool(await unleashx.overview([watched])) == seen


async def test_an_id_that_is_a_records_means_that_record_and_no_other(
    stand_in: UnleashXStandIn, unleashx: UnleashX, clock: HandClock
) -> None:
    first, second = ring(stand_in), ring(stand_in)
    watched = Watched(str(second), ORDER, NOON)
    assert await unleashx.read(watched)
    assert set(await unleashx.overview([watched])) == {str(second)}
    assert await unleashx.read(Watched("9999", ORDER, NOON)) is None
    other = Watched("00000000-0000-4000-8000-000000000000", ORDER, NOON)
    told = await unleashx.overview([other, watched])
    assert set(told) == {other.provider_call_id, str(second)}
    assert [news.provider_call_id for news in await found(unleashx)] == [str(second)]
    assert first != second


async def test_after_a_restart_a_call_is_joined_anew(
    stand_in: UnleashXStandIn, unleashx: UnleashX, clock: HandClock
) -> None:
    watched = await dialled(unleashx, ORDER, clock)
    before = await unleashx.read(watched)
    fresh = opened(stand_in)
    assert await fresh.read(watched) == before
    await fresh.aclose()


@pytest.mark.parametrize("whole", [True, False])
async def test_a_recording_is_told_where_its_address_is_whole(
    stand_in: UnleashXStandIn, unleashx: UnleashX, clock: HandClock, whole: bool
) -> None:
    stand_in.account.whole_links = whole
    stand_in.outcome(Outcome("answered", seconds=61))
    watched = await dialled(unleashx, ORDER, clock)
    stand_in.advance(watched.provider_call_id)
    stand_in.advance(watched.provider_call_id)
    told = await unleashx.read(watched)
    assert told is not None
    link = f"{stand_in.origin}/recordings/{watched.provider_call_id}.wav"
    assert told.recording_url == (link if whole else None)
    assert (told.seconds, told.variables) == (61, {"disposition": "interested"})
    assert (told.ended_at, told.summary, told.cost_micros) == (None, None, None)
