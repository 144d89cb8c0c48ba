"""A whole transaction in one hop to a thread: committed or not, as any other one."""

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Database
from bot.storage.one_hop import Work
from bot.storage.tables import house

OURS = "one hop"


def put(*names: str, first: Callable[[], object] = list) -> Work[int]:
    """Work that writes those rows."""

    async def work(connection: AsyncConnection) -> int:
        first()
        for name in names:
            await connection.execute(insert(house).values(name=name, value=OURS))
        return len(names)

    return work


async def names(database: Database) -> list[str]:
    rows = await database.rows(select(house.c.name).where(house.c.value == OURS))
    return sorted(row["name"] for row in rows)


async def test_what_it_wrote_is_there_and_what_it_returned_is_told(database: Database) -> None:
    assert await database.transact(put("a", "b")) == 2
    assert await names(database) == ["a", "b"]


async def test_all_of_it_is_written_or_none(database: Database) -> None:
    await database.transact(put("a"))
    with pytest.raises(IntegrityError):
        await database.transact(put("b", "a"))
    assert await names(database) == ["a"]


async def test_one_statement_tells_what_it_returned(database: Database) -> None:
    await database.transact(put("a", "b"))
    changed = await database.change(
        update(house).where(house.c.name == "b").values(value="other").returning(house.c.name)
    )
    assert [row["name"] for row in changed] == ["b"]
    assert await names(database) == ["a"]


async def test_those_who_write_otherwise_take_turns_with_it(database: Database) -> None:
    async def otherwise(name: str) -> None:
        async with database.write() as connection:
            await connection.execute(insert(house).values(name=name, value=OURS))

    writers: list[Awaitable[object]] = [database.transact(put(f"hop {n}")) for n in range(20)]
    writers += [otherwise(f"write {n}") for n in range(20)]
    await asyncio.gather(*writers)
    assert len(await names(database)) == 40


async def test_who_is_cancelled_leaves_when_it_is_committed_and_not_before(
    database: Database,
) -> None:
    if database.dialect != "sqlite":
        pytest.skip("PostgreSQL breaks the transaction off")
    begun, may_go_on = threading.Event(), threading.Event()

    def wait() -> None:
        begun.set()
        may_go_on.wait(10)

    writing = asyncio.create_task(database.transact(put("a", first=wait)))
    await asyncio.to_thread(begun.wait, 10)
    writing.cancel()
    following = asyncio.create_task(database.transact(put("b")))
    await asyncio.wait({following}, timeout=0.2)
    assert not writing.done()
    assert not following.done()
    may_go_on.set()
    assert await following == 1
    assert writing.cancelled()
    assert await names(database) == ["a", "b"]


async def test_work_that_waits_for_anything_else_is_a_mistake_and_writes_nothing(
    database: Database,
) -> None:
    if database.dialect != "sqlite":
        pytest.skip("there it is only slower")

    async def dawdle(connection: AsyncConnection) -> None:
        await connection.execute(insert(house).values(name="a", value=OURS))
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="awaited something else"):
        await database.transact(dawdle)
    assert await names(database) == []


async def test_who_comes_while_it_is_closed_is_served_by_a_new_connection(
    database: Database,
) -> None:
    if database.dialect != "sqlite":
        pytest.skip("connections of PostgreSQL are nobody's but their own")
    await database.transact(put("a"))
    for _ in range(20):
        _, *found = await asyncio.gather(database.close(), *(names(database) for _ in range(5)))
        assert found == [["a"]] * 5
