"""kill -9 in the middle of a move: the same command goes on, and nothing is lost or doubled."""

import asyncio
import random
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

from bot.storage.database import Database, NotUsable
from bot.storage.fingerprint import TABLES
from bot.storage.house import settle_mode
from tests.databases import opened, postgresql_database
from tests.storage.full_shop import count, fill

CALLS, AROUND = 4_000, 74  # 20,074 rows
KILLS = 4
ROOT = Path(__file__).parents[2]


class Moving:
    """The command, and what it has done so far as others see it."""

    def __init__(self, folder: Path, server: str) -> None:
        self.old = f"sqlite+aiosqlite:///{folder / 'switchboard.db'}"
        self.new = server
        self.folder = folder

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        """`switchboard migrate` in a process of its own."""
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "migrate", *arguments,
            cwd=self.folder,
            env={
                "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "SLACK_BOT_TOKEN": "xoxb-1",
                "DATABASE_URL": self.old,
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip

    async def runs(self, *arguments: str) -> tuple[int | None, str]:
        """To its end: exit code and words."""
        process = await self.start(*arguments)
        words, _ = await process.communicate()
        return process.returncode, words.decode()

    async def dies_at(self, rows: int) -> int:
        """Kill it once so many rows have arrived; how many there are then."""
        process = await self.start("--to", self.new)
        assert process.stdout is not None
        assert b"Copying to" in await process.stdout.readline()  # it minds who watches before
        async with asyncio.timeout(60):
            while await self.arrived() < rows:
                assert process.returncode is None, "it was over before it could be killed"
                await asyncio.sleep(0.005)
        process.kill()
        await process.wait()
        await asyncio.sleep(0.2)  # the server rolls back what was not committed
        return await self.arrived()

    async def arrived(self) -> int:
        """Rows in the new database; it may have no tables yet."""
        connection = await asyncpg.connect(self.new.replace("+asyncpg", ""))
        try:
            each = [await connection.fetchval(f"SELECT count(*) FROM {t.name}") for t in TABLES]  # noqa: S608 - our own names
        except asyncpg.UndefinedTableError:
            return 0
        finally:
            await connection.close()
        return sum(each)


@pytest.fixture
async def moving(tmp_path: Path, postgresql: str) -> AsyncIterator[Moving]:
    """A shop of twenty thousand rows on SQLite, and an empty PostgreSQL database."""
    async with postgresql_database(postgresql) as server:
        made = Moving(tmp_path, server)
        async with opened(made.old) as shop:
            await fill(shop, CALLS)
        yield made


async def served(url: str) -> bool:
    """Whether a bot may start there."""
    database = Database(url)
    try:
        await settle_mode(database, practice=False)
    except NotUsable:
        return False
    finally:
        await database.close()
    return True


async def test_a_move_killed_at_random_places_is_gone_on_with_and_ends_whole(
    moving: Moving,
) -> None:
    seed = random.randrange(1_000_000)
    print(f"seed {seed}")
    chance = random.Random(seed)
    before = 0
    for rows in sorted(chance.sample(range(1, 5 * CALLS), KILLS)):
        # The watcher looks while the copy runs on: where it is by then is as random.
        if rows <= before:
            continue
        before = await moving.dies_at(rows)
        print(f"killed with {before:,} rows there")
        assert [await served(url) for url in (moving.old, moving.new)].count(True) <= 1
        assert not await served(moving.new)
    code, words = await moving.runs("--to", moving.new)
    print(words)
    assert code == 0, f"seed {seed}: {words}"
    assert "DIFFERENT" not in words
    assert [await served(url) for url in (moving.old, moving.new)] == [False, True]
    async with opened(moving.new) as new:
        assert await count(new) == 5 * CALLS + AROUND + 1  # one mark: whose copy it is


async def test_a_bot_that_changed_the_shop_between_two_tries_is_followed(moving: Moving) -> None:
    """An interrupted copy leaves the old database in service; the next try mends what is old."""
    await moving.dies_at(3 * CALLS)
    assert await served(moving.old)
    with closing(sqlite3.connect(moving.folder / "switchboard.db")) as shop:
        shop.execute("UPDATE calls SET rev = rev + 1 WHERE code LIKE '%7'")
        shop.execute("DELETE FROM inbox WHERE done_at IS NOT NULL")
        shop.commit()
    code, words = await moving.runs("--to", moving.new)
    assert code == 0, words
    assert "DIFFERENT" not in words
