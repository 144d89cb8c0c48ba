"""Single calls go before bulk, campaigns share what is left equally, on both databases."""

import asyncio
from collections import Counter
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from bot.calls.call import Call
from bot.calls.lanes import Limits
from bot.calls.states import State
from bot.calls.verdict import ALLOWED, Answer, Verdict
from bot.storage.bulk import shares
from bot.storage.room import reserve
from tests.storage.shop import Shop

ONE_LINE = Limits(live_calls=1)
SEVERAL = st.dictionaries(st.text(min_size=1), st.integers(0, 40), max_size=8)


async def campaigns_of(shop: Shop, **sizes: int) -> None:
    """Running campaigns, each with so many calls that are due now."""
    for name, size in sizes.items():
        await shop.campaign(name)
        await shop.book_many(size, campaign=name)


def by_campaign(taken: Sequence[Call]) -> Counter[str | None]:
    return Counter(call.campaign for call in taken)


async def ended(shop: Shop, taken: Sequence[Call]) -> None:
    for call in taken:
        await shop.moved(call, State.PLACED, State.COMPLETED)


@given(st.integers(0, 60), SEVERAL)
def test_shares_are_equal_until_somebody_has_enough(room: int, waiting: dict[str, int]) -> None:
    taken, turns = shares(room, waiting)
    assert sum(taken.values()) == min(room, sum(waiting.values()))
    assert set(taken) == set(turns)
    assert all(taken.get(name, 0) <= count for name, count in waiting.items())
    hungry = [taken.get(name, 0) for name in waiting if taken.get(name, 0) < waiting[name]]
    assert all(max(taken.values()) - each <= 1 for each in hungry if taken)


def test_who_got_the_last_one_comes_last_next_time() -> None:
    assert shares(4, {"a": 9, "b": 9, "c": 9}) == ({"a": 2, "b": 1, "c": 1}, ["b", "c", "a"])
    assert shares(1, {"a": 9, "b": 9}) == ({"a": 1}, ["a"])


def test_the_reserve_is_a_tenth_and_a_lane_of_one_has_none() -> None:
    assert [reserve(cap) for cap in (0, 1, 2, 10, 19, 20, 100)] == [0, 0, 1, 1, 1, 2, 10]


async def test_single_calls_go_before_bulk_however_long_that_is_due(shop: Shop) -> None:
    await campaigns_of(shop, a=5)
    shop.clock.advance(minutes=5)
    late, early = await shop.book("late", minutes=0), await shop.book("early", minutes=-1)
    taken = await shop.claim(limit=3)
    assert [call.id for call in taken[:2]] == [early.id, late.id]
    assert taken[2].campaign == "a"


async def test_only_running_campaigns_are_dialled(shop: Shop) -> None:
    for state in ("draft", "awaiting_approval", "stopped", "done"):
        await shop.campaign(state, state=state)
        await shop.book(state, campaign=state)
    assert await shop.calls.due_providers(shop.now) == []
    assert await shop.calls.next_due() is None
    assert await shop.claim() == []
    await shop.campaign_is("draft", "running")
    assert await shop.calls.due_providers(shop.now) == ["vozagent"]
    (call,) = await shop.claim()
    assert call.campaign == "draft"


async def test_calls_of_a_campaign_that_nobody_knows_are_not_dialled(shop: Shop) -> None:
    await shop.book(campaign="gone")
    assert await shop.claim() == []
    assert await shop.calls.next_due() is None


async def test_three_campaigns_of_unequal_size_share_a_lane_until_one_is_empty(
    shop: Shop,
) -> None:
    await campaigns_of(shop, a=30, b=12, c=6)
    limits = Limits(live_calls=10)  # nine for bulk
    for _ in range(2):
        taken = await shop.claim(limit=50, limits=limits)
        assert by_campaign(taken) == {"a": 3, "b": 3, "c": 3}
        await ended(shop, taken)
    seen = Counter[str | None]()
    for _ in range(2):
        taken = await shop.claim(limit=50, limits=limits)
        assert len(taken) == 9
        await ended(shop, taken)
        seen += by_campaign(taken)
    assert seen == {"a": 12, "b": 6}  # six of b were left: an equal share as long as there are any


async def test_with_room_for_one_they_take_turns(shop: Shop) -> None:
    await campaigns_of(shop, a=4, b=4, c=2)
    order = []
    for _ in range(10):
        (call,) = await shop.claim(limits=ONE_LINE)
        await ended(shop, [call])
        order.append(call.campaign)
    assert order == ["a", "b", "c"] * 2 + ["a", "b"] * 2


async def test_who_comes_later_waits_no_longer_than_a_turn_and_makes_up_for_nothing(
    shop: Shop,
) -> None:
    await campaigns_of(shop, a=9)
    await ended(shop, await shop.claim(limit=5))
    await campaigns_of(shop, b=9)
    order = []
    for _ in range(4):
        (call,) = await shop.claim(limits=ONE_LINE)
        await ended(shop, [call])
        order.append(call.campaign)
    assert order == ["b", "a", "b", "a"]


