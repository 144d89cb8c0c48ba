"""What stands still is found soon, however much there is."""

import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.calls.lanes import Limits
from bot.calls.patience import MESSAGE, PATIENCE
from bot.calls.states import State
from bot.storage.database import Database
from bot.storage.standing import StandingStore
from bot.storage.standing_rows import MOST_NAMED
from bot.storage.tables import attempts, audit, calls, posts
from tests.storage.shop import Shop
from tests.storage.test_plans import WHOLE_TABLE, heard, plan_of

ROWS = 100_000


@pytest.fixture
def store(database: Database) -> StandingStore:
    """What looks, on each kind of database."""
    return StandingStore(database)


async def fill(database: Database, shop: Shop, **many: int) -> None:
    """Calls by state, quickly; the first of them have messages that are behind."""
    first = await shop.book("first")
    await shop.behind()
    async with database.read() as connection:
        row = (await connection.execute(calls.select())).mappings().one()
    behind = many.pop("posts_behind", 0)
    rows: list[dict[str, Any]] = []
    for state, count in many.items():
        rows += [
            {**row, "id": f"{state}-{n}", "code": f"{state}-{n}", "state": state, "rev": 2}
            for n in range(count)
        ]
    shown = [
        {
            "call_id": each["id"], "role": "root", "channel": "C1", "rev_wanted": 2,
            "rev_posted": 1, "not_before": shop.now, "doubtful": False, "failures": n % 2,
        }
        for n, each in enumerate(rows[:behind])
    ]  # fmt: skip
    lines = [
        {
            "id": each["id"], "subject": each["id"], "rev": 2, "at": shop.now, "by": "me",
            "what": "x", "before": "draft", "after": "scheduled", "why": "",
        }
        for each in rows
    ]  # fmt: skip
    async with database.write() as connection:
        await connection.execute(update(calls).where(calls.c.id == first.id).values(state="failed"))
        for start in range(0, len(rows), 5_000):
            await connection.execute(calls.insert(), rows[start : start + 5_000])
            await connection.execute(audit.insert(), lines[start : start + 5_000])
        if shown:
            await connection.execute(posts.insert(), shown)


async def test_more_than_are_named_are_still_counted(
    shop: Shop, database: Database, store: StandingStore
) -> None:
    await fill(database, shop, scheduled=700, posts_behind=650)
    shop.clock.advance(minutes=6)
    look = await store.look(shop.now, {})
    assert (look.counts[State.SCHEDULED], look.counts[MESSAGE]) == (700, 650)
    kinds = [thing.kind for thing in look.things]
    assert (kinds.count(State.SCHEDULED), kinds.count(MESSAGE)) == (MOST_NAMED, MOST_NAMED)
    assert set(look.counts) == set(PATIENCE)


async def test_among_a_hundred_thousand_calls_it_is_found_by_index(
    shop: Shop, database: Database, store: StandingStore
) -> None:
    share = ROWS // 4
    await fill(database, shop, completed=2 * share, scheduled=share, held=share, posts_behind=700)
    stuck = [("placed", 3), ("unsure", 2)]
    async with database.write() as connection:
        for state, count in stuck:
            ids = [f"completed-{n}" for n in range(count)]
            some = update(calls).where(calls.c.id.in_(ids), calls.c.state == "completed")
            await connection.execute(some.values(state=state))
        for n in range(9):
            await connection.execute(
                attempts.insert().values(
                    id=f"a-{n}", call_id=f"scheduled-{n}", n=1, open=False, provider="vozagent",
                    claimed_by="w", claimed_at=shop.now, lease_until=shop.now, checks=0,
                )
            )  # fmt: skip
        later = update(calls).where(calls.c.state == "scheduled", calls.c.id > "scheduled-1")
        await connection.execute(later.values(due=shop.now + timedelta(hours=3)))
        if database.dialect == "postgresql":
            for table in ("calls", "audit", "posts", "attempts"):
                await connection.exec_driver_sql(f"ANALYZE {table}")
    shop.clock.advance(minutes=31)
    with heard() as said:
        look = await store.look(shop.now, {"vozagent": Limits(live_calls=3, per_minute=60)})
    assert look.total > 500
    plans = {statement: await plan_of(database, statement, values) for statement, values in said}
    assert len(plans) > 8
    assert {one: plan for one, plan in plans.items() if WHOLE_TABLE.search(plan)} == {}
    spent = []
    for _ in range(5):
        began = time.perf_counter()
        await store.look(shop.now, {})
        spent.append(time.perf_counter() - began)
    print(f"{database.dialect}: {min(spent) * 1000:.1f} ms a look")
    assert min(spent) < 0.5  # seconds, on a machine that others use too
