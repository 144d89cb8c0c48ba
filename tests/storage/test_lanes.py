"""The lanes hold for all processes together, on both databases."""

import asyncio
from datetime import timedelta

import pytest

from bot.calls.lanes import NO_WAIT, Lane, Tale
from tests.storage.shop import Shop


async def stands(shop: Shop) -> Lane:
    return (await shop.lanes.all())["vozagent"]


async def test_leave_is_given_until_the_bucket_is_empty_and_then_one_by_one(shop: Shop) -> None:
    waits = [await shop.lanes.take("vozagent", 60, shop.now) for _ in range(10)]
    assert waits[:9] == [NO_WAIT] * 9  # three of the questions' share, six of the dials'
    assert waits[9] == timedelta(milliseconds=1824)
    shop.clock.advance(seconds=1.824)
    assert await shop.lanes.take("vozagent", 60, shop.now) == NO_WAIT
    assert await shop.lanes.take("vozagent", 60, shop.now) > NO_WAIT


async def test_lanes_do_not_share_their_rate(shop: Shop) -> None:
    assert await shop.lanes.take("vozagent", 1, shop.now) == NO_WAIT
    assert await shop.lanes.take("voicy", 1, shop.now) == NO_WAIT


async def test_questions_leave_some_requests_to_dials(shop: Shop) -> None:
    asked = [await shop.lanes.take("vozagent", 60, shop.now, spare=2) for _ in range(8)]
    assert [wait == NO_WAIT for wait in asked] == [True] * 7 + [False]
    assert await shop.lanes.take("vozagent", 60, shop.now) == NO_WAIT


async def test_a_small_bucket_that_can_spare_nothing_still_answers_questions(shop: Shop) -> None:
    assert await shop.lanes.take("vozagent", 6, shop.now, spare=2) == NO_WAIT


async def test_several_processes_have_one_rate(shops: list[Shop]) -> None:
    taken = 0
    for _ in range(20):  # a minute, three seconds at a time
        tries = [shop.lanes.take("vozagent", 30, shop.now) for shop in shops for _ in range(3)]
        taken += (await asyncio.gather(*tries)).count(NO_WAIT)
        shops[0].clock.advance(seconds=3)
    assert 25 <= taken <= 30


async def test_after_a_clock_was_set_back_leave_is_given_again(shop: Shop) -> None:
    await shop.lanes.take("vozagent", 1, shop.now)
    shop.clock.advance(hours=-5)
    wait = await shop.lanes.take("vozagent", 1, shop.now)
    assert wait == timedelta(seconds=62)
    shop.clock.moment += wait
    assert await shop.lanes.take("vozagent", 1, shop.now) == NO_WAIT


async def test_nobody_asks_while_the_lane_is_parked(shop: Shop) -> None:
    await shop.lanes.park("vozagent", shop.now + timedelta(seconds=30))
    await shop.lanes.park("vozagent", shop.now + timedelta(seconds=10))  # shortens nothing
    assert await shop.lanes.take("vozagent", 60, shop.now) == timedelta(seconds=30)
    shop.clock.advance(seconds=30)
    assert await shop.lanes.take("vozagent", 60, shop.now) == NO_WAIT


async def test_a_lane_is_shut_once(shop: Shop) -> None:
    assert await shop.shut() is True
    first = await stands(shop)
    shop.clock.advance(minutes=1)
    probe_at = shop.now + timedelta(minutes=1)
    again = await shop.lanes.shut("vozagent", why="still refused", now=shop.now, probe_at=probe_at)
    second = await stands(shop)
    assert again is False
    assert (second.shut_since, second.to_tell) == (first.shut_since, Tale.SHUT)
    assert (second.shut_why, second.probe_at) == ("still refused", probe_at)


async def test_a_lane_is_opened_once(shop: Shop) -> None:
    assert await shop.lanes.reopen("vozagent") is False
    await shop.shut()
    assert await shop.lanes.reopen("vozagent") is True
    assert await shop.lanes.reopen("vozagent") is False
    assert await stands(shop) == Lane("vozagent")


async def test_on_call_staff_hear_of_the_end_only_when_they_heard_of_the_beginning(
    shop: Shop,
) -> None:
    await shop.shut()
    await shop.lanes.reopen("vozagent")
    assert (await stands(shop)).to_tell is None  # nobody knew
    await shop.shut()
    await shop.lanes.told("vozagent", Tale.SHUT)
    assert (await stands(shop)).to_tell is None
    await shop.lanes.reopen("vozagent")
    assert (await stands(shop)).to_tell is Tale.OPEN
    await shop.lanes.told("vozagent", Tale.OPEN)
    assert (await stands(shop)).to_tell is None


async def test_who_still_believes_it_shut_is_not_told_again(shop: Shop) -> None:
    await shop.shut()
    await shop.lanes.told("vozagent", Tale.SHUT)
    await shop.lanes.reopen("vozagent")
    assert await shop.shut() is True
    assert (await stands(shop)).to_tell is None
    await shop.lanes.reopen("vozagent")
    assert (await stands(shop)).to_tell is Tale.OPEN


async def test_what_changed_while_they_were_told_is_told_next(shop: Shop) -> None:
    await shop.shut()
    await shop.lanes.reopen("vozagent")  # between reading the tale and telling it
    await shop.lanes.told("vozagent", Tale.SHUT)
    assert (await stands(shop)).to_tell is Tale.OPEN
    await shop.shut()  # and once more
    await shop.lanes.told("vozagent", Tale.OPEN)
    assert (await stands(shop)).to_tell is Tale.SHUT


@pytest.mark.parametrize("doing", ["take", "park", "shut"])
async def test_a_new_lane_is_made_once_by_whoever_comes_first(
    shops: list[Shop], doing: str
) -> None:
    async def first_steps(shop: Shop) -> None:
        if doing == "take":
            await shop.lanes.take("vozagent", 60, shop.now)
        elif doing == "park":
            await shop.lanes.park("vozagent", shop.now)
        else:
            await shop.shut()

    await asyncio.gather(*(first_steps(shop) for shop in shops))
    assert list(await shops[0].lanes.all()) == ["vozagent"]