async def test_several_processes_share_fairly_together(shops: list[Shop]) -> None:
    await campaigns_of(shops[0], a=20, b=20)
    claims = [shop.claim(f"w{n}", limit=3) for n, shop in enumerate(shops)]
    taken = [call for each in await asyncio.gather(*claims) for call in each]
    assert by_campaign(taken) == {"a": 6, "b": 6}
    assert len({call.id for call in taken}) == 12


async def test_claims_for_two_providers_do_not_wait_for_each_other_forever(
    shops: list[Shop],
) -> None:
    """Both write down whose turn it was, of the same campaigns."""
    for name in ("a", "b", "c"):
        await shops[0].campaign(name)
        for provider in ("vozagent", "voicy"):
            for n in range(8):
                await shops[0].book(f"{name}{provider}{n}", campaign=name, provider=provider)
    claims = [
        shop.claim(f"w{n}", limit=3, provider=provider)
        for _ in range(2)
        for n, shop in enumerate(shops)
        for provider in ("vozagent", "voicy")
    ]
    taken = [call for each in await asyncio.gather(*claims) for call in each]
    assert len({call.id for call in taken}) == 48


async def test_bulk_leaves_a_line_for_a_single_call(shop: Shop) -> None:
    limits = Limits(live_calls=3)
    await campaigns_of(shop, a=9)
    assert len(await shop.claim(limits=limits)) == 2
    assert await shop.claim(limits=limits) == []
    single = await shop.book("single")
    assert [call.id for call in await shop.claim(limits=limits)] == [single.id]
    await shop.book("another")
    assert await shop.claim(limits=limits) == []  # all three are busy


async def test_bulk_leaves_requests_for_a_single_call(shop: Shop) -> None:
    limits = Limits(per_minute=60)  # six dials at once
    await campaigns_of(shop, a=9)
    assert len(await shop.claim(limits=limits)) == 5
    single = await shop.book("single")
    assert [call.id for call in await shop.claim(limits=limits)] == [single.id]


async def test_a_lane_of_one_is_used_by_bulk_too(shop: Shop) -> None:
    await campaigns_of(shop, a=2)
    assert len(await shop.claim(limits=Limits(live_calls=1, per_minute=3))) == 1


async def test_a_campaign_keeps_its_own_cap_and_leaves_the_rest_to_others(shop: Shop) -> None:
    await shop.campaign("a", at_once=2)
    await shop.book_many(9, campaign="a")
    await campaigns_of(shop, b=9)
    first = await shop.claim(limit=8)
    assert by_campaign(first) == {"a": 2, "b": 6}
    assert by_campaign(await shop.claim(limit=8)) == {"b": 3}
    await ended(shop, [call for call in first if call.campaign == "a"][:1])
    assert by_campaign(await shop.claim(limit=8)) == {"a": 1}


async def test_bulk_without_room_is_looked_at_again_when_there_may_be_some(shop: Shop) -> None:
    """A loop that asks what is due next must not spin."""
    limits = Limits(per_minute=60)
    await campaigns_of(shop, a=9)
    await shop.claim(limits=limits)
    assert await shop.claim(limits=limits) == []
    rest = await shop.calls.next_due()
    assert rest is not None
    assert rest > shop.now
    shop.clock.moment = rest
    assert len(await shop.claim(limits=limits)) == 1


async def test_a_single_call_is_not_late_because_bulk_has_no_room(shop: Shop) -> None:
    limits = Limits(live_calls=2)
    await campaigns_of(shop, a=9)
    await shop.claim(limits=limits)
    assert await shop.claim(limits=limits) == []
    single = await shop.book("single")
    assert await shop.calls.next_due() == single.due
    assert len(await shop.claim(limits=limits)) == 1


async def test_a_shut_lane_leaves_bulk_where_it_is(shop: Shop) -> None:
    await campaigns_of(shop, a=3)
    single = await shop.book("single")
    await shop.shut(minutes=3)
    assert await shop.claim() == []
    counts = await shop.calls.count_by_state()
    assert counts == {State.SCHEDULED: 3, State.HELD: 1}
    assert await shop.state(single) is State.HELD
    lane = (await shop.lanes.all())["vozagent"]
    assert await shop.calls.next_due() == lane.probe_at
    assert await shop.calls.kept_waiting("vozagent", shop.now) == 4


async def test_a_call_of_a_campaign_may_try_a_refused_key(shop: Shop) -> None:
    await campaigns_of(shop, a=3)
    await shop.shut(minutes=1)
    shop.clock.advance(minutes=1)
    assert len(await shop.claim()) == 1
    assert await shop.claim() == []


async def test_what_the_rules_forbid_is_set_aside_in_bulk_too(shop: Shop) -> None:
    await campaigns_of(shop, a=3)
    due = await shop.calls.next_due()
    tonight = Verdict(Answer.MOVE, "outside_hours", "night", next_start=due)
    first = []

    def judge(call: Call) -> Verdict:
        first.append(call.id)
        return tonight if len(first) == 1 else ALLOWED

    taken = await shop.claim(judge=judge)
    assert [call.id for call in taken] == first[1:]
    assert (await shop.calls.count_by_state())[State.HELD] == 1
