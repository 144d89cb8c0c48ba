"""Answers to dials that come together: stored in few transactions, and each as if it were alone."""

import asyncio
from typing import TypeVar

import pytest

from bot.calls.call import Call
from bot.calls.errors import StoreAway
from bot.calls.posts import Role
from bot.calls.states import State
from bot.storage.calls import CallStore
from bot.storage.database import Database
from bot.storage.one_hop import Work
from tests.storage.shop import Shop

T = TypeVar("T")


async def answered(
    shop: Shop, call: Call, to: State = State.PLACED, **facts: object
) -> Call | None:
    return await shop.move(call, to, attempt={"answer": "placed", **facts})


async def dialling(shop: Shop, count: int) -> list[Call]:
    """That many calls in mid-dial."""
    await shop.book_many(count)
    return await shop.claim(limit=count)


async def test_answers_that_come_together_are_each_stored(shop: Shop) -> None:
    calls = await dialling(shop, 12)
    moved = await asyncio.gather(
        *(answered(shop, call, provider_call_id=f"p{n}") for n, call in enumerate(calls))
    )
    for n, (call, told) in enumerate(zip(calls, moved, strict=True)):
        after = await shop.call(call)
        assert told == after
        assert (after.state, after.rev, after.attempts_used) == (State.PLACED, call.rev + 1, 1)
        (attempt,) = await shop.calls.attempts(call.id)
        assert (attempt.provider_call_id, attempt.answer) == (f"p{n}", "placed")
        changes = await shop.calls.history(call.id)
        assert [change.after for change in changes] == ["scheduled", "dialling", "placed"]
        post = await shop.posts.of(call.id, Role.ROOT)
        assert post is not None
        assert post.rev_wanted == after.rev


async def test_answers_that_come_together_take_few_transactions(
    database: Database, shop: Shop
) -> None:
    counted = Counted(database)
    calls = await dialling(shop, 12)
    shop.calls = CallStore(counted)
    await asyncio.gather(*(answered(shop, call) for call in calls))
    assert counted.writes == 2  # the first alone, and all that came meanwhile


async def test_of_answers_of_different_kinds_each_gets_its_own(shop: Shop) -> None:
    calls = await dialling(shop, 3)
    await asyncio.gather(
        answered(shop, calls[0]),
        shop.move(calls[1], State.UNSURE, why="?", reason_code="no_clear_answer"),
        shop.move(calls[2], State.HELD, attempt={"answer": "not_placed"}, due=shop.now),
    )
    after = [await shop.call(call) for call in calls]
    assert [call.state for call in after] == [State.PLACED, State.UNSURE, State.HELD]
    assert [call.attempts_used for call in after] == [1, 1, 0]
    assert [call.reason for call in after] == ["", "?", ""]


async def test_an_id_that_another_call_has_is_refused_and_costs_no_other_its_answer(
    shop: Shop,
) -> None:
    first, *calls = await dialling(shop, 6)
    await answered(shop, first, provider_call_id="taken")
    ids = ["p1", "p2", "taken", "p4", "p5"]
    moved = await asyncio.gather(
        *(answered(shop, call, provider_call_id=of) for call, of in zip(calls, ids, strict=True))
    )
    assert [after is None for after in moved] == [False, False, True, False, False]
    assert (await shop.call(calls[2])).state is State.DIALLING


async def test_a_call_that_has_moved_on_is_left_alone_and_the_others_are_stored(shop: Shop) -> None:
    calls = await dialling(shop, 4)
    await shop.move(calls[1], State.UNSURE)
    moved = await asyncio.gather(*(answered(shop, call) for call in calls))
    assert [after is None for after in moved] == [False, True, False, False]
    assert (await shop.call(calls[1])).state is State.UNSURE


async def test_of_two_answers_for_one_call_one_is_stored(shop: Shop) -> None:
    first, call = await dialling(shop, 2)
    moved = await asyncio.gather(
        answered(shop, first), answered(shop, call), shop.move(call, State.UNSURE)
    )
    assert [after is None for after in moved] == [False, False, True]
    assert (await shop.call(call)).state is State.PLACED


async def test_who_gives_up_waiting_takes_no_others_answer_along(shop: Shop) -> None:
    """At worst they are told that the database was away, and try again, as the dialler does."""
    calls = await dialling(shop, 8)
    storing = [asyncio.create_task(answered(shop, call)) for call in calls]
    await asyncio.sleep(0)
    gone = {0, 3}  # the first commits for all that waits
    for n in gone:
        storing[n].cancel()
    told = await asyncio.gather(*storing, return_exceptions=True)
    for n, call in enumerate(calls):
        if n not in gone and isinstance(told[n], StoreAway):
            await answered(shop, call)
    states = [(await shop.call(call)).state for n, call in enumerate(calls) if n not in gone]
    assert states == [State.PLACED] * 6


async def test_a_forbidden_move_is_refused_before_it_joins_others(shop: Shop) -> None:
    call, other = await dialling(shop, 2)
    stored = asyncio.create_task(answered(shop, other))
    with pytest.raises(ValueError, match="cannot go from"):
        await shop.move(call, State.CANCELLED)
    assert await stored is not None


class Counted(Database):
    """Counts transactions that write; its connections are another one's."""

    def __init__(self, database: Database) -> None:
        self.__dict__.update(database.__dict__)
        self.writes = 0

    async def transact(self, work: Work[T]) -> T:
        """As the real one."""
        self.writes += 1
        return await super().transact(work)
