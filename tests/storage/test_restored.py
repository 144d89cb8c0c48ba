"""After a restore nothing that may have been done since is done again by itself."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.calls.call import Call
from bot.calls.states import State
from bot.calls.verdict import PASSING_HOLDS
from bot.storage.database import Database
from bot.storage.inbox import InboxStore
from bot.storage.marks import mark_of
from bot.storage.restored import BACKUP, CODE, mark_restored, settle_restored
from bot.storage.tables import audit, inbox
from tests.databases import opened
from tests.storage.shop import Shop

WHY = "this database was restored from a backup of 2026-11-20 18:00 UTC; the call may have been "


@pytest.fixture
async def old(database: Database, shop: Shop) -> Shop:
    """A shop whose database is a backup of this moment; an hour passes before it is served."""
    async with database.write() as connection:
        await mark_restored(connection, shop.now, BACKUP)
    return shop


async def settled(database: Database, shop: Shop, **later: float) -> int:
    shop.clock.advance(**(later or {"hours": 1}))
    return await settle_restored(database, shop.now)


async def lines(database: Database, call: Call) -> list[tuple[str, str, str]]:
    statement = select(audit).where(audit.c.subject == call.id).order_by(audit.c.rev)
    async with database.read() as connection:
        rows = (await connection.execute(statement)).mappings().all()
    return [(row["what"], row["before"], row["after"]) for row in rows]


async def test_calls_whose_minute_came_since_are_held_for_a_person(
    database: Database, old: Shop
) -> None:
    late = await old.book("a", minutes=-30)  # late already: its dial may have come next
    due = await old.book("b", minutes=30)
    to_come = await old.book("c", minutes=90)
    assert await settled(database, old) == 2
    for call in (late, due):
        now = await old.call(call)
        assert (now.state, now.reason_code) == (State.HELD, CODE)
        assert now.reason.startswith(WHY)
        assert (await lines(database, call))[-1] == ("restored", "scheduled", "held")
    assert await old.state(to_come) == State.SCHEDULED
    assert CODE not in PASSING_HOLDS


async def test_nobody_dials_them_until_a_person_decides(database: Database, old: Shop) -> None:
    call = await old.book(minutes=30)
    await settled(database, old)
    assert await old.claim() == []
    assert await old.calls.releasable(old.now + timedelta(days=1), 9) == []
    held = await old.call(call)
    moved = await old.calls.reschedule(
        held, held.request, by="U0RITA", now=old.now, due=old.now, window=None, what="called now"
    )
    assert moved is not None
    assert (moved.state, moved.reason) == (State.SCHEDULED, "")
    assert [each.id for each in await old.claim()] == [call.id]


async def test_holds_that_would_end_by_themselves_end_no_more(
    database: Database, old: Shop
) -> None:
    call = await old.book()
    (taken,) = await old.claim()
    assert taken.id == call.id
    how: dict[str, Any] = {
        "why": "no answer", "reason_code": "provider_unreachable",
        "due": old.now + timedelta(minutes=5), "attempt": {"answer": "not_placed"},
    }  # fmt: skip
    await old.moved(taken, State.HELD, **how)
    await settled(database, old)
    assert (await old.call(call)).reason_code == CODE
    assert await old.calls.releasable(old.now, 9) == []


async def test_what_was_under_way_is_watched_but_not_tried_again(
    database: Database, old: Shop
) -> None:
    live, dialling = await old.book("a", retries=2), await old.book("b", retries=2)
    taken = {call.id: call for call in await old.claim()}
    await old.moved(taken[live.id], State.PLACED, attempt={"provider_call_id": "p-1"})
    assert await settled(database, old) == 0
    for call, state in ((live, State.PLACED), (dialling, State.DIALLING)):
        now = await old.call(call)
        assert (now.state, now.request.retries) == (state, 0)
        assert now.request.number == call.request.number
    await old.moved(await old.call(live), State.NO_ANSWER)  # the rest of its way is open


async def test_presses_that_were_not_worked_off_then_are_not_worked_off_now(
    database: Database, old: Shop
) -> None:
    """Whoever pressed *Schedule call* then was served then."""
    box = InboxStore(database, old.clock, "w1")
    await box.keep("T0ACME", "k1", "action", {"text": "press"})
    draft = await old.draft("d9")
    await settled(database, old)
    await box.release_all()
    assert (await box.take_over(9), await box.waiting()) == ([], 0)
    async with database.read() as connection:
        (row,) = (await connection.execute(select(inbox))).mappings().all()
    assert row["last_failure"] == CODE
    found = await old.drafts.get(draft)
    assert found is not None
    assert found.state == "dropped"


async def test_it_happens_at_the_first_start_only(database: Database, old: Shop) -> None:
    await old.book("a", minutes=30)
    assert await settled(database, old) == 1
    again = await old.book("b")
    assert await settled(database, old) == 0
    assert await old.state(again) == State.SCHEDULED
    async with database.read() as connection:
        assert await mark_of(connection, "restored") is None


async def test_a_database_that_was_never_restored_is_left_alone(
    database: Database, shop: Shop
) -> None:
    call = await shop.book()
    assert await settled(database, shop) == 0
    assert await shop.state(call) == State.SCHEDULED


async def test_of_two_marks_the_older_counts(database: Database, old: Shop) -> None:
    async with database.write() as connection:
        await mark_restored(connection, datetime(2027, 1, 1, tzinfo=UTC), BACKUP)
    call = await old.book()
    await settled(database, old)
    assert (await old.call(call)).reason.startswith(WHY)


async def test_several_processes_that_start_at_once_do_it_once(
    database: Database, database_url: str, old: Shop
) -> None:
    for n in range(3):
        await old.book(f"c-{n}")
    async with opened(database_url) as other:
        old.clock.advance(hours=1)
        both = await asyncio.gather(*(settle_restored(each, old.now) for each in (database, other)))
    assert sorted(both) == [0, 3]


async def test_many_calls_are_held_in_one_go(database: Database, old: Shop) -> None:
    calls = await old.book_many(250)
    assert await settled(database, old) == 250
    assert {await old.state(call) for call in calls} == {State.HELD}
