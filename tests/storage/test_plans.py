"""The loops ask their questions every second: none of them may read a whole table."""

import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Engine

from bot.calls.lanes import Limits
from bot.calls.pauses import of_campaign
from bot.calls.provider import News
from bot.calls.states import State
from bot.storage.database import Database
from bot.storage.news import NewsBoxStore
from tests.storage.shop import Shop

# An index of ours with a condition holds only what is under way, so it may be read as a whole.
WHOLE_TABLE = re.compile(
    r"SCAN (calls|attempts|posts|audit|provider_news)(?! USING (COVERING )?INDEX ix_)"
    r"|Seq Scan on (calls|attempts|posts|audit|provider_news)"
)
WAITING = re.compile(r"lower\(calls\.state\)")  # a hundred thousand calls may wait
Statement = tuple[str, Any]


@contextmanager
def heard() -> Iterator[list[Statement]]:
    """What is said to databases meanwhile, with one set of values for each."""
    said: list[Statement] = []

    def listen(connection: object, cursor: object, statement: str, values: Any, *more: Any) -> None:
        many = more[-1]
        if statement.startswith(("SELECT", "UPDATE", "WITH", "DELETE")):
            said.append((statement, values[0] if many else values))

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", listen)


async def plan_of(database: Database, statement: str, values: Any) -> str:
    """How the database would find the rows, were its tables large."""
    async with database.write() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        if database.dialect == "sqlite":
            rows = await driver.execute_fetchall(f"EXPLAIN QUERY PLAN {statement}", values)
            return "\n".join(row[3] for row in rows)
        await connection.execute(text("SET LOCAL enable_seqscan = off"))
        return "\n".join(row[0] for row in await driver.fetch(f"EXPLAIN {statement}", *values))


async def some_of_everything(shop: Shop) -> None:
    for n, provider in enumerate(("vozagent", "voicy", "vozagent")):
        await shop.book(f"some-{n}", provider=provider, name="Ana")
    for name, at_once in (("b-1", None), ("b-2", 3)):
        await shop.campaign(name, at_once=at_once)
        await shop.book(name, campaign=name)
    await shop.pause(of_campaign("b-3"))
    ((call, _),) = await shop.claim_pairs(limit=1)
    await shop.moved(call, State.PLACED, attempt={"provider_call_id": "p-1"}, next_poll=shop.now)
    await shop.shut("voicy")
    await shop.claim(provider="voicy")


async def everything_the_loops_ask(shop: Shop, box: NewsBoxStore) -> None:
    limits = Limits(per_minute=60, live_calls=9)
    asked: list[Callable[[], Awaitable[object]]] = [
        lambda: shop.calls.due_providers(shop.now),
        shop.calls.next_due,
        shop.calls.pauses,
        lambda: shop.calls.kept_waiting("vozagent", shop.now),
        lambda: shop.calls.releasable(shop.now, 9),
        lambda: shop.claim(limits=limits),
        lambda: shop.calls.abandoned(9),
        lambda: shop.calls.to_poll(shop.now, 9),
        lambda: shop.calls.to_poll(shop.now, 9, "vozagent"),
        lambda: shop.lanes.take("vozagent", 60, shop.now),
        shop.lanes.all,
        lambda: box.matched(9),
        shop.behind,
        shop.posts.next_try,
    ]
    for ask in asked:
        await ask()


@pytest.mark.parametrize("minutes", [0, 2])
async def test_no_question_of_the_loops_reads_a_whole_table(
    shop: Shop, database: Database, minutes: float
) -> None:
    """At once, and when a refused key may be tried again."""
    await some_of_everything(shop)
    box = NewsBoxStore(database)
    await box.keep("vozagent", "d-1", News(None, "x", provider_call_id="p-1"), shop.now)
    shop.clock.advance(minutes=minutes)
    with heard() as said:
        await everything_the_loops_ask(shop, box)
    assert len(said) > 15
    plans = {statement: await plan_of(database, statement, values) for statement, values in said}
    assert {one: plan for one, plan in plans.items() if WHOLE_TABLE.search(plan)} == {}
    waiting = [plan for one, plan in plans.items() if WAITING.search(one)]
    assert len(waiting) > 5
    assert [plan for plan in waiting if "ix_calls_state" in plan] == []
