"""What was accepted is never lost and never worked off twice, on both databases."""

import asyncio
from datetime import timedelta

import pytest

from bot.calls.inbox import GIVE_UP_AFTER
from bot.storage.database import Database
from bot.storage.inbox import InboxStore
from tests.fakes import FakeClock

BODY = {"text": "+1 415 555 0123 “ünï” 🙂", "nested": {"list": [1, None, True]}}


@pytest.fixture
def inbox(database: Database, clock: FakeClock) -> InboxStore:
    return InboxStore(database, clock, "w1")


async def test_a_redelivery_is_recognised_however_many_come_at_once(inbox: InboxStore) -> None:
    kept = await asyncio.gather(*(inbox.keep("T1", "key", "command", BODY) for _ in range(10)))
    assert len([one for one in kept if one]) == 1
    assert await inbox.keep("T2", "key", "command", BODY) is not None  # another workspace
    assert await inbox.waiting() == 2


async def test_what_this_process_holds_is_not_taken_over(inbox: InboxStore) -> None:
    await inbox.keep("T1", "key", "command", BODY)
    assert await inbox.take_over(10) == []


async def test_what_a_dead_process_held_is_taken_up_at_the_next_start(
    inbox: InboxStore, database: Database, clock: FakeClock
) -> None:
    first = await inbox.keep("T1", "a", "command", BODY)
    await inbox.keep("T1", "b", "action", BODY)
    done = await inbox.keep("T1", "c", "view", BODY)
    assert done is not None
    await inbox.done(done)
    fresh = InboxStore(database, clock, "w2")
    await fresh.release_all()
    left = await fresh.take_over(10)
    assert [(one.key, one.kind) for one in left] == [("a", "command"), ("b", "action")]
    assert (left[0].id, left[0].body) == (first, BODY)
    assert await fresh.take_over(10) == []


async def test_what_a_process_leaves_undone_at_its_end_is_free_at_once(
    inbox: InboxStore, database: Database, clock: FakeClock
) -> None:
    begun = await inbox.keep("T1", "a", "command", BODY)
    done = await inbox.keep("T1", "b", "command", BODY)
    failed = await inbox.keep("T1", "c", "command", BODY)
    assert done is not None
    assert failed is not None
    await inbox.done(done)
    await inbox.failed(failed, "R-1 ValueError")  # that one has a pause before it
    other = InboxStore(database, clock, "w2")
    await other.keep("T1", "d", "command", BODY)
    assert await inbox.let_go() == 1
    assert [one.id for one in await other.take_over(10)] == [begun]


async def test_a_delivery_that_always_fails_stays_but_stops_being_tried(inbox: InboxStore) -> None:
    kept = await inbox.keep("T1", "a", "command", BODY)
    assert kept is not None
    counts = [await inbox.failed(kept, "R-1 ValueError") for _ in range(GIVE_UP_AFTER)]
    await inbox.release_all()
    assert counts == list(range(1, GIVE_UP_AFTER + 1))
    assert await inbox.take_over(10) == []
    assert await inbox.waiting() == 1


async def test_keys_are_kept_a_day_and_then_forgotten(inbox: InboxStore, clock: FakeClock) -> None:
    kept = await inbox.keep("T1", "a", "command", BODY)
    assert kept is not None
    await inbox.done(kept)
    assert await inbox.forget(clock.now() - timedelta(days=1)) == 0
    clock.advance(days=2)
    assert await inbox.forget(clock.now() - timedelta(days=1)) == 1
