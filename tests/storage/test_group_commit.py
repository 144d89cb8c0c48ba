"""SQLite: writes that arrive together share a commit; each has its own outcome and its turn."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, text, update

from bot.calls.errors import StoreAway
from bot.storage.database import Database
from bot.storage.dialects import insert_if_new
from bot.storage.group_commit import Prepared
from bot.storage.inbox import KEPT
from bot.storage.tables import inbox
from bot.storage.turns import Turns
from tests.databases import fresh_url, opened

KEEP = Prepared(insert_if_new(inbox, "sqlite").returning(inbox.c.id), columns=KEPT)
DONE = Prepared(
    update(inbox).where(inbox.c.id == bindparam("which")).values(done_at=bindparam("at"))
)
MOMENT = datetime(2026, 11, 20, 18, tzinfo=UTC)


def delivery(name: str, **other: Any) -> dict[str, Any]:
    return {
        "id": name, "team": "T1", "delivery_key": name, "kind": "command", "body": {"text": "ünï"},
        "received_at": MOMENT, "failures": 0, "held_by": "w1", **other,
    }  # fmt: skip


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with fresh_url("sqlite", tmp_path, None) as url, opened(url) as found:
        yield found


async def kept(database: Database) -> set[str]:
    async with database.read() as connection:
        return set((await connection.execute(inbox.select())).scalars())


async def test_all_that_arrive_together_are_kept(database: Database) -> None:
    names = [f"d{n}" for n in range(50)]
    found = await asyncio.gather(*(database.write_one(KEEP, delivery(name)) for name in names))
    assert [rows[0][0] for rows in found] == names
    assert await kept(database) == set(names)


async def test_what_was_written_reads_as_if_the_engine_had_written_it(database: Database) -> None:
    await database.write_one(KEEP, delivery("quick"))
    async with database.write() as connection:
        await connection.execute(inbox.insert().values(delivery("engine")))
    async with database.read() as connection:
        rows = (await connection.execute(inbox.select().order_by(inbox.c.id))).mappings().all()
    quick, engine = dict(rows[1]), dict(rows[0])
    names = {"id": "", "delivery_key": ""}
    assert {**quick, **names} == {**engine, **names}
    assert quick["received_at"] == MOMENT


async def test_one_that_cannot_be_written_takes_no_other_with_it(database: Database) -> None:
    outcomes = await asyncio.gather(
        *(
            database.write_one(KEEP, delivery(name, kind=kind))
            for name, kind in (("a", "command"), ("b", None), ("c", "command"))
        ),
        return_exceptions=True,
    )
    assert isinstance(outcomes[1], sqlite3.IntegrityError)
    assert await kept(database) == {"a", "c"}


async def test_what_has_no_hurry_is_committed_too(database: Database) -> None:
    await database.write_one(KEEP, delivery("a"))
    await database.write_one(DONE, {"which": "a", "at": MOMENT}, hurry=False)
    async with database.read() as connection:
        assert (await connection.execute(inbox.select())).mappings().one()["done_at"] == MOMENT


async def test_what_has_no_hurry_is_committed_before_the_database_closes(tmp_path: Path) -> None:
    async with fresh_url("sqlite", tmp_path, None) as url:
        async with opened(url) as database:
            writing = asyncio.create_task(database.write_one(KEEP, delivery("a"), hurry=False))
            await asyncio.sleep(0)
        assert (await writing)[0][0] == "a"
        async with opened(url) as database:
            assert await kept(database) == {"a"}


async def test_a_closed_database_opens_again_as_its_engine_does(database: Database) -> None:
    await database.write_one(KEEP, delivery("a"))
    await database.close()
    await database.write_one(KEEP, delivery("b"))
    assert await kept(database) == {"a", "b"}


async def test_a_file_that_cannot_be_written_is_a_store_that_is_away(database: Database) -> None:
    async with database.write() as connection:
        await connection.execute(text("ALTER TABLE inbox RENAME TO gone"))
    outcomes = await asyncio.gather(
        *(database.write_one(KEEP, delivery(name)) for name in "ab"), return_exceptions=True
    )
    assert [type(outcome) for outcome in outcomes] == [StoreAway, StoreAway]
    async with database.write() as connection:
        await connection.execute(text("ALTER TABLE gone RENAME TO inbox"))
    await database.write_one(KEEP, delivery("a"))
    assert await kept(database) == {"a"}


async def test_a_write_waits_for_the_transaction_before_it(database: Database) -> None:
    async with database.write() as connection:
        writing = asyncio.create_task(database.write_one(KEEP, delivery("after")))
        await connection.execute(inbox.insert().values(delivery("before")))
        assert not writing.done()
    await writing
    assert await kept(database) == {"before", "after"}


async def test_the_urgent_pass_those_who_wait_but_never_who_writes() -> None:
    turns, order = Turns(), list[str]()

    async def write(name: str, *, urgent: bool) -> None:
        async with turns.turn(urgent=urgent):
            order.append(name)
            await asyncio.sleep(0)

    await asyncio.gather(
        write("first", urgent=False),
        write("second", urgent=False),
        write("urgent", urgent=True),
    )
    assert order == ["first", "urgent", "second"]


async def test_a_writer_that_gives_up_waiting_leaves_the_turn_to_the_next() -> None:
    turns = Turns()

    async def write() -> str:
        async with turns.turn(5, urgent=False):
            return "written"

    async with turns.turn(urgent=False):
        gone, stays = asyncio.create_task(write()), asyncio.create_task(write())
        with pytest.raises(TimeoutError):
            async with turns.turn(0, urgent=True):
                pass
        gone.cancel()
    assert await stays == "written"
    assert gone.cancelled()
    assert await write() == "written"
