"""What a claim takes is bound by the provider's lane, for all processes together."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta

from bot.calls.call import Call
from bot.calls.lanes import NO_WAIT, Limits
from bot.calls.states import State
from bot.calls.verdict import ALLOWED, Answer, Verdict
from tests.storage.shop import Shop

MINUTE = timedelta(minutes=1)
BUSY = {State.DIALLING, State.PLACED, State.RINGING, State.IN_PROGRESS, State.UNSURE}


async def on_the_line(shop: Shop) -> int:
    counts = await shop.calls.count_by_state()
    return sum(count for state, count in counts.items() if state in BUSY)


async def test_each_claim_is_for_one_provider(shop: Shop) -> None:
    await shop.book("one", provider="voicy")
    await shop.book("two", provider="vozzo")
    await shop.book("later", provider="unleashx", minutes=1)
    assert sorted(await shop.calls.due_providers(shop.now)) == ["voicy", "vozzo"]
    (claimed,) = await shop.claim(provider="voicy")
    assert claimed.request.provider == "voicy"
    assert await shop.calls.due_providers(shop.now) == ["vozzo"]


async def test_a_parked_lane_gives_no_call_and_the_next_one_is_due_after_the_pause(
    shop: Shop,
) -> None:
    await shop.book()
    until = shop.now + timedelta(minutes=2)
    await shop.lanes.park("vozagent", until)
    assert await shop.claim() == []
    assert await shop.calls.next_due() == until
    shop.clock.advance(minutes=2)
    assert len(await shop.claim()) == 1


async def test_the_longest_due_goes_first(shop: Shop) -> None:
    late, early = await shop.book("late", minutes=2), await shop.book("early", minutes=1)
    shop.clock.advance(minutes=5)
    assert [call.id for call in await shop.claim(limit=1)] == [early.id]
    assert [call.id for call in await shop.claim(limit=1)] == [late.id]


async def test_what_the_rules_forbid_takes_nobodys_place(shop: Shop) -> None:
    booked = await shop.book_many(6)
    asleep = {call.id for call in booked[:3]}
    tonight = Verdict(Answer.MOVE, "outside_hours", "night", next_start=shop.now + 9 * MINUTE)
    taken = await shop.claim(
        limits=Limits(per_minute=18, live_calls=2),
        judge=lambda call: tonight if call.id in asleep else ALLOWED,
    )
    assert [call.id for call in taken] == [call.id for call in booked[3:5]]
    assert [await shop.state(call) for call in booked[:3]] == [State.HELD] * 3
    assert await shop.claim(limits=Limits(per_minute=18)) == []  # two of two are spent


async def test_no_more_than_the_limit_is_looked_at(shop: Shop) -> None:
    booked = await shop.book_many(5)
    asked = []

    def never(call: Call) -> Verdict:
        asked.append(call.id)
        return Verdict(Answer.EXPIRE, "window_passed", "too late")

    assert await shop.claim(limit=3, judge=never) == []
    assert asked == [call.id for call in booked[:3]]


async def test_calls_on_the_line_leave_less_room(shop: Shop) -> None:
    limits = Limits(live_calls=3)
    await shop.book_many(5)
    first, second, third = await shop.claim(limits=limits)
    assert await shop.claim(limits=limits) == []
    await shop.moved(first, State.PLACED, State.RINGING)
    await shop.moved(second, State.PLACED, State.IN_PROGRESS)
    await shop.moved(third, State.UNSURE)
    assert await shop.claim(limits=limits) == []
    await shop.moved(await shop.call(first), State.NO_ANSWER)
    assert len(await shop.claim(limits=limits)) == 1


async def test_a_doubt_fills_a_line_for_an_hour_at_most(shop: Shop) -> None:
    limits = Limits(live_calls=1)
    await shop.book_many(2)
    (first,) = await shop.claim(limits=limits)
    await shop.moved(first, State.UNSURE)
    shop.clock.advance(minutes=59)
    assert await shop.claim(limits=limits) == []
    shop.clock.advance(minutes=2)
    assert len(await shop.claim(limits=limits)) == 1


async def test_a_call_that_was_handed_over_fills_no_line(shop: Shop) -> None:
    limits = Limits(live_calls=1)
    await shop.book_many(2)
    (first,) = await shop.claim(limits=limits)
    await shop.moved(first, State.HANDED_OVER)
    assert len(await shop.claim(limits=limits)) == 1


async def test_dials_and_questions_share_the_rate(shop: Shop) -> None:
    limits = Limits(per_minute=60)
    await shop.book_many(12)
    assert len(await shop.claim(limit=8, limits=limits)) == 6
    asked = [await shop.lanes.take("vozagent", 60, shop.now) for _ in range(4)]
    assert [wait == NO_WAIT for wait in asked] == [True, True, True, False]
    assert await shop.claim(limits=limits) == []
    shop.clock.advance(seconds=3.7)
    assert len(await shop.claim(limits=limits)) == 2


async def test_a_backlog_of_dials_leaves_questions_their_third(shop: Shop) -> None:
    limits, asked = Limits(per_minute=60), 0
    await shop.book_many(60)
    for _ in range(60):
        shop.clock.advance(seconds=1)
        await shop.claim(limits=limits)
        asked += await shop.lanes.take("vozagent", 60, shop.now, spare=2) == NO_WAIT
    assert 17 <= asked <= 20


async def test_without_dials_questions_may_use_nearly_all(shop: Shop) -> None:
    waits = []
    for _ in range(240):
        shop.clock.advance(seconds=0.25)
        waits.append(await shop.lanes.take("vozagent", 60, shop.now, spare=2))
    assert 50 <= waits.count(NO_WAIT) <= 60


async def test_a_full_lane_is_looked_at_again_when_it_may_have_room(shop: Shop) -> None:
    """A loop that asks what is due next must not spin on calls that cannot go yet."""
    limits = Limits(per_minute=6)
    await shop.book_many(2)
    assert len(await shop.claim(limits=limits)) == 1
    assert await shop.calls.next_due() == shop.now
    assert await shop.claim(limits=limits) == []
    rest = timedelta(milliseconds=20667)
    assert await shop.calls.next_due() == shop.now + rest
    shop.clock.moment += rest
    assert len(await shop.claim(limits=limits)) == 1


async def test_full_lines_are_looked_at_again_after_a_moment(shop: Shop) -> None:
    limits = Limits(live_calls=1)
    await shop.book_many(2)
    (first,) = await shop.claim(limits=limits)
    assert await shop.claim(limits=limits) == []
    assert await shop.calls.next_due() == shop.now + timedelta(seconds=1)
    await shop.moved(first, State.FAILED)
    assert len(await shop.claim(limits=limits)) == 1
    assert await shop.calls.next_due() is None


async def test_a_shut_lane_holds_what_is_due_and_says_why(shop: Shop) -> None:
    booked = [*await shop.book_many(2), await shop.book("later", minutes=1)]
    await shop.shut()
    assert await shop.claim() == []
    first, second, later = [await shop.call(call) for call in booked]
    assert (first.state, first.reason_code) == (State.HELD, "provider_credentials")
    assert (first.reason, first.due) == ("key refused", booked[0].due)
    assert (second.state, later.state) == (State.HELD, State.SCHEDULED)
    assert [change.what for change in await shop.calls.history(first.id)] == ["scheduled", "held"]


async def test_the_rules_come_before_a_refused_key(shop: Shop) -> None:
    booked = await shop.book()
    await shop.shut()
    passed = Verdict(Answer.EXPIRE, "window_passed", "too late")
    assert await shop.claim(judge=lambda _: passed) == []
    assert await shop.state(booked) is State.EXPIRED


async def test_one_call_tries_a_refused_key_again(shop: Shop) -> None:
    await shop.book_many(4)
    await shop.shut(minutes=1)
    shop.clock.advance(minutes=1)
    assert len(await shop.claim()) == 1
    lane = (await shop.lanes.all())["vozagent"]
    assert lane.probe_at == shop.now + MINUTE
    assert await shop.claim() == []
    assert (await shop.calls.count_by_state())[State.HELD] == 3


async def test_a_try_that_the_rules_forbid_is_no_try(shop: Shop) -> None:
    booked = await shop.book_many(3)
    await shop.shut(minutes=1)
    shop.clock.advance(minutes=1)
    hold = Verdict(Answer.HOLD, "late", "asks a person")
    taken = await shop.claim(judge=lambda call: hold if call.id == booked[0].id else ALLOWED)
    assert [call.id for call in taken] == [booked[1].id]


async def test_several_processes_make_one_try(shops: list[Shop]) -> None:
    await shops[0].book_many(9)
    await shops[0].shut(minutes=1)
    shops[0].clock.advance(minutes=1)
    await asyncio.gather(*(shop.lanes.all() for shop in shops))  # all are connected
    taken = await asyncio.gather(*(shop.claim(f"w{n}") for n, shop in enumerate(shops)))
    assert sum(map(len, taken)) == 1


async def test_calls_wait_for_the_next_try_of_a_shut_lane_without_being_asked_about(
    shop: Shop,
) -> None:
    await shop.book_many(2)
    await shop.shut(minutes=3)
    await shop.claim()
    assert await shop.calls.releasable(shop.now, 9) == []
    assert await shop.calls.next_due() == shop.now + 3 * MINUTE


async def test_the_longest_held_call_is_released_to_try_a_refused_key(shop: Shop) -> None:
    first, *_ = await shop.book_many(3)
    await shop.shut(minutes=3)
    await shop.claim()
    shop.clock.advance(minutes=3)
    (chosen,) = await shop.calls.releasable(shop.now, 9)
    assert chosen.id == first.id
    await shop.moved(chosen, State.SCHEDULED)
    assert await shop.calls.releasable(shop.now, 9) == []  # one is on its way already
    assert [call.id for call in await shop.claim()] == [first.id]


async def test_an_open_lane_lets_all_held_calls_go(shop: Shop) -> None:
    booked = await shop.book_many(3)
    elsewhere = await shop.book("else", provider="voicy")
    await shop.shut()
    await shop.claim()
    await shop.lanes.park("voicy", shop.now + MINUTE)
    await shop.lanes.reopen("vozagent")
    released = await shop.calls.releasable(shop.now, 2)
    assert [call.id for call in released] == [call.id for call in booked[:2]]
    assert await shop.state(elsewhere) is State.SCHEDULED


async def test_a_shut_lane_keeps_back_nobody_elses_calls(shop: Shop) -> None:
    await shop.book("one", provider="voicy")
    await shop.book("two", provider="vozzo")
    for provider in ("voicy", "vozzo"):
        hold = Verdict(Answer.HOLD, "provider_busy", "busy")
        await shop.claim(provider=provider, judge=lambda _, hold=hold: hold)
    await shop.shut("voicy")
    released = await shop.calls.releasable(shop.now, 9)
    assert [call.request.provider for call in released] == ["vozzo"]


async def test_holds_that_need_a_person_are_not_waited_for(shop: Shop) -> None:
    await shop.book()
    await shop.claim(judge=lambda _: Verdict(Answer.HOLD, "late", "asks a person"))
    assert await shop.calls.next_due() is None
    assert await shop.calls.releasable(shop.now, 9) == []


class Day:
    """Several processes claim and finish calls while the clock goes on."""

    def __init__(self, shops: list[Shop], limits: Limits) -> None:
        self.shops = shops
        self.limits = limits
        self.claimed_at: list[datetime] = []
        self.taken = Counter[str]()
        self.live: list[Call] = []
        self.most_live = 0

    async def tick(self, seconds: float, finish: int) -> None:
        """All claim at once; then the oldest calls end."""
        self.shops[0].clock.advance(seconds=seconds)
        claims = [
            shop.claim(f"w{n}", limit=5, limits=self.limits)
            for n, shop in enumerate(self.shops)
            for _ in range(2)
        ]
        calls = [call for claim in await asyncio.gather(*claims) for call in claim]
        self.claimed_at += [self.shops[0].now] * len(calls)
        self.taken.update(call.id for call in calls)
        self.most_live = max(self.most_live, await on_the_line(self.shops[0]))
        self.live += calls
        for call in self.live[:finish]:
            await self.shops[0].moved(call, State.PLACED, State.COMPLETED)
        del self.live[:finish]

    def fullest_minute(self) -> int:
        return max(
            sum(first <= each < first + MINUTE for each in self.claimed_at)
            for first in self.claimed_at
        )


async def test_several_processes_never_exceed_rate_and_lines_together(shops: list[Shop]) -> None:
    booked = await shops[0].book_many(60)
    day = Day(shops, Limits(per_minute=36, live_calls=7))  # a third is for questions
    for n in range(40):
        await day.tick(seconds=3.1, finish=1 if n % 3 else 0)
    assert day.fullest_minute() <= 24
    assert day.most_live == 7
    assert max(day.taken.values()) == 1
    assert len(day.taken) > 20
    still = [await shops[0].call(call) for call in booked if call.id not in day.taken]
    assert all(call.state is State.SCHEDULED for call in still)


async def test_several_processes_use_the_rate_up(shops: list[Shop]) -> None:
    await shops[0].book_many(60)
    day = Day(shops, Limits(per_minute=36))
    for _ in range(60):
        await day.tick(seconds=1, finish=0)
    assert 22 <= day.fullest_minute() <= 24
