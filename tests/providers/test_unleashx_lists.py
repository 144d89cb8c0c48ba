"""How UnleashX's list of records is read: a page at a time, in an order nobody documented."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from structlog.testing import capture_logs

from bot.calls.provider import Watched
from bot.demo.unleashx import UnleashXStandIn
from bot.providers.unleashx import UnleashX
from tests.providers.unleashx_account import (
    NOON,
    ORDER,
    OTHER_NUMBER,
    HandClock,
    answered,
    dialled,
    found,
    opened,
    ring,
)


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


@pytest.mark.parametrize("newest_first", [True, False])
@pytest.mark.parametrize("most_per_page", [100, 25])
@pytest.mark.parametrize("works", [True, False])
async def test_a_call_is_found_among_many_however_they_are_listed(
    stand_in: UnleashXStandIn,
    unleashx: UnleashX,
    clock: HandClock,
    newest_first: bool,
    most_per_page: int,
    works: bool,
) -> None:
    stand_in.account.newest_first = newest_first
    stand_in.account.most_per_page = most_per_page
    stand_in.account.input_data_works = works
    clock.now = NOON - timedelta(hours=3)
    for _ in range(120):
        ring(stand_in)
    clock.now = NOON
    watched = await dialled(unleashx, ORDER, clock)
    for _ in range(60):
        ring(stand_in, OTHER_NUMBER)
    assert await unleashx.read(watched)
    assert await unleashx.overview([watched])
    assert len(await found(unleashx)) == 0  # it is known to be a call with an id
    fresh = opened(stand_in)
    assert len(await found(fresh)) == 1
    await fresh.aclose()


async def test_a_list_newest_first_is_not_read_beyond_the_time_asked_for(
    stand_in: UnleashXStandIn, unleashx: UnleashX, clock: HandClock
) -> None:
    clock.now = NOON - timedelta(hours=3)
    for _ in range(350):
        ring(stand_in, OTHER_NUMBER)
    clock.now = NOON
    watched = [
        await dialled(unleashx, replace(ORDER, number=f"+120255501{n:02}"), clock)
        for n in range(30)
    ]
    assert len(await unleashx.overview(watched)) == 30
    assert len(stand_in.account.reads) == 1


async def test_a_list_without_end_is_cut_and_that_is_logged(
    stand_in: UnleashXStandIn, unleashx: UnleashX, clock: HandClock
) -> None:
    stand_in.account.newest_first = False
    stand_in.account.most_per_page = 5
    for _ in range(120):
        ring(stand_in, OTHER_NUMBER)
    watched = await dialled(unleashx, ORDER, clock)
    with capture_logs() as logs:
        assert await unleashx.overview([watched]) == {}
    assert [line["event"] for line in logs] == ["provider_list_cut_short"]
    assert len(stand_in.account.reads) == 20


async def test_a_page_that_comes_again_and_again_ends_the_list() -> None:
    rows = [{"ID": n, "CREATED_AT": NOON.isoformat()} for n in range(10)]
    async with answered({"datalist": rows}) as (unleashx, server):
        assert await unleashx.overview([Watched("x", ORDER, NOON)]) == {}
        assert len(server.requests) == 2


async def test_what_is_asked_for_begins_a_day_early(
    stand_in: UnleashXStandIn, unleashx: UnleashX
) -> None:
    await unleashx.read(Watched("x", ORDER, datetime(2026, 11, 20, 0, 0, tzinfo=UTC)))
    asked = stand_in.account.reads
    assert ["fromdate=2026-11-18" in path for path in asked] == [True, True]
    assert ("input_data=C-4F7K.1" in asked[0], "calling_number=12025550142" in asked[1]) == (
        True,
        True,
    )
    assert all("agent_id=412" in path for path in asked)


async def test_a_page_full_of_records_does_not_answer_for_one_reference(
    stand_in: UnleashXStandIn, unleashx: UnleashX, clock: HandClock
) -> None:
    stand_in.account.input_data_works = False
    stand_in.account.most_per_page = 5
    watched = await dialled(unleashx, ORDER, clock)
    for _ in range(4):
        ring(stand_in, OTHER_NUMBER)
    ring(stand_in)  # alone on the first page it would look like the call
    assert await unleashx.read(watched) is None
